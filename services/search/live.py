"""Tells of articles as they can be found: reads the stream of changes, and asks for every listener what matches."""

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from prometheus_client import Gauge
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.changes import Change
from schemas.reasons import Reason
from schemas.streams import CHANGES_STREAM
from services.entry_id import order
from services.errors import Unavailable
from services.index.asked import Asked
from services.search.reader import Reader

_ENTRIES, _MISSED, _WAITING = 100, 500, 200
_BLOCK_MS = 1_000
_AWAY_SECONDS = 1.0
_SEARCHES = 25
"""Searches in one request."""
_PLACE = re.compile(r"\d{1,20}-\d{1,20}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """What a listener is told. `place` is the change's entry in the stream; `data` is JSON."""

    place: str
    kind: str
    data: str


@dataclass(eq=False, slots=True)
class Listener:
    """One who wants to be told. None in the queue is the end."""

    asked: Asked
    waiting: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(_WAITING))
    has_ended: bool = False

    def tell(self, event: Event | None) -> None:
        """Tells, or ends one who does not keep up: it comes back and says how far it was."""
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.has_ended = True


class Live:
    """All listeners of this process, at most `most`."""

    def __init__(self, redis: Redis, reader: Reader, most: int, gauge: Gauge) -> None:
        self._redis = redis
        self._reader = reader
        self._most = most
        self._listeners: set[Listener] = set()
        self._has_ended = False
        gauge.set_function(lambda: len(self._listeners))

    async def run(self) -> None:
        """Follows the stream from its end, for ever; while Redis or the index is away nobody is told."""
        place: str | None = None
        while True:
            try:
                place = place or await self._newest()
                read: Any = await self._redis.xread({CHANGES_STREAM: place}, _ENTRIES, _BLOCK_MS)
                for _, entries in read or ():
                    await self._tell_all(entries)
                    place = entries[-1][0].decode()
            except (RedisError, OSError, TimeoutError, Unavailable) as problem:
                log.debug("nobody is told for a while", extra={"cause": str(problem)})
                await asyncio.sleep(_AWAY_SECONDS)

    def check_room(self) -> None:
        """Raises Unavailable where one more listener is one too many."""
        if len(self._listeners) >= self._most or self._has_ended:
            raise Unavailable(Reason.OVERLOADED, f"{self._most} listen already")

    async def listen(self, asked: Asked, since: str | None, heartbeat: float) -> AsyncIterator[Event | None]:
        """What came since that place, and what comes; None whenever nothing came for `heartbeat` seconds."""
        listener = Listener(asked)
        self._listeners.add(listener)
        told = since if since and _PLACE.fullmatch(since) else None
        try:
            yield None
            for missed in await self._missed(asked, told) if told else ():
                told = missed.place
                yield missed
            while not (listener.has_ended or self._has_ended):
                event, is_end = await _next(listener, heartbeat)
                if is_end:
                    return
                if event is None or told is None or order(told) < order(event.place):
                    yield event
        finally:
            self._listeners.discard(listener)

    def end(self) -> None:
        """Ends every listening, from whatever the event loop is doing."""
        self._has_ended = True
        for listener in self._listeners:
            listener.tell(None)

    async def _newest(self) -> str:
        newest: Any = await self._redis.xrevrange(CHANGES_STREAM, count=1)
        return newest[0][0].decode() if newest else "0-0"

    async def _missed(self, asked: Asked, since: str) -> Sequence[Event]:
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            newest_first: Any = await self._redis.xrevrange(CHANGES_STREAM, min=f"({since}", count=_MISSED)
            return [event for events in await self._events(newest_first[::-1], [asked]) for event in events]
        return ()

    async def _tell_all(self, entries: Iterable[tuple[bytes, Mapping[bytes, bytes]]]) -> None:
        listeners = list(self._listeners)
        searches = list(dict.fromkeys(listener.asked for listener in listeners))
        events = dict(zip(searches, await self._events(entries, searches), strict=True)) if searches else {}
        for listener in listeners:
            for event in events[listener.asked]:
                listener.tell(event)

    async def _events(
        self, entries: Iterable[tuple[bytes, Mapping[bytes, bytes]]], searches: Sequence[Asked]
    ) -> list[list[Event]]:
        """For each search what to tell of these changes, in their order; of an article only its newest."""
        places = dict(_changed(entries))
        gone = [_withdrawn(place, one.id) for one, place in places.values() if one.kind == "withdrawn"]
        ids = [one.id for one, _ in places.values() if one.kind != "withdrawn"]
        events = []
        for start in range(0, len(searches), _SEARCHES):
            some = searches[start : start + _SEARCHES]
            hits = await self._reader.matching(some, ids) if ids else [[] for _ in some]
            found = [[Event(places[hit.id][1], "article", hit.model_dump_json()) for hit in one] for one in hits]
            events += [sorted((*gone, *one), key=lambda event: order(event.place)) for one in found]
        return events


async def _next(listener: Listener, heartbeat: float) -> tuple[Event | None, bool]:
    try:
        event = await asyncio.wait_for(listener.waiting.get(), heartbeat)
    except TimeoutError:
        return None, False
    return event, event is None


def _changed(entries: Iterable[tuple[bytes, Mapping[bytes, bytes]]]) -> Iterable[tuple[str, tuple[Change, str]]]:
    for place, fields in entries:
        with contextlib.suppress(ValidationError):
            change = Change.read(fields)
            yield change.id, (change, place.decode())


def _withdrawn(place: str, article_id: str) -> Event:
    return Event(place, "withdrawn", orjson.dumps({"id": article_id}).decode())
