"""JSON Feed 1.0 and 1.1."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.json_feed import read_json_feed
from services.ingest.formats.reading import Found

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "json-feed"
ITEM = {"id": "1", "title": "Bridge opens"}


def found(feed: dict[str, Any] | None = None, **fields: Any) -> Found:
    (one,) = read_json_feed({**(feed or {}), "items": [{**ITEM, **fields}]}, "")
    assert isinstance(one, Found)
    return one


def lost(one: Found) -> list[str]:
    return [warning.pointer for warning in one.warnings]


@pytest.mark.parametrize("name", ["site-1-1", "microblog-1-0", "podcast", "linkblog"])
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    items = read_json_feed(json.loads((SAMPLES / f"{name}.json").read_text()), "")
    read = [one for one in items if isinstance(one, Found)]
    assert len(read) == len(items)
    assert [{"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} for one in read] == expected


@pytest.mark.parametrize("feed", [{}, {"items": None}, {"items": {"id": "1"}}, {"items": "1"}, [], None, "feed"])
def test_a_feed_without_a_list_of_items_is_refused_as_a_whole(feed: Any) -> None:
    with pytest.raises(Rejected) as caught:
        read_json_feed(feed, "/6")
    assert caught.value.reason is Reason.INVALID_FIELD
    assert [error.pointer for error in caught.value.errors] == ["/6/items"]


def test_one_bad_item_does_not_spoil_its_neighbours() -> None:
    items = read_json_feed({"items": [ITEM, "x", {"title": "No id"}, {"id": "4", "tags": ["a"]}, ITEM]}, "")
    assert [type(one) for one in items] == [Found, Rejected, Rejected, Rejected, Found]
    refused = [one.errors[0].pointer for one in items if isinstance(one, Rejected)]
    assert refused == ["/items/1", "/items/2/id", "/items/3"]


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"id": "1"}, {"id": "1"}),
        ({"id": 7}, {"id": 7}),
        ({"id": "https://a.example/1"}, {"id": "https://a.example/1", "url": "https://a.example/1"}),
        ({"id": "1", "url": "https://a.example/1"}, {"id": "1", "url": "https://a.example/1"}),
        ({"id": None, "url": "https://a.example/1"}, {"id": "https://a.example/1", "url": "https://a.example/1"}),
        ({"id": "1", "external_url": "https://b.example/2"}, {"id": "1", "url": "https://b.example/2"}),
    ],
)
def test_the_id_and_the_address_may_serve_as_each_other(fields: dict[str, Any], values: dict[str, Any]) -> None:
    one = found(**fields)
    assert {name: one.values[name] for name in ("id", "url") if name in one.values} == values


@pytest.mark.parametrize("fields", [{"id": None}, {"id": None, "external_url": "https://b.example/2"}, {"id": [1]}])
def test_an_item_that_nothing_names_is_refused(fields: dict[str, Any]) -> None:
    (one,) = read_json_feed({"items": [{**ITEM, **fields}]}, "")
    assert isinstance(one, Rejected)


def test_html_is_preferred_over_plain_text() -> None:
    one = found(content_html="<p>rich</p>", content_text="plain")
    assert one.values["body"] == "rich"
    assert lost(one) == ["/items/0/content_text"]


def test_plain_text_holds_where_the_html_has_none() -> None:
    one = found(content_html="<img src='https://a.example/1.jpg'>", content_text="3 <b and c> 4")
    assert (one.values["body"], one.values["image"]) == ("3 <b and c> 4", "https://a.example/1.jpg")
    assert lost(one) == ["/items/0/content_html"]


@pytest.mark.parametrize(
    ("feed", "fields", "authors"),
    [
        ({"authors": [{"name": "Feed"}]}, {}, ["Feed"]),
        ({"author": {"name": "Feed"}}, {}, ["Feed"]),
        ({"authors": [{"name": "Feed"}]}, {"authors": [{"name": "Ada"}, {"name": "Per"}]}, ["Ada", "Per"]),
        ({"authors": [{"name": "Feed"}]}, {"author": {"name": "Ada"}}, ["Ada"]),
        ({}, {"authors": [{"name": "Ada"}], "author": {"name": "Ada"}}, ["Ada"]),
    ],
)
def test_the_authors_of_the_feed_hold_for_items_without(
    feed: dict[str, Any], fields: dict[str, Any], authors: list[str]
) -> None:
    one = found(feed, **fields)
    assert one.values["authors"] == authors
    assert not one.warnings


def test_what_the_feed_says_is_pointed_at_in_the_feed() -> None:
    one = found({"language": "cy", "author": {"name": "Feed"}})
    assert (one.places["language"], one.places["authors"]) == ("/language", "/author")
    assert found({"language": "cy"}, language="en").places["language"] == "/items/0/language"


def test_items_do_not_share_the_lists_of_the_feed() -> None:
    one, other = read_json_feed({"authors": [{"name": "Feed"}], "items": [ITEM, ITEM]}, "")
    assert isinstance(one, Found)
    assert isinstance(other, Found)
    one.extend("authors", ["Ada"], "/authors")
    assert other.values["authors"] == ["Feed"]


def test_metadata_of_the_feed_are_no_losses_of_its_items() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "hubs": [{}], "next_url": "u", "_x": 1}
    assert not found(feed).warnings


def test_what_an_item_says_beside_is_told_of() -> None:
    assert lost(
        found(attachments=[{}], _podcast={"n": 1}, image="https://a.example/1.jpg", banner_image="b", expires=None)
    ) == [
        "/items/0/banner_image",
        "/items/0/attachments",
        "/items/0/_podcast",
    ]
