"""Reads the stream of changes for the group `alerts`: own entries that are left, new ones, and those of the dead."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from opensearchpy.exceptions import OpenSearchException
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from schemas.streams import ALERTS_GROUP, CHANGES_STREAM
from services.alerts.follow import Entry
from services.alerts.percolate import NothingAnswers
from services.metrics import AlertsMetrics

_BLOCK_MILLISECONDS = 1000
_PAUSE = timedelta(seconds=1)
_CLAIMED = 100
Follow = Callable[[Sequence[Entry]], Awaitable[int]]
log = logging.getLogger(__name__)


async def create_group(redis: Redis, start: str = "$") -> None:
    """Creates the group where it is missing: it begins with what comes from now on. Raises RedisError.

    Whoever adds the first alert does so too, so that what is indexed until the service first runs is not missed.
    """
    try:
        groups: Any = await redis.xinfo_groups(CHANGES_STREAM)
    except ResponseError:
        groups = []
    if any(group["name"].decode() == ALERTS_GROUP for group in groups):
        return
    try:
        await redis.xgroup_create(CHANGES_STREAM, ALERTS_GROUP, id=start, mkstream=True)
    except ResponseError as problem:
        if "BUSYGROUP" not in str(problem):
            raise


@dataclass(slots=True)
class Reader:
    """Hands changes over until stopped. What could not be followed stays pending, and is read again before new ones."""

    redis: Redis
    consumer: str
    follow: Follow
    entries: int
    metrics: AlertsMetrics
    cause: str | None = None
    """Why nothing is followed just now."""
    _stopping: bool = False

    async def run(self) -> None:
        """Returns after `stop`."""
        after = "0"
        while not self._stopping:
            try:
                after = await self._read(after)
                self._note(None)
            except (RedisError, OpenSearchException, OSError, TimeoutError, NothingAnswers) as problem:
                self._note(str(problem))
                after = "0"  # a lost answer may have brought entries
                await asyncio.sleep(_PAUSE.total_seconds())
                if "NOGROUP" in str(problem):
                    await self._begin_anew()

    def stop(self) -> None:
        """Reads no more."""
        self._stopping = True

    async def take_from_dead(self, dead_after: timedelta) -> None:
        """Follows what was given to anybody so long ago and is not acknowledged. Raises what following it raises."""
        cursor = b"0-0"
        while True:
            cursor, claimed, gone = await self.redis.xautoclaim(
                CHANGES_STREAM, ALERTS_GROUP, self.consumer, _milliseconds(dead_after), cursor, count=_CLAIMED
            )
            self._lost(len(gone))
            for first in range(0, len(claimed), self.entries):
                await self._hand_over(claimed[first : first + self.entries])
            if cursor == b"0-0":
                return

    async def _read(self, after: str) -> str:
        """Hands over own pending entries after `after`, or new ones where that is `>`; where to go on."""
        block = _BLOCK_MILLISECONDS if after == ">" else None
        answer: Any = await self.redis.xreadgroup(
            ALERTS_GROUP, self.consumer, {CHANGES_STREAM: after}, count=self.entries, block=block
        )
        read = answer[0][1] if answer else []
        await self._hand_over(read)
        if after == ">":
            return after
        return read[-1][0].decode() if read else ">"

    async def _hand_over(self, read: list[Any]) -> None:
        """Follows these entries; one that is gone from the stream has nothing left to follow."""
        gone = [entry_id for entry_id, fields in read if not fields]
        if gone:
            await self.redis.xack(CHANGES_STREAM, ALERTS_GROUP, *gone)
            self._lost(len(gone))
        if there := [(entry_id.decode(), fields) for entry_id, fields in read if fields]:
            await self.follow(there)

    def _lost(self, entries: int) -> None:
        if entries:
            self.metrics.lost_changes.inc(entries)
            log.error("changes were removed from the stream before they were followed", extra={"entries": entries})

    def _note(self, cause: str | None) -> None:
        if cause and not self.cause:
            log.warning("changes cannot be followed; waiting", extra={"cause": cause})
        elif self.cause and not cause:
            log.warning("changes are followed again")
        self.cause = cause

    async def _begin_anew(self) -> None:
        """The stream was emptied, or the group removed: all that has come since then is followed."""
        try:
            await create_group(self.redis, start="0")
        except (RedisError, OSError, TimeoutError) as problem:
            log.debug("left for the next time", extra={"cause": str(problem)})


def _milliseconds(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)
