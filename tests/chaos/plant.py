"""Real servers, proxies before them, and indexers as processes of their own that can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import orjson
from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, EVENT_FIELD, INDEXER_GROUP
from services import embedded
from services.index.client import build_client
from services.index.names import IndexNames
from services.settings import ServerSettings
from tests.chaos.line_proxy import LineProxy, line_proxy
from tests.chaos.opensearch_proxy import OpenSearchProxy, opensearch_proxy
from tests.conftest import Valkey
from tests.integration.conftest import event

_PAGE = 5000
QUICK = {
    "REFRESH_INTERVAL": "0.1",
    "SWEEP_INTERVAL": "0.2",
    "LEFT_AFTER": "1",
    "DEAD_AFTER": "2",
    "BACKOFF_MAX": "1",
    "FORGET_AFTER": "3",
}


@dataclass(slots=True)
class Figures:
    """What became of the articles of one scenario. `seconds` is how long it took to be whole again."""

    accepted: int
    indexed: int
    dead: int
    duplicates: int
    stale: int
    lost: int
    seconds: float

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost, stale or there twice."""
        return not (self.lost or self.stale or self.duplicates)


@dataclass(slots=True)
class Service:
    """A running service: `python -m services.indexer`, or ingest."""

    process: "subprocess.Popen[bytes]"
    port: embedded.Port

    @property
    def url(self) -> str:
        """Where its probes answer."""
        return f"http://127.0.0.1:{self.port.number}"

    def kill(self) -> None:
        """Ends it at once."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def terminate(self, within: float = 20) -> int:
        """Asks it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    async def answers(self) -> bool:
        """Whether its probes answer yet."""
        try:
            await self.ready()
        except httpx.HTTPError:
            return False
        return True

    async def ready(self) -> dict[str, Any]:
        """What /readyz says."""
        async with httpx.AsyncClient() as client:
            answer: dict[str, Any] = (await client.get(f"{self.url}/readyz", timeout=5)).json()
            return answer

    async def metric(self, name: str) -> float:
        """The sum of a metric's values, whatever its labels."""
        async with httpx.AsyncClient() as client:
            text = (await client.get(f"{self.url}/metrics", timeout=5)).text
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{")))
        return sum(float(value) for _, value in lines)


@dataclass(slots=True)
class Plant:
    """What a scenario works with; `newest` is the newest accepted revision of each article."""

    valkey: Valkey
    redis: Redis
    index: AsyncOpenSearch
    names: IndexNames
    redis_line: LineProxy
    index_line: LineProxy
    opensearch: OpenSearchProxy
    environment: dict[str, str]
    home: Path
    newest: dict[str, int] = field(default_factory=dict)
    poison: int = 0
    running: list[Service] = field(default_factory=list)

    async def publish(self, articles: Iterable[tuple[str, int]], **fields: Any) -> None:
        """Adds an event of each article and revision to the stream."""
        async with self.redis.pipeline(transaction=False) as pipeline:
            for article_id, revision in articles:
                pipeline.xadd(ARTICLES_STREAM, {EVENT_FIELD: orjson.dumps(event(article_id, revision, **fields))})
                self.newest[article_id] = max(revision, self.newest.get(article_id, 0))
            await pipeline.execute()

    async def add(self, raw: bytes) -> str:
        """Adds an entry that can never be indexed."""
        self.poison += 1
        entry_id: Any = await self.redis.xadd(ARTICLES_STREAM, {EVENT_FIELD: raw})
        return str(entry_id.decode())

    def start(self, program: Iterable[str] = ("-m", "services.indexer"), **settings: str) -> Service:
        """Starts an indexer with these settings beside the quick ones."""
        port = embedded.any_port()
        return self._run(program, port, {**QUICK, "INDEXER_PORT": str(port.number), **settings})

    def start_ingest(self, key: str, port: embedded.Port | None = None, **settings: str) -> Service:
        """Starts ingest, which takes this key."""
        port = port or embedded.any_port()
        told = {"API_KEY": key, "INGEST_PORT": str(port.number), **settings}
        return self._run(("-m", "services.ingest"), port, told)

    def _run(self, program: Iterable[str], port: embedded.Port, settings: dict[str, str]) -> Service:
        environment = {**self.environment, **{f"WIREDESK_{name}": value for name, value in settings.items()}}
        log = self.home / f"service-{len(self.running)}.log"
        one = Service(embedded.start([sys.executable, *program], log, environment), port)
        self.running.append(one)
        return one

    async def rewind(self) -> None:
        """Lets the group begin again with the stream's first entry."""
        await self.redis.xgroup_setid(ARTICLES_STREAM, INDEXER_GROUP, "0")

    async def is_done(self) -> bool:
        """Whether every entry is delivered and acknowledged."""
        groups: Any = await self.redis.xinfo_groups(ARTICLES_STREAM) if await self.redis.exists(ARTICLES_STREAM) else []
        group = next((one for one in groups if one["name"].decode() == INDEXER_GROUP), None)
        return group is not None and not group["pending"] and group["lag"] == 0

    async def figures(self, since: float, within: float = 60) -> Figures:
        """What became of everything, once all is acknowledged; `since` is when the fault ended (time.monotonic)."""
        await eventually(self.is_done, within)
        seconds = time.monotonic() - since
        await self._told_by_all()
        return await self.tally(seconds)

    async def _told_by_all(self) -> None:
        """Returns when every indexer that runs tells what Redis tells: nothing is pending, waiting, or in hand."""

        async def is_told(one: Service) -> bool:
            return sum([await one.metric(f"wiredesk_indexer_{name}") for name in ("pending", "lag", "in_hand")]) == 0

        for one in self.running:
            if one.process.poll() is None and await one.answers():
                await eventually(partial(is_told, one))

    async def tally(self, seconds: float) -> Figures:
        """What became of everything by now, `seconds` after the fault."""
        await self.index.indices.refresh(index=self.names.write)
        found, counts = await self._found()
        dead: Counter[str] = Counter()
        letters: Any = await self.redis.xrange(DEAD_LETTERS_STREAM)
        for _, fields in letters:
            letter = orjson.loads(fields[EVENT_FIELD.encode()])
            dead[letter["entry_id"]] += 1
        stale = sum(found[one] < revision for one, revision in self.newest.items() if one in found)
        missing = sum(one not in found for one in self.newest)
        return Figures(
            accepted=len(self.newest) + self.poison,
            indexed=len(found),
            dead=len(dead),
            duplicates=counts - len(found) + dead.total() - len(dead),
            stale=stale,
            lost=max(0, missing + self.poison - len(dead)),
            seconds=seconds,
        )

    async def numbers(self) -> dict[str, int]:
        """The publisher's own version number of each document behind the alias, of 10,000 at most."""
        body = {"size": 10_000, "_source": ["version"]}
        hits = (await self.index.search(index=self.names.articles, body=body))["hits"]["hits"]
        return {hit["_id"]: hit["_source"]["version"] for hit in hits}

    async def _found(self) -> tuple[dict[str, int], int]:
        """The revision of each document behind the alias, and how many hits there were."""
        found: dict[str, int] = {}
        hits, after = 0, None
        while True:
            body: dict[str, Any] = {"size": _PAGE, "_source": ["revision"], "sort": ["id"]}
            if after:
                body["search_after"] = after
            page = (await self.index.search(index=self.names.articles, body=body))["hits"]["hits"]
            hits += len(page)
            found |= {hit["_id"]: hit["_source"].get("revision", 0) for hit in page}
            if len(page) < _PAGE:
                return found, hits
            after = page[-1]["sort"]


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 30) -> None:
    """Returns when the condition holds. Raises TimeoutError."""
    until = time.monotonic() + within
    while not await condition():
        if time.monotonic() > until:
            raise TimeoutError("this did not come true in time")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def plant(valkey: Valkey, opensearch_url: str, prefix: str, home: Path) -> AsyncIterator[Plant]:
    """A plant on these servers, its indices removed and its indexers ended afterwards."""
    async with (
        line_proxy(valkey.port) as to_redis,
        opensearch_proxy(opensearch_url) as opensearch,
        line_proxy(opensearch.port) as to_index,
    ):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
        environment = {
            **inherited,
            "TMPDIR": str(home),
            "WIREDESK_REDIS_URL": f"redis://127.0.0.1:{to_redis.port}/0",
            "WIREDESK_OPENSEARCH_URL": f"http://127.0.0.1:{to_index.port}",
            "WIREDESK_INDEX_PREFIX": prefix,
        }
        redis = Redis.from_url(valkey.url)
        index = build_client(ServerSettings(opensearch_url=opensearch_url, index_prefix=prefix))
        names = IndexNames.with_prefix(prefix)
        made = Plant(valkey, redis, index, names, to_redis, to_index, opensearch, environment, home)
        try:
            yield made
        finally:
            opensearch.open.set()
            for one in made.running:
                if one.process.poll() is None:
                    one.kill()
                one.port.lock.release()
            for name in (names.articles_index, names.held_index, names.versions_index):
                await index.indices.delete(index=name, params={"ignore_unavailable": "true"})
            await index.close()
            await redis.aclose()
