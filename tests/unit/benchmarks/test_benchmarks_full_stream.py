"""The events of the benchmarks, and what bare bulks make of them."""

from datetime import UTC, datetime
from itertools import islice

import orjson
import pytest

from benchmarks.full_stream import bulks
from benchmarks.growth import renamed
from schemas.article import Article
from schemas.events import encode, published
from services.index.names import IndexNames

NAMES = IndexNames.with_prefix("b-")


def event(number: int) -> bytes:
    article = Article(
        id=f"quay:{number}",
        publisher="quay",
        title="A Bridge Opens",
        body='The "quay:1" opened.',
        version=5,
        revision=5,
        accepted_at=datetime(2026, 1, 31, 9, tzinfo=UTC),
        content_hash="abc",
    )
    return encode(published(article))


def test_a_bare_bulk_sends_what_the_indexer_sends() -> None:
    first, second = bulks([event(number) for number in range(3)], NAMES, in_a_bulk=2)
    lines = [orjson.loads(line) for line in first.splitlines()]
    assert [one["index"]["_id"] for one in lines[::2]] == ["quay:0", "quay:0@5", "quay:1", "quay:1@5"]
    assert {one["index"]["_index"] for one in lines[::2]} == {"b-articles-write", "b-article-versions"}
    assert {(one["index"]["version"], one["index"]["version_type"]) for one in lines[::2]} == {(5, "external_gte")}
    assert len(second.splitlines()) == 4


def test_an_event_that_would_not_be_indexed_ends_the_benchmark() -> None:
    with pytest.raises(RuntimeError):
        bulks([b"hello"], NAMES)


def test_renamed_events_are_of_articles_that_are_all_different() -> None:
    told = [orjson.loads(one) for one in islice(renamed([event(1), event(2)]), 6)]
    assert len({one["data"]["id"] for one in told}) == 6
    assert all(one["subject"] == one["data"]["id"] and one["id"].startswith(f"{one['subject']}@") for one in told)
    assert {one["data"]["body"] for one in told} == {'The "quay:1" opened.'}
