"""Values of JSON whose types nobody promised."""

from typing import Any

import pytest

from services.errors import Rejected
from services.ingest.formats import json_values as values
from services.ingest.formats.reading import Found


@pytest.mark.parametrize(
    ("address", "code", "scheme"),
    [
        ("https://t.example/m/20000344", "20000344", "https://t.example/m/"),
        ("https://t.example/m/20000344/", "20000344", "https://t.example/m/"),
        ("http://t.example/m#roads", "roads", "http://t.example/m#"),
        ("https://t.example/", "https://t.example/", None),
        ("https://t.example", "https://t.example", None),
        ("medtop:20000344", "20000344", "medtop"),
        ("urn:newsml:x:1", "urn:newsml:x:1", None),
        ("20000344", "20000344", None),
        ("roads/rivers", "roads/rivers", None),
        ("", "", None),
    ],
)
def test_a_code_is_told_from_its_scheme(address: str, code: str, scheme: str | None) -> None:
    assert values.coded(address) == (code, scheme)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("a < b", "a < b"),
        ("a <b>c</b>", "a c"),
        ("&lt;p&gt;a&lt;/p&gt;", "a"),
        ("a &amp; b", "a &amp; b"),
        ("1 < 2 &lt;/b&gt;", "1 < 2 &lt;/b&gt;"),
        ("<script>x()</script>", ""),
    ],
)
def test_a_text_that_may_be_html_loses_its_markup(value: str, read: str) -> None:
    assert values.plain(value) == read


@pytest.mark.parametrize("source", ["<h2>A</h2><p>b</p>", "&lt;h2&gt;A&lt;/h2&gt;&lt;p&gt;b&lt;/p&gt;"])
def test_a_body_that_is_html_has_headings(source: str) -> None:
    found = Found("")
    values.put_text(found, source, "/a")
    assert found.values == {"body": "A\n\nb", "headings": ["A"]}


def test_a_text_that_is_nothing_but_markup_is_told_of() -> None:
    found = Found("/3")
    values.take_plain(found, "summary", {"b": "<img src='x'>"}, "a", "b")
    assert (found.values, found.places) == ({}, {})
    assert [warning.pointer for warning in found.warnings] == ["/3/b"]


def test_the_first_text_is_taken_and_another_is_told_of_but_not_the_same_again() -> None:
    found = Found("/3")
    values.take(found, "title", {"a": None, "b/c": "B", "d": "B", "e": "E", "f": 7, "g": " "}, *"a b/c d e f g".split())
    assert (found.values, found.places) == ({"title": "B"}, {"title": "/3/b~1c"})
    assert [warning.pointer for warning in found.warnings] == ["/3/e", "/3/f"]


@pytest.mark.parametrize("value", [None, [], {}, ""])
def test_nothing_is_no_loss(value: Any) -> None:
    found = Found("")
    assert values.text(found, value, "/a") is None
    assert values.whole_number(found, value, "/a") is None
    assert values.entries(found, value, "/a") == []
    assert not found.warnings


def test_entries_have_their_places_and_an_end() -> None:
    found = Found("")
    assert values.entries(found, ["a", None, "b"], "/x") == [("/x/0", "a"), ("/x/2", "b")]
    assert values.entries(found, "a", "/x") == [("/x", "a")]
    assert not found.warnings
    assert len(values.entries(found, list("a" * 201), "/x")) == values.MOST_ENTRIES
    assert [warning.pointer for warning in found.warnings] == ["/x"]


@pytest.mark.parametrize(("value", "read"), [(7, 7), (7.0, 7), (" 7 ", 7), (-1, -1)])
def test_a_whole_number_may_be_written_in_several_ways(value: Any, read: int) -> None:
    assert values.whole_number(Found(""), value, "/a") == read


@pytest.mark.parametrize("value", [True, 7.5, "7.5", "7" * 17, "seven", ["7"], 1e999])
def test_what_is_no_whole_number_is_told_of(value: Any) -> None:
    found = Found("")
    assert values.whole_number(found, value, "/a") is None
    assert len(found.warnings) == 1


def test_a_list_is_kept_and_others_in_its_stead_are_told_of() -> None:
    found = Found("")
    values.put_list(found, "authors", ["Ada", None, "Per", "Ada"], "/a")
    values.put_list(found, "authors", ["Per"], "/b")
    values.put_list(found, "authors", ["Eva"], "/c")
    assert found.values["authors"] == ["Ada", "Per"]
    assert [warning.pointer for warning in found.warnings] == ["/c"]


def test_subjects_are_kept_once_and_empty_ones_never() -> None:
    found = Found("")
    roads = values.subject("roads", None, None, "subject")
    values.put_subjects(found, [roads, values.subject(None, None, "medtop", "subject"), dict(roads)], "/a")
    assert found.values["subjects"] == [{"name": "roads", "kind": "subject"}]


@pytest.mark.parametrize("name", ["title", "body", "summary"])
def test_an_article_has_words(name: str) -> None:
    assert isinstance(values.complete(Found("", {name: "a"})), Found)
    assert isinstance(values.complete(Found("", {name: "", "id": "1", "tags": ["a"]})), Rejected)
