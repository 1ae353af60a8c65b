"""JSON-LD: nodes, references, and which of them are articles."""

from typing import Any

import pytest

from services.ingest.formats.linked_data import article_nodes, flat, graph_of, opened, types_of

NEWS = {"@type": "NewsArticle", "headline": "Bridge opens"}


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"mainEntity": value}
    return value


def places(value: Any) -> list[str]:
    return [place for place, _ in article_nodes(value, graph_of(value))]


def test_articles_come_in_the_order_of_the_document() -> None:
    value = {"itemListElement": [NEWS, {"item": NEWS.copy()}], "mainEntity": NEWS.copy(), "@graph": [NEWS.copy()]}
    assert places(value) == ["/@graph/0", "/mainEntity", "/itemListElement/0", "/itemListElement/1/item"]


def test_a_reference_stands_for_the_node_that_says_the_most() -> None:
    graph = graph_of([{"@id": "a"}, {"@id": "a", "name": "A", "url": "u"}, {"x": {"@id": "a", "name": "B"}}])
    assert graph.resolved({"@id": "a", "@type": "Person"})["name"] == "A"
    assert graph.resolved({"@id": "a", "name": "own"})["name"] == "own"
    assert graph.resolved({"@id": "b"}) == {"@id": "b"}


def test_what_is_read_out_of_a_node_has_an_end() -> None:
    graph = graph_of(None)
    assert graph.texts({"name": [" ", "x" * 2001, 7, "a", {"@value": "b"}]}, "legalName", "name") == ["a", "b"]
    assert graph.texts({"name": ["a"] * 11}, "name") == ["a"] * 10


def test_nothing_is_followed_deeper_than_publishers_go() -> None:
    assert places(nested(NEWS, 10)) == ["/mainEntity" * 10]
    assert places(nested(NEWS, 1000)) == []


@pytest.mark.parametrize("value", [None, 7, "NewsArticle", [], {}, [[]], {"@type": "NewsArticle"}["@type"]])
def test_what_is_no_node_holds_no_article(value: Any) -> None:
    assert places(value) == []


@pytest.mark.parametrize(
    ("type_", "names"),
    [
        ("NewsArticle", {"NewsArticle"}),
        (["schema:NewsArticle", "http://schema.org/Thing", 7], {"NewsArticle", "Thing"}),
        ("https://other.example/types#Post", {"Post"}),
        (None, set()),
        ({"@id": "NewsArticle"}, set()),
    ],
)
def test_types_are_named_without_their_vocabulary(type_: Any, names: set[str]) -> None:
    assert types_of({"@type": type_}) == names


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ({"@value": "a", "@language": "en"}, "a"),
        ({"@list": ["a", {"@value": "b"}]}, ["a", "b"]),
        ({"@set": "a"}, "a"),
        ([["a"], "b", {"@value": "c"}], ["a", "b", "c"]),
        ({"name": "a"}, {"name": "a"}),
        (7, 7),
    ],
)
def test_value_objects_and_lists_are_opened(value: Any, held: Any) -> None:
    assert opened(value) == held


def test_properties_lose_their_prefix() -> None:
    assert flat({"schema:name": "a", "https://schema.org/url": {"@value": "u"}, "@id": "i", "other:x": 1}) == {
        "name": "a",
        "url": "u",
        "@id": "i",
        "other:x": 1,
    }
