"""Finds the entry whose deciding ends the process: suspects are decided one by one, each under a mark in Redis."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.reasons import Reason
from schemas.streams import suspect_key
from services.indexer.decide import Dead, Decision, decide
from services.indexer.intake import Entry

_KEPT = timedelta(days=1)
_PAUSE = timedelta(milliseconds=500)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Suspects:
    """Decides on entries; what ended the process `most_crashes` times while it was decided alone is dead.

    An entry is a suspect when it was in hand more than once as a process ended. The mark is taken off as soon as it is
    decided, so that a process that ends later, between the index' answer and the acknowledgement, blames nobody; and
    nothing else is decided meanwhile, so that no innocent entry bears the mark of another's crash.
    """

    redis: Redis
    most_crashes: int
    _deciding: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def decide_all(self, entries: Sequence[Entry], now: datetime) -> list[Decision]:
        """The decision on each entry, in order."""
        async with self._deciding:
            return [await self._alone(one, now) if one.is_suspect else decide(one.raw, now) for one in entries]

    async def _alone(self, entry: Entry, now: datetime) -> Decision:
        key = suspect_key(entry.entry_id)
        begun = await self._mark(key)
        if begun > self.most_crashes:
            crashes = begun - 1
            log.error("an entry ends the process", extra={"entry": entry.entry_id, "crashes": crashes})
            return Dead(Reason.CRASHES, f"the process ended {crashes} times while it was deciding on this entry alone")
        decision = decide(entry.raw, now)
        await self._until_done(lambda: self.redis.delete(key))
        return decision

    async def _mark(self, key: str) -> int:
        async def begin() -> int:
            async with self.redis.pipeline(transaction=True) as transaction:
                transaction.incr(key)
                transaction.expire(key, _KEPT)
                return int((await transaction.execute())[0])

        return await self._until_done(begin)

    async def _until_done(self, command: Callable[[], Awaitable[int]]) -> int:
        """Tries until Redis has taken it; without the mark an entry must not be decided."""
        while True:
            try:
                return await command()
            except (RedisError, OSError, TimeoutError) as problem:
                log.warning("Redis does not take the mark of a suspect; waiting", extra={"cause": str(problem)})
                await asyncio.sleep(_PAUSE.total_seconds())
