"""A canary travels the whole way, and nobody but its own measure sees it."""

from collections.abc import Callable
from datetime import timedelta

import httpx

from schemas.article import CANARY_PUBLISHER
from schemas.streams import ARTICLES_STREAM, CHANGES_STREAM, CLUSTER_COUNT
from tests.integration.conftest import IndexerFactory, IngestFactory, World, event, eventually
from tests.integration.reading_rooms import reading_room

OFTEN = timedelta(milliseconds=50)
SHORT = timedelta(milliseconds=300)


async def value(client: httpx.AsyncClient, name: str) -> float:
    """What ingest tells of one series without labels."""
    text = (await client.get("/metrics")).text
    return float(next(line for line in text.splitlines() if line.startswith(f"{name} ")).split()[1])


async def becomes(client: httpx.AsyncClient, name: str, is_so: Callable[[float], bool]) -> None:
    async def has_become() -> bool:
        return is_so(await value(client, name))

    await eventually(has_become)


async def behind_the_alias(world: World, kind: str) -> int:
    """How many documents of canaries there are, whatever the alias `articles` shows."""
    index = {"articles": world.names.write, "held": world.names.held, "versions": world.names.versions}[kind]
    await world.index.indices.refresh(index=index)
    body = {"query": {"term": {"publisher": CANARY_PUBLISHER}}}
    return int((await world.index.count(index=index, body=body))["count"])


async def test_a_canary_measures_the_way_and_no_reader_finds_it(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory
) -> None:
    async with run_indexer(), run_ingest(canary_every=OFTEN) as client:
        await world.add(event("local:a"))
        await becomes(client, "wiredesk_canary_seconds_count", lambda count: count >= 3)
        assert 0 < await value(client, "wiredesk_canary_seconds_sum") < 60
        assert await value(client, "wiredesk_canary_last_success_timestamp_seconds") > 1_700_000_000
        assert await value(client, "wiredesk_canary_failed_total") == 0
        await world.settled()
    assert [hit["_id"] for hit in await world.found()] == ["local:a"]
    assert await world.found({"ids": {"values": [f"{CANARY_PUBLISHER}:canary"]}}) == []
    assert await behind_the_alias(world, "articles") == 1


async def test_the_reading_room_and_the_feed_of_changes_know_of_no_canary(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, opensearch_url: str, index_prefix: str
) -> None:
    async with (
        reading_room(opensearch_url, index_prefix) as room,
        run_indexer(),
        run_ingest(canary_every=OFTEN) as client,
    ):
        await world.add(event("local:a", title="Keepers of a canary"))
        await world.settled()
        await becomes(client, "wiredesk_canary_seconds_count", lambda count: count >= 2)
        assert await room.ids(q="canary") == ["local:a"]
        assert await room.ids(q="wiredesk canary posted") == []
        assert (await room.client.get(f"/v1/articles/{CANARY_PUBLISHER}:canary")).status_code == 404
        assert [one["id"] for one in (await client.get("/v1/changes?since=0-0")).json()["changes"]] == ["local:a"]
        assert (await client.get(f"/v1/articles/{CANARY_PUBLISHER}:canary")).status_code == 403


async def test_of_canaries_no_versions_are_kept_and_nobody_is_told(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory
) -> None:
    async with run_indexer(), run_ingest(canary_every=OFTEN) as client:
        await becomes(client, "wiredesk_canary_seconds_count", lambda count: count >= 3)
        await world.settled()
    assert await behind_the_alias(world, "versions") == 0
    assert await behind_the_alias(world, "held") == 0
    assert await world.redis.xlen(CHANGES_STREAM) == 0
    assert await world.redis.get(CLUSTER_COUNT) is None
    assert await world.dead_letters() == []


async def test_a_canary_that_is_never_found_has_failed(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(canary_every=OFTEN, canary_patience=SHORT) as client:
        await becomes(client, "wiredesk_canary_failed_total", lambda failed: failed >= 2)
        assert await value(client, "wiredesk_canary_seconds_count") == 0
        assert await value(client, "wiredesk_canary_last_success_timestamp_seconds") == 0


async def test_a_canary_that_is_refused_has_failed_at_once(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(canary_every=OFTEN, stream_max_length=0) as client:
        await becomes(client, "wiredesk_canary_failed_total", lambda failed: failed >= 2)
    assert await world.redis.xlen(ARTICLES_STREAM) == 0


async def test_without_its_setting_there_is_no_canary(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        assert (await client.post("/v1/articles", json={"title": "Pilots strike", "body": "They did."})).is_success
        assert await value(client, "wiredesk_canary_failed_total") == 0
    assert await world.redis.xlen(ARTICLES_STREAM) == 1
