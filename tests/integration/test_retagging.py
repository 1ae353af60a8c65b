"""The whole archive gets today's tags, on real servers."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from schemas.streams import ARTICLES_STREAM, CHANGES_STREAM
from services.cli import retag
from services.vocabulary.gazetteer import COLUMNS, Gazetteer, read
from tests.integration.conftest import IndexerFactory, IngestFactory, World, instant

ID = "local:a-1"
PATH = f"/v1/articles/{quote(ID, safe='')}"
ARTICLE = {"id": "a-1", "title": "Lamps of Norland", "body": "They were lit.", "tags": ["Harbours"], "language": "en"}
ROW = ("country", "norland", "norland", "", "en", "Norland", "", "", "", "")


@pytest.fixture
def table() -> Gazetteer:
    """A table of one country, which the committed one does not know."""
    return read("\n".join(("# version 1", "# by hand", "\t".join(COLUMNS), "\t".join(ROW), "")))


async def apply(world: World, table: Gazetteer, without: frozenset[str] = frozenset()) -> tuple[int, int]:
    return await retag.apply(world.redis, world.index, world.names, table, without, lambda *_: None)


async def post(client: httpx.AsyncClient, **fields: Any) -> None:
    answer = await client.post("/v1/articles", json={**ARTICLE, **fields})
    assert answer.status_code == 202, answer.text


async def source(world: World, article_id: str = ID) -> dict[str, Any]:
    return dict((await world.document(article_id) or {})["_source"])


@pytest.fixture
async def client(world: World, run_ingest: IngestFactory) -> AsyncIterator[httpx.AsyncClient]:
    async with run_ingest() as client:
        yield client


async def test_every_article_gets_todays_tags_and_keeps_its_version(
    world: World, client: httpx.AsyncClient, run_indexer: IndexerFactory, table: Gazetteer
) -> None:
    async with run_indexer():
        for number in range(retag._PAGE + 3):  # more than one page
            await post(client, id=f"a-{number}")
        await world.settled()
        before = await source(world)
        assert before["tags"] == ["harbours"]
        changes = await world.redis.xlen(CHANGES_STREAM)

        assert await apply(world, table) == (retag._PAGE + 3, retag._PAGE + 3)
        await world.settled()
        after = await source(world)
        assert after["tags"] == ["harbours", "norland"]
        assert after["tags_version"].endswith(".1")
        assert [tag["slug"] for tag in after["auto_tags"]] == ["norland"]
        kept = ("revision", "version", "content_hash", "title", "tag_labels")
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        assert len(await world.found({"term": {"tags": "norland"}})) == retag._PAGE + 3

        history = (await client.get(f"{PATH}/history")).json()["versions"]
        assert [one["kind"] for one in history] == ["published"]
        assert await world.redis.xlen(CHANGES_STREAM) == changes
        assert await apply(world, table) == (retag._PAGE + 3, 0)
        assert await world.dead_letters() == []


async def test_a_publisher_without_automatic_tags_keeps_its_own_only(
    world: World, client: httpx.AsyncClient, run_indexer: IndexerFactory, table: Gazetteer
) -> None:
    async with run_indexer():
        await post(client, title="Lamps of Japan")
        await world.settled()
        assert (await source(world))["tags"] == ["harbours", "japan"]
        assert await apply(world, table, frozenset({"local"})) == (1, 1)
        await world.settled()
        assert (await source(world))["tags"] == ["harbours"]


async def test_what_was_withdrawn_or_corrected_meanwhile_stays_so(
    world: World, client: httpx.AsyncClient, run_indexer: IndexerFactory, table: Gazetteer
) -> None:
    async with run_indexer():
        await post(client)
        await post(client, id="a-2")
        await world.settled()
    await apply(world, table)
    assert (await client.delete(PATH)).status_code == 202
    await post(client, id="a-2", body="Two of them were lit.")
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    for _, fields in entries[2:4]:  # as an interrupted run, begun anew, adds them after what is newer
        await world.redis.xadd(ARTICLES_STREAM, fields)
    async with run_indexer():
        await world.settled()
        assert [hit["_id"] for hit in await world.found()] == ["local:a-2"]
        assert (await source(world, "local:a-2"))["body"] == "Two of them were lit."
        assert await apply(world, table) == (1, 1)
        await world.settled()
        assert [hit["_id"] for hit in await world.found()] == ["local:a-2"]


async def test_an_embargoed_article_is_tagged_where_it_waits(
    world: World, client: httpx.AsyncClient, run_indexer: IndexerFactory, table: Gazetteer
) -> None:
    async with run_indexer():
        await post(client, embargoed_until=instant(3600))
        await world.settled()
        await world.index.indices.refresh(index=world.names.held)
        assert await apply(world, table) == (1, 1)
        await world.settled()
        held = await world.index.get(index=world.names.held, id=ID)
        assert held["_source"]["tags"] == ["harbours", "norland"]
        assert await world.found() == []
