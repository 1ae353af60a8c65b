"""New articles are told of as they come, over real servers."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from redis.asyncio import Redis

from schemas.changes import Change
from schemas.streams import CHANGES_STREAM
from services import embedded
from services.index.asked import Asked
from services.search.live import Event, Live
from tests.conftest import Valkey
from tests.integration.conftest import eventually
from tests.integration.reading_rooms import NO_REDIS, Room, document, reading_room

NOTHING = ("withdrawn", "nothing")
SOON = 0.2
"""Seconds after which nothing more is waited for, where nothing is to come."""


@pytest.fixture
async def room(opensearch_url: str, index_prefix: str, valkey: Valkey) -> AsyncIterator[Room]:
    async with reading_room(opensearch_url, index_prefix, redis_url=valkey.url, most_listeners=2) as made:
        yield made


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey.url)
    yield client
    await client.aclose()


def live(room: Room) -> Live:
    told: Live = room.app.state.search.live
    return told


async def change(redis: Redis, article_id: str, kind: Any = "published") -> str:
    """Adds a change as the indexer does; its place in the stream."""
    told = Change(id=article_id, publisher="local", version=1, kind=kind)
    return (await redis.xadd(CHANGES_STREAM, told.fields())).decode()  # type: ignore[arg-type, union-attr]


class Ear:
    """A listener that has begun to listen."""

    def __init__(self, events: AsyncIterator[Event | None]) -> None:
        self._events = events

    async def next(self) -> tuple[str, str] | None:
        """What is told next: its kind and the article; None when nothing comes for a while."""
        event = await anext(self._events)
        told = (event.kind, orjson.loads(event.data)["id"]) if event else None
        return await self.next() if told == NOTHING else told


async def listening(
    stack: AsyncExitStack, room: Room, asked: Asked, since: str | None = None, heartbeat: float = 10
) -> Ear:
    events = live(room).listen(asked, since, heartbeat)
    stack.push_async_callback(events.aclose)  # type: ignore[attr-defined]
    assert await anext(events) is None
    return Ear(events)


async def test_a_listener_is_told_of_what_matches_and_of_what_is_withdrawn(room: Room, redis: Redis) -> None:
    await room.put(document("ferry", title="A ferry sails"), document("barge", title="A barge sinks"))
    await following(room, redis)
    async with AsyncExitStack() as stack:
        ferries = await listening(stack, room, Asked("ferry"))
        everything = await listening(stack, room, Asked())
        for article_id, kind in (("barge", "published"), ("ferry", "corrected"), ("old", "withdrawn")):
            await change(redis, article_id, kind)
        assert await ferries.next() == ("article", "ferry")
        assert await ferries.next() == ("withdrawn", "old")
        assert [await everything.next() for _ in range(3)] == [
            ("article", "barge"),
            ("article", "ferry"),
            ("withdrawn", "old"),
        ]


async def test_nothing_is_told_that_the_alias_does_not_show(room: Room, redis: Redis) -> None:
    await room.put(document("gone", status="withdrawn"), document("over", expires_at="2026-01-01T00:00:00Z"))
    await room.put(document("held"), alias=room.names.held)
    await room.put(document("shown"))
    await following(room, redis)
    async with AsyncExitStack() as stack:
        ear = await listening(stack, room, Asked())
        for article_id in ("gone", "over", "held", "shown"):
            await change(redis, article_id)
        assert await ear.next() == ("article", "shown")


async def test_who_comes_back_hears_what_was_missed_and_nothing_twice(room: Room, redis: Redis) -> None:
    await room.put(*(document(f"f{number}", timedelta(number)) for number in range(4)))
    await following(room, redis)
    heard = await change(redis, "f0")
    await change(redis, "f1")
    await change(redis, "f2")
    async with AsyncExitStack() as stack:
        ear = await listening(stack, room, Asked(), since=heard)
        await change(redis, "f3")
        assert [await ear.next() for _ in range(3)] == [("article", f"f{number}") for number in (1, 2, 3)]


@pytest.mark.parametrize("since", ["x", "1", "-", "1-1-1", "9" * 30])
async def test_a_place_that_is_none_is_as_if_none_were_told(room: Room, redis: Redis, since: str) -> None:
    await following(room, redis)
    async with AsyncExitStack() as stack:
        ear = await listening(stack, room, Asked(), since=since, heartbeat=SOON)
        assert await ear.next() is None


async def test_silence_is_broken_by_heartbeats(room: Room) -> None:
    async with AsyncExitStack() as stack:
        ear = await listening(stack, room, Asked(), heartbeat=0.01)
        assert [await ear.next() for _ in range(3)] == [None, None, None]


async def test_one_listener_too_many_is_turned_away_until_another_leaves(room: Room) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await listening(stack, room, Asked())
        answer = await room.client.get("/v1/live")
        assert answer.status_code == 503
        assert answer.json()["reason"] == "overloaded"
    live(room).check_room()


async def test_an_odd_search_is_refused_before_anything_is_told(room: Room) -> None:
    assert (await room.client.get("/v1/live", params={"from": "never"})).status_code == 400


async def test_all_listening_ends_with_the_service(room: Room) -> None:
    told = asyncio.create_task(room.client.get("/v1/live", params={"q": "ferry"}))

    async def one_listens() -> bool:
        return "wiredesk_search_listeners 1.0" in (await room.client.get("/metrics")).text

    await eventually(one_listens)
    live(room).end()
    answer = await told
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == ": ping\n\n"


async def test_the_stream_is_of_events_with_an_id_to_come_back_with(room: Room, redis: Redis) -> None:
    await room.put(document("ferry", title="A ferry sails"))
    await following(room, redis)
    first = await change(redis, "none")
    told = asyncio.create_task(room.client.get("/v1/live?q=ferry", headers={"Last-Event-ID": first}))
    place = await change(redis, "ferry")

    async def is_told() -> bool:
        hits = await room.app.state.search.reader.matching([Asked("ferry")], ["ferry"])
        return bool(hits[0]) and "wiredesk_search_listeners 1.0" in (await room.client.get("/metrics")).text

    await eventually(is_told)
    async with AsyncExitStack() as stack:  # which is told after the other
        ear = await listening(stack, room, Asked("ferry"), since=first)
        assert await ear.next() == ("article", "ferry")
    live(room).end()
    lines = (await told).text.split("\n")
    assert "event: article" in lines
    assert f"id: {place}" in lines
    data = next(line for line in lines if line.startswith("data: "))
    assert orjson.loads(data.removeprefix("data: "))["title_html"] == "A <mark>ferry</mark> sails"


async def test_without_redis_all_else_works(opensearch_url: str, index_prefix: str, valkey: Valkey) -> None:
    async with reading_room(opensearch_url, index_prefix, redis_url=valkey.url) as room:
        valkey.stop()
        await room.put(document("one"))
        assert await room.ids() == ["one"]
        assert (await room.client.get("/readyz")).status_code == 200


async def following(room: Room, redis: Redis) -> None:
    """Returns when the room follows the stream: when it has told of a change of nothing."""
    events = live(room).listen(Asked(), None, SOON)
    async for event in events:
        if event:
            break
        await change(redis, "nothing", "withdrawn")


async def test_the_process_ends_though_somebody_listens(opensearch_url: str, index_prefix: str) -> None:
    port = embedded.any_port()
    told = {
        "WIREDESK_OPENSEARCH_URL": opensearch_url,
        "WIREDESK_INDEX_PREFIX": index_prefix,
        "WIREDESK_REDIS_URL": NO_REDIS,
        "WIREDESK_SEARCH_PORT": str(port.number),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.search", env={**os.environ, **told}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port.number}", trust_env=False) as client:

            async def lives() -> bool:
                with contextlib.suppress(httpx.TransportError):
                    return (await client.get("/healthz")).status_code == 200
                return False

            await eventually(lives)
            async with client.stream("GET", "/v1/live") as answer:
                lines = answer.aiter_lines()
                assert await anext(lines) == ": ping"
                process.terminate()
                assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
        port.lock.release()
