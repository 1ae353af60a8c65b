"""Keeps the stream short without ever cutting off what is still needed."""

from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas.streams import ARTICLES_STREAM, CHANGES_STREAM, INDEXER_GROUP


def first_needed(last_delivered: str, oldest_pending: str | None) -> str:
    """The id of the first entry that the group is not done with (pending, or not delivered yet)."""
    if oldest_pending is not None:
        return oldest_pending
    milliseconds, _, sequence = last_delivered.partition("-")
    return f"{milliseconds}-{int(sequence) + 1}"


def cut(needed: str, now: datetime, keep: timedelta) -> str:
    """The id before which entries may go: done with, and older than `keep`."""
    oldest_kept = int((now - keep).timestamp() * 1000)
    return min((needed, f"{oldest_kept}-0"), key=_place)


def _place(entry_id: str) -> tuple[int, int]:
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)


async def trim(redis: Redis, now: datetime, keep: timedelta) -> int:
    """Removes entries that the group `indexer` is done with and that are older than `keep`; returns how many.

    Group and pending entries are read in one MULTI. Without the group nothing is trimmed.
    """
    async with redis.pipeline(transaction=True) as reading:
        reading.xinfo_groups(ARTICLES_STREAM)
        reading.xpending(ARTICLES_STREAM, INDEXER_GROUP)
        try:
            groups, pending = await reading.execute()
        except ResponseError:
            return 0
    delivered = [g["last-delivered-id"].decode() for g in groups if g["name"].decode() == INDEXER_GROUP]
    if not delivered:
        return 0
    oldest = pending["min"].decode() if pending["pending"] else None
    minimum = cut(first_needed(delivered[0], oldest), now, keep)
    return int(await redis.xtrim(ARTICLES_STREAM, minid=minimum, approximate=True))


async def trim_changes(redis: Redis, now: datetime, keep: timedelta, max_length: int) -> None:
    """Removes changes that are older than `keep`, and the oldest of more than about `max_length`."""
    oldest_kept = int((now - keep).timestamp() * 1000)
    async with redis.pipeline(transaction=False) as pipeline:
        pipeline.xtrim(CHANGES_STREAM, minid=f"{oldest_kept}-0", approximate=True)
        pipeline.xtrim(CHANGES_STREAM, maxlen=max_length, approximate=True)
        await pipeline.execute()
