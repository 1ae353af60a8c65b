"""Keeps the stream short without ever cutting off what is still needed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas.streams import ALERTS_GROUP, ARTICLES_STREAM, CHANGES_STREAM, INDEXER_GROUP, REMOVED_KEY
from services.entry_id import order

_MOST_COUNTED = 100_000


def first_needed(last_delivered: str, oldest_pending: str | None) -> str:
    """The id of the first entry that the group is not done with (pending, or not delivered yet)."""
    if oldest_pending is not None:
        return oldest_pending
    milliseconds, sequence = order(last_delivered)
    return f"{milliseconds}-{sequence + 1}"


def cut(needed: str, now: datetime, keep: timedelta) -> str:
    """The id before which entries may go: done with, and older than `keep`."""
    oldest_kept = int((now - keep).timestamp() * 1000)
    return min((needed, f"{oldest_kept}-0"), key=order)


_TRIM = """
local removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[1])
if removed > 0 then redis.call('INCRBY', KEYS[2], removed) end
return removed
"""


async def trim(redis: Redis, now: datetime, keep: timedelta, groups: Sequence[str] = (INDEXER_GROUP,)) -> int:
    """Removes entries that each of these groups is done with and that are older than `keep`; returns how many.

    Groups and pending entries are read in one MULTI. Where one of the groups is missing, nothing is trimmed.
    """
    async with redis.pipeline(transaction=True) as reading:
        reading.xinfo_groups(ARTICLES_STREAM)
        for group in groups:
            reading.xpending(ARTICLES_STREAM, group)
        try:
            known, *pending = await reading.execute()
        except ResponseError:
            return 0
    delivered = {group["name"].decode(): group["last-delivered-id"].decode() for group in known}
    oldest = [one["min"].decode() if one["pending"] else None for one in pending]
    needed = [first_needed(delivered[group], first) for group, first in zip(groups, oldest, strict=True)]
    minimum = cut(min(needed, key=order), now, keep)
    return int(await redis.eval(_TRIM, 2, ARTICLES_STREAM, REMOVED_KEY, minimum))


async def removed_by_others(redis: Redis) -> int:
    """How many entries of the stream were removed by something else than Wiredesk, read or not.

    What was gone before Wiredesk began to count is not counted.
    """
    async with redis.pipeline(transaction=True) as reading:
        reading.xinfo_stream(ARTICLES_STREAM)
        reading.get(REMOVED_KEY)
        try:
            stream, ours = await reading.execute()
        except ResponseError:
            return 0
    gone = int(stream["entries-added"]) - int(stream["length"])
    if ours is None:
        await redis.set(REMOVED_KEY, gone, nx=True)
        return 0
    return max(0, gone - int(ours))


async def trim_changes(redis: Redis, now: datetime, keep: timedelta, max_length: int) -> int:
    """Removes changes that are older than `keep`, and the oldest of more than `max_length`.

    What the group of the alerts, where there is one, is not done with stays however old it is, as long as there is
    room; how many changes went all the same is returned.
    """
    needed = await _first_needed_by_alerts(redis)
    minimum = cut(needed, now, keep) if needed else f"{int((now - keep).timestamp() * 1000)}-0"
    await redis.xtrim(CHANGES_STREAM, minid=minimum, approximate=True)
    too_many = await redis.xlen(CHANGES_STREAM) - max_length
    if too_many <= 0:
        return 0
    oldest: Any = await redis.xrange(CHANGES_STREAM, count=min(too_many, _MOST_COUNTED)) if needed else []
    await redis.xtrim(CHANGES_STREAM, maxlen=max_length, approximate=False)
    return sum(order(entry_id.decode()) >= order(needed or "") for entry_id, _ in oldest)


async def _first_needed_by_alerts(redis: Redis) -> str | None:
    async with redis.pipeline(transaction=True) as reading:
        reading.xinfo_groups(CHANGES_STREAM)
        reading.xpending(CHANGES_STREAM, ALERTS_GROUP)
        try:
            groups, pending = await reading.execute()
        except ResponseError:
            return None
    delivered = next(one["last-delivered-id"] for one in groups if one["name"].decode() == ALERTS_GROUP).decode()
    return first_needed(delivered, pending["min"].decode() if pending["pending"] else None)
