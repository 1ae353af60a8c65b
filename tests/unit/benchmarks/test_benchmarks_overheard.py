"""Listening between the indexer and OpenSearch."""

import asyncio

import httpx
import pytest

from benchmarks.overheard import Overheard, overhearing
from tests.unit.benchmarks.answering import answering

BULK = (
    b'{"index":{"_index":"r-articles-write","_id":"quay:1","version":5}}\n{"id":"quay:1","body":"Tin."}\n'
    b'{"index":{"_index":"r-article-versions","_id":"quay:1@5","version":5}}\n{"id":"quay:1"}\n'
)


async def nothing() -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


async def test_an_article_is_written_by_a_bulk_and_searchable_after_a_refresh() -> None:
    async with (
        answering(nothing) as port,
        overhearing(f"http://127.0.0.1:{port}") as heard,
        httpx.AsyncClient(base_url=heard.url) as client,
    ):
        assert (await client.post("/_bulk?require_alias=true", content=BULK)).json() == {}
        assert list(heard.written) == ["quay:1", "quay:1@5"]
        await client.post("/r-articles-write/_refresh")
        assert (await client.get("/_cluster/health")).json() == {}
    ((began, ended),) = heard.refreshes
    assert heard.written["quay:1"] < began < ended == heard.searchable("quay:1")


async def test_many_at_once_are_told_apart() -> None:
    async with (
        answering(nothing) as port,
        overhearing(f"http://127.0.0.1:{port}") as heard,
        httpx.AsyncClient(base_url=heard.url) as client,
    ):
        bodies = [BULK.replace(b"quay:1", b"quay:%d" % number) + b"\n" * 300_000 for number in range(8)]
        await asyncio.gather(*(client.post("/_bulk", content=body) for body in bodies))
    assert {f"quay:{number}" for number in range(8)} < set(heard.written)


def test_a_refresh_that_began_before_an_article_was_written_does_not_count() -> None:
    heard = Overheard(written={"quay:1": 5.0}, refreshes=[(1.0, 2.0), (4.0, 7.0), (6.0, 9.0), (11.0, 12.0)])
    assert heard.searchable("quay:1") == 9.0


def test_an_article_is_not_searchable_before_a_refresh() -> None:
    with pytest.raises(LookupError):
        Overheard(written={"quay:1": 5.0}, refreshes=[(1.0, 2.0)]).searchable("quay:1")
    with pytest.raises(LookupError):
        Overheard().searchable("quay:1")
