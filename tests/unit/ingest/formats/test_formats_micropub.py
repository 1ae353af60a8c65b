"""Micropub requests, as JSON and as forms."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.micropub import read_micropub_form, read_micropub_json
from services.ingest.formats.reading import Found

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "micropub"
URL = "https://a.example/1"


def created(**properties: Any) -> Found:
    one = read({"type": ["h-entry"], "properties": {"content": ["It is open."], **properties}})
    assert isinstance(one, Found)
    return one


def updated(**changes: Any) -> Found:
    one = read({"action": "update", "url": URL, **changes})
    assert isinstance(one, Found)
    assert (one.kind, one.values["url"]) == ("update", URL)
    return one


def read(value: Any) -> Found | Rejected:
    (one,) = read_micropub_json(value, "")
    return one


def posted(*pairs: tuple[str, str]) -> Found | Rejected:
    (one,) = read_micropub_form(list(pairs))
    return one


def pointer_of(one: Found | Rejected) -> str:
    assert isinstance(one, Rejected)
    assert one.reason is Reason.INVALID_FIELD
    return one.errors[0].pointer


def lost(one: Found | Rejected) -> list[str]:
    assert isinstance(one, Found)
    return [warning.pointer for warning in one.warnings]


@pytest.mark.parametrize("name", ["article", "note", "update", "update-fields", "delete", "undelete"])
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    (expected,) = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    one = read(json.loads((SAMPLES / f"{name}.json").read_text()))
    assert isinstance(one, Found)
    assert {"kind": one.kind, "values": one.values, "lost": sorted(lost(one))} == expected


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (["plain < text"], "plain < text"),
        ("plain", "plain"),
        ([{"html": "<p>rich</p>", "value": "plain"}], "rich"),
        ({"html": "<p>rich</p>"}, "rich"),
        ([{"value": "plain"}], "plain"),
        ([{"html": "<br>", "value": "plain"}], "plain"),
    ],
)
def test_content_is_plain_or_html(content: Any, body: str) -> None:
    assert created(content=content).values["body"] == body


def test_of_several_values_one_is_kept_where_a_field_has_one() -> None:
    one = created(
        name=["A", "B"], content=["a", "b"], photo=["https://a.example/1.jpg", {"value": "https://a.example/2.jpg"}]
    )
    assert (one.values["title"], one.values["body"], one.values["image"]) == ("A", "a", "https://a.example/1.jpg")
    assert lost(one) == ["/properties/name/1", "/properties/photo/1", "/properties/content/1"]


@pytest.mark.parametrize(
    "author", ["Ada Birk", {"type": ["h-card"], "properties": {"name": ["Ada Birk"]}}, {"value": "Ada Birk"}]
)
def test_an_author_is_a_name_or_a_card(author: Any) -> None:
    assert created(author=[author]).values["authors"] == ["Ada Birk"]


def test_an_author_by_address_alone_is_told_of() -> None:
    one = created(author=[URL, {"type": ["h-card"], "properties": {"url": [URL]}}])
    assert "authors" not in one.values
    assert lost(one) == ["/properties/author/0", "/properties/author/1"]


def test_a_tagged_person_is_a_subject() -> None:
    card = {"type": ["h-card"], "properties": {"name": ["Ada Birk"], "url": [URL]}}
    one = created(category=["bridges", card])
    assert one.values["tags"] == ["bridges"]
    subject = {"name": "Ada Birk", "code": "1", "scheme": "https://a.example/", "kind": "person"}
    assert one.values["subjects"] == [subject]


@pytest.mark.parametrize(("name", "value"), [("uid", "u1"), ("mp-slug", "s1")])
def test_the_client_may_name_the_entry(name: str, value: str) -> None:
    assert created(**{name: [value]}).values["id"] == value


@pytest.mark.parametrize("name", ["in-language", "mp-lang", "lang"])
def test_the_language_has_several_names(name: str) -> None:
    assert created(**{name: ["cy"]}).values["language"] == "cy"


@pytest.mark.parametrize(
    ("name", "value"),
    [("post-status", "draft"), ("post-status", "x"), ("visibility", "private"), ("visibility", "unlisted")],
)
def test_what_is_not_for_everyone_is_refused(name: str, value: str) -> None:
    assert pointer_of(read({"type": "h-entry", "properties": {"content": "a", name: [value]}})) == f"/properties/{name}"
    assert pointer_of(read({"action": "update", "url": URL, "replace": {name: [value]}})) == f"/replace/{name}"
    assert pointer_of(posted(("content", "a"), (name, value))) == f"/{name}"


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"type": ["h-event"], "properties": {"name": ["A"]}}, "/type"),
        ({"properties": {"name": ["A"]}}, "/type"),
        ({"type": ["h-entry"]}, "/properties"),
        ({"type": ["h-entry"], "properties": ["name"]}, "/properties"),
        ({"type": ["h-entry"], "properties": {"like-of": [URL]}}, ""),
        ({"action": "publish", "url": URL}, "/action"),
        ({"action": {}, "url": URL}, "/type"),
        ({"action": ["delete"], "url": URL}, "/action"),
        ({"action": "delete"}, "/url"),
        ({"action": "undelete", "url": [URL]}, "/url"),
        ({"action": "update", "replace": {"name": ["A"]}}, "/url"),
        ({"action": "update", "url": URL}, ""),
        ({"action": "update", "url": URL, "replace": {}}, ""),
        ({"action": "update", "url": URL, "replace": "A"}, "/replace"),
        ({"action": "update", "url": URL, "add": ["category"]}, "/add"),
        ({"action": "update", "url": URL, "delete": "category"}, "/delete"),
    ],
)
def test_a_request_that_says_nothing_clear_is_refused(value: dict[str, Any], pointer: str) -> None:
    assert pointer_of(read(value)) == pointer


def test_what_stands_beside_a_request_is_told_of() -> None:
    one = read(
        {"type": ["h-entry"], "properties": {"name": ["A"]}, "children": [{}], "access_token": "secret", "lang": ""}
    )
    assert lost(one) == ["/children"]


def test_an_entry_as_a_flat_object_is_read_like_a_form() -> None:
    one = read({"h": "entry", "name": "A", "content": {"html": "<p>b</p>"}, "category": ["roads"], "mood": "glad"})
    assert isinstance(one, Found)
    assert (one.values["title"], one.values["body"], one.values["tags"]) == ("A", "b", ["roads"])
    assert lost(one) == ["/mood"]


def test_an_update_is_in_native_fields() -> None:
    one = updated(
        replace={"content": [{"html": "<h2>A</h2><p>b</p>"}], "published": ["2026-01-31"]},
        add={"category": ["bridges"], "author": ["Ada Birk"]},
        delete={"category": ["roads"], "photo": [URL]},
    )
    assert one.values["replace"] == {"body": "A\n\nb", "headings": ["A"], "published_at": "2026-01-31"}
    assert one.values["add"] == {"tags": ["bridges"], "authors": ["Ada Birk"]}
    assert one.values["delete"] == {"tags": ["roads"], "image": [URL]}
    assert not one.warnings


def test_fields_may_be_deleted_as_a_whole() -> None:
    assert updated(delete=["content", "mp-lang", "in-language", "category"]).values["delete"] == [
        *("body", "language", "tags", "headings"),
    ]


def test_a_list_may_be_replaced_by_nothing_and_a_single_value_not() -> None:
    one = updated(replace={"category": [], "summary": []})
    assert one.values["replace"] == {"tags": []}
    assert lost(one) == ["/replace/summary"]


def test_an_update_never_renames_and_adds_to_lists_alone() -> None:
    one = updated(replace={"mp-slug": ["other"], "url": [URL]}, add={"name": ["B"], "category": ["a"]}, delete=["uid"])
    assert one.values == {"url": URL, "add": {"tags": ["a"]}}
    assert lost(one) == ["/replace/url/0", "/replace/mp-slug/0", "/add/name/0", "/delete"]


def test_a_picture_in_a_new_text_does_not_replace_the_articles_own() -> None:
    html = "<p>a</p><img src='https://a.example/1.jpg'>"
    assert "image" not in updated(replace={"content": [{"html": html}]}).values["replace"]


@pytest.mark.parametrize(("action", "kind"), [("delete", "withdrawal"), ("undelete", "restore")])
def test_deleting_and_undeleting_go_by_the_address(action: str, kind: str) -> None:
    for one in (read({"action": action, "url": URL}), posted(("action", action), ("url", URL), ("access_token", "t"))):
        assert isinstance(one, Found)
        assert (one.kind, one.values) == (kind, {"url": URL})
        assert not one.warnings


def test_a_form_creates_an_entry() -> None:
    pairs = [
        ("h", "entry"),
        ("name", "Bridge opens"),
        ("content", "It is open."),
        ("category[]", "a"),
        ("category[]", "b"),
    ]
    one = posted(*pairs, ("published", "2026-01-31"), ("photo", "https://a.example/1.jpg"), ("access_token", "secret"))
    assert isinstance(one, Found)
    assert one.values["title"] == "Bridge opens"
    assert (one.values["body"], one.values["tags"]) == ("It is open.", ["a", "b"])
    assert one.places["tags"] == "/category"
    assert not one.warnings


def test_a_form_may_hold_html() -> None:
    one = posted(("content[html]", "<p>It is <b>open</b>.</p>"))
    assert isinstance(one, Found)
    assert one.values["body"] == "It is open."


@pytest.mark.parametrize(
    ("pairs", "pointer"),
    [
        ([("h", "event"), ("name", "A")], "/h"),
        ([("action", "update"), ("url", URL)], "/action"),
        ([("action", "publish")], "/action"),
        ([("action", "delete")], "/url"),
        ([("h", "entry")], ""),
        ([], ""),
    ],
)
def test_a_form_that_says_nothing_clear_is_refused(pairs: list[tuple[str, str]], pointer: str) -> None:
    assert pointer_of(posted(*pairs)) == pointer


def test_unknown_fields_of_a_form_are_told_of_and_the_token_never() -> None:
    one = posted(("content", "a"), ("rsvp", "yes"), ("location[lat]", "1"), ("access_token", "secret"), ("rsvp", ""))
    assert lost(one) == ["/rsvp", "/location[lat]"]
    assert "secret" not in str(one)
