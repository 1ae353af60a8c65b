"""How far behind the indexer is, as Redis has it, and how large the dead letters are."""

from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, INDEXER_GROUP
from services.entry_id import added_at
from services.indexer.trim import removed_by_others
from services.metrics import IndexerMetrics


async def measure(redis: Redis, metrics: IndexerMetrics, now: datetime) -> None:
    """Sets the gauges of lag, pending entries, the oldest unsettled entry's age (s), dead letters and Redis' memory."""
    async with redis.pipeline(transaction=True) as reading:
        reading.xinfo_groups(ARTICLES_STREAM)
        reading.xpending(ARTICLES_STREAM, INDEXER_GROUP)
        reading.xlen(DEAD_LETTERS_STREAM)
        reading.memory_usage(DEAD_LETTERS_STREAM)
        reading.info("memory")
        groups, pending, letters, size, memory = await reading.execute()
    group = next(one for one in groups if one["name"].decode() == INDEXER_GROUP)
    metrics.pending.set(pending["pending"])
    metrics.lag.set(group["lag"] or 0)
    metrics.dead_letters_kept.set(letters)
    metrics.dead_letters_bytes.set(size or 0)
    metrics.redis_used_bytes.set(memory["used_memory"])
    metrics.redis_max_bytes.set(memory["maxmemory"])
    metrics.oldest_seconds.set(await _age_of_oldest(redis, group, pending, now))
    metrics.removed_by_others.set(await removed_by_others(redis))


async def _age_of_oldest(redis: Redis, group: dict[str, Any], pending: dict[str, Any], now: datetime) -> float:
    """Seconds since the oldest entry that is not settled was added; 0 where all are."""
    if pending["pending"]:
        oldest = pending["min"]
    else:
        after = f"({group['last-delivered-id'].decode()}"
        found: Any = await redis.xrange(ARTICLES_STREAM, after, "+", count=1)
        if not found:
            return 0.0
        oldest = found[0][0]
    return max(0.0, now.timestamp() - added_at(oldest.decode()))


async def cap_dead_letters(redis: Redis, most_bytes: int) -> int:
    """Removes the oldest dead letters where all of them are over so many bytes of memory; returns how many.

    MEMORY USAGE estimates by a sample; a tenth more than needed goes, so that it is not done for each letter anew.
    """
    size = await redis.memory_usage(DEAD_LETTERS_STREAM)
    if not size or int(size) <= most_bytes:
        return 0
    length = await redis.xlen(DEAD_LETTERS_STREAM)
    keep = int(length * 0.9 * most_bytes / int(size))
    return int(await redis.xtrim(DEAD_LETTERS_STREAM, maxlen=keep, approximate=False))
