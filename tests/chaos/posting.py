"""Faults between publishers, ingest and Redis: whatever was answered with 202 is there."""

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import psutil

from tests.chaos.plant import Figures, Plant, Service, eventually

_KEY = "a-key-for-chaos-only"
_ARTICLES, _VERSIONS, _LINES = 200, 3, 8
_MOST_RESIDENT = 250 * 2**20


@dataclass(slots=True)
class Publisher:
    """Posts every version of every article until it is taken, and remembers which were."""

    url: str
    taken: dict[str, int] = field(default_factory=dict)
    statuses: dict[int | str, int] = field(default_factory=dict)

    async def post_all(self, articles: int = _ARTICLES) -> None:
        """Over eight lines at once, each article's versions in order."""
        waiting = asyncio.Queue[int]()
        for number in range(articles):
            waiting.put_nowait(number)
        headers = {"Authorization": f"Bearer {_KEY}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=10) as client:
            await asyncio.gather(*(self._line(client, waiting) for _ in range(_LINES)))

    async def _line(self, client: httpx.AsyncClient, waiting: "asyncio.Queue[int]") -> None:
        while not waiting.empty():
            number = waiting.get_nowait()
            for version in range(1, _VERSIONS + 1):
                await self._until_taken(client, {"id": f"p-{number}", "version": version})

    async def _until_taken(self, client: httpx.AsyncClient, named: dict[str, Any]) -> None:
        text = f"Version {named['version']} of {named['id']}: pilots voted."
        article = {**named, "title": text, "body": text * 20}
        while True:
            try:
                answer = await client.post("/v1/articles", json=article)
                status: int | str = answer.status_code
            except httpx.HTTPError as problem:
                status = type(problem).__name__
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status in (200, 202):
                self.taken[f"local:{named['id']}"] = named["version"]
                return
            if status not in (503, "ConnectError", "ReadError", "RemoteProtocolError", "ReadTimeout"):
                raise AssertionError(f"posting was answered with {status}")
            await asyncio.sleep(0.05)


async def _posted(plant: Plant, fault: Callable[[Publisher, Service], Awaitable[None]]) -> Figures:
    """Posts under a fault, then lets an indexer take it all in, and looks for every last version."""
    ingest = plant.start_ingest(_KEY)
    await eventually(ingest.answers, 60)
    publisher = Publisher(ingest.url)
    posting = asyncio.create_task(publisher.post_all())
    await fault(publisher, ingest)
    await posting
    ended = time.monotonic()
    plant.newest = dict.fromkeys(publisher.taken, 0)
    plant.start()
    figures = await plant.figures(ended)
    found = await plant.numbers()
    figures.stale = sum(found.get(one) != version for one, version in publisher.taken.items())
    return figures


async def _some(publisher: Publisher, count: int) -> None:
    async def taken() -> bool:
        return len(publisher.taken) >= count

    await eventually(taken, 60)


async def lost_replies_of_xadd(plant: Plant) -> Figures:
    """The answer to EXEC, with the XADD in it, lost ten times: posted again, in the index once"""

    async def lose(publisher: Publisher, _: Service) -> None:
        for count in range(10, 110, 10):
            await _some(publisher, count)
            plant.redis_line.lose_reply("EXEC", 1)

    figures = await _posted(plant, lose)
    if plant.redis_line.lost < 5:
        raise AssertionError(f"only {plant.redis_line.lost} answers were lost")
    return figures


async def redis_killed_while_posting(plant: Plant) -> Figures:
    """kill -9 of Redis, appendfsync always, twice while articles are posted: every 202 is there"""
    await plant.redis.config_set("appendfsync", "always")

    async def kill(publisher: Publisher, _: Service) -> None:
        for count in (40, 120):
            await _some(publisher, count)
            plant.valkey.stop()
            await asyncio.to_thread(plant.valkey.start)
            await plant.redis.connection_pool.disconnect()
            await plant.redis.config_set("appendfsync", "always")

    return await _posted(plant, kill)


async def ingest_killed_while_posting(plant: Plant) -> Figures:
    """kill -9 of ingest, twice while articles are posted: every 202 is there"""

    async def kill(publisher: Publisher, ingest: Service) -> None:
        for count in (40, 120):
            await _some(publisher, count)
            ingest.kill()
            ingest.process = plant.start_ingest(_KEY, port=ingest.port).process

    return await _posted(plant, kill)


async def a_full_redis_while_posting(plant: Plant) -> Figures:
    """Redis full for two seconds: 503 and no 202, and on it goes"""

    async def fill(publisher: Publisher, _: Service) -> None:
        await _some(publisher, 50)
        await plant.redis.config_set("maxmemory", "1")
        before = dict(publisher.statuses)
        await asyncio.sleep(2)
        during = {one: count - before.get(one, 0) for one, count in publisher.statuses.items()}
        await plant.redis.config_set("maxmemory", "0")
        if during.get(503, 0) < 10 or during.get(202, 0) > _LINES:
            raise AssertionError(f"a full Redis was answered for with {during}")

    return await _posted(plant, fill)


async def a_full_disk_while_posting(plant: Plant) -> Figures:
    """No room for Redis' log for three seconds: 503 and no 202, and on it goes; it needs the right to mount"""
    plant.valkey.stop()
    data = str(plant.valkey.data)
    await _command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", data)
    try:
        await asyncio.to_thread(plant.valkey.start)
        await plant.redis.connection_pool.disconnect()

        async def fill(publisher: Publisher, _: Service) -> None:
            async def is_full() -> bool:
                return publisher.statuses.get(503, 0) > 20

            await eventually(is_full, 60)
            before = publisher.statuses.get(202, 0)
            await asyncio.sleep(3)
            if publisher.statuses.get(202, 0) > before:
                raise AssertionError("it answered 202 without room for it")
            await _command("mount", "-o", "remount,size=64m", data)

        return await _posted(plant, fill)
    finally:
        plant.valkey.stop()
        await _command("umount", "--lazy", data)


async def _command(*words: str) -> None:
    process = await asyncio.create_subprocess_exec(*words)
    if await process.wait():
        raise AssertionError(f"{' '.join(words)} is not possible here")


async def four_hundred_at_once(plant: Plant) -> Figures:
    """400 posts of 900 kB at one moment: some are turned away with 503, memory stays under 250 MB, each 202 is there"""
    return await _at_once(plant, is_packed=False)


async def four_hundred_packed_at_once(plant: Plant) -> Figures:
    """The same in gzip, where each is a few kB on the line: what counts is what they are unpacked"""
    return await _at_once(plant, is_packed=True)


async def _at_once(plant: Plant, is_packed: bool) -> Figures:
    ingest = plant.start_ingest(_KEY)
    await eventually(ingest.answers, 60)
    body = "Pilots of the port voted on Monday. " * 25_000
    process, most = psutil.Process(ingest.process.pid), 0
    limits = httpx.Limits(max_connections=400)
    headers = {"Authorization": f"Bearer {_KEY}"}
    taken: set[str] = set()
    statuses: dict[int, int] = {}

    async def post(client: httpx.AsyncClient, number: int) -> None:
        article = {"id": f"large-{number}", "title": f"Large {number}", "body": f"{number} {body}"}
        content = orjson.dumps(article)
        coding = {"Content-Encoding": "gzip"} if is_packed else {}
        answer = await client.post(
            "/v1/articles",
            content=gzip.compress(content, 1) if is_packed else content,
            headers={"Content-Type": "application/json", **coding},
        )
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        if answer.status_code == 202:
            taken.add(f"local:large-{number}")

    async with httpx.AsyncClient(base_url=ingest.url, headers=headers, timeout=120, limits=limits) as client:
        posting = asyncio.gather(*(post(client, number) for number in range(400)))
        while not posting.done():
            most = max(most, process.memory_info().rss)
            await asyncio.sleep(0.05)
        await posting
    if not set(statuses) <= {202, 503} or not statuses.get(202) or most > _MOST_RESIDENT:
        raise AssertionError(f"{most >> 20} MB resident, answers {statuses}")
    ended = time.monotonic()
    plant.newest = dict.fromkeys(taken, 0)
    plant.start()
    return await plant.figures(ended)
