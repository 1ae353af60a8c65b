"""Both services in this process, against real servers, each test with a Valkey and index names of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from opensearchpy import AsyncOpenSearch
from pydantic import SecretStr
from redis.asyncio import Redis

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, EVENT_FIELD, INDEXER_GROUP
from services.alerts.changes import create_group
from services.alerts.index import AlertNames
from services.alerts.prepare import prepare_alerts
from services.alerts.registry import Registry
from services.index.client import build_client
from services.index.names import IndexNames
from services.indexer import app as indexer_app
from services.indexer.settings import IndexerSettings
from services.ingest import app as ingest_app
from services.ingest.settings import IngestSettings
from services.tracing import OFF, Traces
from tests.conftest import Valkey
from tests.integration.alert_servers import Desk
from tests.integration.feed_servers import free_port, serving, url_of

KEY = "a-key-for-tests-only"
IndexerFactory = Callable[..., AbstractAsyncContextManager[indexer_app.Indexer]]
IngestFactory = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Returns when the condition holds; fails when that takes longer than `seconds`."""
    until = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < until, "this did not come true in time"
        await asyncio.sleep(0.02)


@dataclass(slots=True)
class World:
    """The servers of one test, as a test looks at them."""

    redis: Redis
    index: AsyncOpenSearch
    names: IndexNames
    indexer_settings: IndexerSettings
    ingest_settings: IngestSettings
    failures: list[str] = field(default_factory=list)

    async def add(self, event: dict[str, Any] | bytes) -> str:
        """Adds an event to the stream; returns its entry's id."""
        raw = event if isinstance(event, bytes) else orjson.dumps(event)
        return (await self.redis.xadd(ARTICLES_STREAM, {EVENT_FIELD: raw})).decode()  # type: ignore[union-attr]

    async def pending(self) -> int:
        """How many entries are delivered and not acknowledged, plus those not delivered."""
        groups: Any = await self.redis.xinfo_groups(ARTICLES_STREAM)
        group = next(g for g in groups if g["name"].decode() == INDEXER_GROUP)
        return int(group["pending"]) + int(group["lag"] or 0)

    async def settled(self, seconds: float = 20) -> None:
        """Returns when every entry is acknowledged."""

        async def nothing_pending() -> bool:
            return await self.pending() == 0

        await eventually(nothing_pending, seconds)

    async def dead_letters(self) -> list[dict[str, Any]]:
        entries: Any = await self.redis.xrange(DEAD_LETTERS_STREAM)
        return [orjson.loads(fields[EVENT_FIELD.encode()]) for _, fields in entries]

    async def found(self, query: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """What any client finds behind the alias."""
        body = {"query": query or {"match_all": {}}, "size": 10_000, "version": True}
        hits: list[dict[str, Any]] = (await self.index.search(index=self.names.articles, body=body))["hits"]["hits"]
        return hits

    async def document(self, article_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] = await self.index.get(
            index=self.names.write, id=article_id, params={"realtime": "true"}, ignore=404
        )
        return found if found.get("found") else None


def event(article_id: str = "local:one", revision: int = 1, **article: Any) -> dict[str, Any]:
    """A published event as it stands on the stream."""
    data = {
        "id": article_id,
        "publisher": "local",
        "title": f"Title of {article_id}",
        "body": "A body about rare earth and nothing else.",
        "version": revision,
        "revision": revision,
        "accepted_at": "2026-10-01T00:00:00Z",
        "content_hash": "x",
        **article,
    }
    return envelope("com.wiredesk.article.published", data)


def withdrawal(article_id: str, revision: int) -> dict[str, Any]:
    """A withdrawn event as it stands on the stream."""
    data = {
        "id": article_id,
        "publisher": "local",
        "status": "withdrawn",
        "version": revision,
        "revision": revision,
        "accepted_at": "2026-10-01T00:00:00Z",
    }
    return envelope("com.wiredesk.article.withdrawn", data)


def envelope(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{data['id']}@{data['revision']}",
        "source": "urn:wiredesk:publisher:local",
        "type": kind,
        "subject": data["id"],
        "time": "2026-10-01T00:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:wiredesk:schema:article:1",
        "data": data,
    }


@pytest.fixture
async def world(valkey: Valkey, opensearch_url: str, index_prefix: str) -> AsyncIterator[World]:
    servers: dict[str, Any] = {
        "redis_url": valkey.url,
        "opensearch_url": opensearch_url,
        "index_prefix": index_prefix,
    }
    indexer_settings = IndexerSettings(
        **servers,
        refresh_interval=timedelta(milliseconds=50),
        sweep_interval=timedelta(milliseconds=50),
        left_after=timedelta(milliseconds=300),
        dead_after=timedelta(milliseconds=400),
        backoff_max=timedelta(milliseconds=200),
    )
    ingest_settings = IngestSettings(**servers, api_key=SecretStr(KEY))
    redis = Redis.from_url(valkey.url)
    index = build_client(ingest_settings)
    names = IndexNames.with_prefix(index_prefix)
    yield World(redis, index, names, indexer_settings, ingest_settings)
    for name in (names.articles_index, names.held_index, names.versions_index):
        await index.indices.delete(index=name, params={"ignore_unavailable": "true"})
    await index.delete_script(id=names.search_template, ignore=404)
    await index.close()
    await redis.aclose()


@pytest.fixture
def run_indexer(world: World) -> IndexerFactory:
    """Runs an indexer in this process, from ready to cleanly stopped."""

    @asynccontextmanager
    async def run(consumer: str = "one", traces: Traces = OFF, **changes: Any) -> AsyncIterator[indexer_app.Indexer]:
        settings = world.indexer_settings.model_copy(update=changes)
        app = indexer_app.build_app(settings, consumer, lambda: world.failures.append(consumer), traces)
        async with app.router.lifespan_context(app):
            indexer: indexer_app.Indexer = app.state.indexer

            async def ready() -> bool:
                return indexer.health.ready

            await eventually(ready)
            yield indexer

    return run


@pytest.fixture
def run_ingest(world: World) -> IngestFactory:
    """Runs ingest in this process and gives a client that has a key."""

    @asynccontextmanager
    async def run(key: str | None = KEY, traces: Traces = OFF, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
        app = ingest_app.build_app(world.ingest_settings.model_copy(update=changes), traces=traces)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://ingest", headers=headers, timeout=30) as client,
        ):
            yield client

    return run


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Somebody who is told of articles, on loopback."""
    listening = free_port()
    desk = Desk(url_of(listening))
    async with serving(desk, listening):
        yield desk
        desk.open.set()


@pytest.fixture
async def registry(world: World) -> AsyncIterator[Registry]:
    """The saved searches of this test, none at first."""
    registry = Registry(world.index, AlertNames.with_prefix(world.indexer_settings.index_prefix))
    await prepare_alerts(world.index, registry.names, replicas=0)
    await create_group(world.redis)
    yield registry
    await world.index.indices.delete(index=f"{registry.names.alias}-*")


def instant(seconds_from_now: float) -> str:
    """An RFC 3339 instant relative to the servers' clock."""
    return (datetime.now(UTC) + timedelta(seconds=seconds_from_now)).isoformat()
