"""A Redis that fails over: real primaries, replicas and sentinels."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
import redis as blocking
from redis.exceptions import RedisError

from schemas.streams import ARTICLES_STREAM
from services.redis_client import build_redis
from tests.conftest import Valkey
from tests.integration.conftest import IndexerFactory, IngestFactory, World, eventually
from tests.integration.sentinels import Sentinels, sentinel_group

ARTICLE = {"title": "Tide tables", "body": "The tide tables of the northern harbours are printed again this winter."}


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Sentinels]:
    with sentinel_group(tmp_path) as made:
        yield made


async def test_a_client_finds_the_primary_again_after_a_failover(group: Sentinels) -> None:
    redis = build_redis(group.url, timedelta(seconds=1))
    await redis.set("before", "1")
    await asyncio.to_thread(group.fail_over)

    with blocking.Redis.from_url((await asyncio.to_thread(group.primary)).url) as primary:

        async def written_there() -> bool:
            try:
                await redis.set("after", "2")
            except RedisError:
                return False
            return bool(primary.get("after") == b"2")

        await eventually(written_there, 20)
    await redis.aclose()


async def test_posting_and_indexing_go_on_when_the_primary_is_killed_and_nothing_is_lost(
    group: Sentinels, world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    accepted: set[str] = set()
    refused: set[int] = set()

    async def posted(client: httpx.AsyncClient, number: int) -> bool:
        answer = await client.post("/v1/articles", json={**ARTICLE, "id": f"tide-{number}"})
        if answer.status_code in (200, 202):
            accepted.add(answer.json()["id"])
        else:
            refused.add(answer.status_code)
        return answer.status_code in (200, 202)

    at_group = {"redis_url": group.url, "redis_timeout": timedelta(seconds=1)}
    async with run_indexer(**at_group), run_ingest(**at_group, redis_wait_replicas=1) as client:
        for number in range(20):
            assert await posted(client, number)
        killed = await asyncio.to_thread(group.primary)
        killed.stop()
        for number in range(20, 40):
            await eventually(partial(posted, client, number), 20)
        killed.start()

        async def all_indexed() -> bool:
            return {hit["_id"] for hit in await world.found()} >= accepted

        await eventually(all_indexed, 30)
    assert len(accepted) == 40
    assert refused <= {503}
    assert not world.failures


async def test_202_needs_a_replica_and_posting_again_is_unchanged_only_when_one_has_it(
    group: Sentinels, run_ingest: IngestFactory
) -> None:
    primary, *replicas = group.servers
    waiting = {"redis_wait_replicas": 1, "redis_wait_timeout": timedelta(milliseconds=300)}
    async with run_ingest(redis_url=primary.url, **waiting) as client:
        assert (await client.post("/v1/articles", json={**ARTICLE, "id": "heard"})).status_code == 202
        for replica in replicas:
            replica.stop()
        for _ in range(2):  # it is written by the first, and still not promised by the second
            answer = await client.post("/v1/articles", json={**ARTICLE, "id": "alone"})
            assert answer.status_code == 503
            assert "0 of 1 replicas" in answer.json()["detail"]
        for replica in replicas:
            replica.start()
        with blocking.Redis.from_url(replicas[0].url) as one:
            one.replicaof("127.0.0.1", primary.port)

        async def unchanged() -> bool:
            again = await client.post("/v1/articles", json={**ARTICLE, "id": "alone"})
            return again.status_code == 200 and again.json()["status"] == "unchanged"

        await eventually(unchanged, 20)
    with blocking.Redis.from_url(primary.url) as server:
        assert server.xlen(ARTICLES_STREAM) == 2


async def test_a_server_that_became_a_replica_is_as_good_as_away(valkey: Valkey) -> None:
    redis = build_redis(valkey.url, timedelta(seconds=1))
    await redis.set("a", "1")
    with blocking.Redis.from_url(valkey.url) as server:
        server.replicaof("127.0.0.1", 1)
        with pytest.raises(blocking.ConnectionError, match="takes no writes"):
            await redis.set("a", "2")
        server.replicaof("NO", "ONE")
        server.config_set("min-replicas-to-write", 1)
        with pytest.raises(blocking.ConnectionError, match="takes no writes"):
            await redis.set("a", "2")
        server.config_set("min-replicas-to-write", 0)
    assert await redis.set("a", "2")
    await redis.aclose()
