"""How far behind the alerts are, as Redis and OpenSearch have it."""

from redis.asyncio import Redis

from schemas.streams import ALERTS_DUE, ALERTS_GROUP, CHANGES_STREAM, GIVEN_UP_STREAM
from services.alerts.registry import Registry
from services.metrics import AlertsMetrics


async def measure(redis: Redis, registry: Registry, metrics: AlertsMetrics) -> None:
    """Sets the gauges of changes not followed, alerts that wait to be told, what was given up, and broken alerts."""
    async with redis.pipeline(transaction=True) as reading:
        reading.xinfo_groups(CHANGES_STREAM)
        reading.zcard(ALERTS_DUE)
        reading.xlen(GIVEN_UP_STREAM)
        groups, waiting, given_up = await reading.execute()
    for group in groups:
        if group["name"].decode() == ALERTS_GROUP:
            metrics.pending.set(group["pending"])
            metrics.lag.set(group["lag"] or 0)
    metrics.waiting.set(waiting)
    metrics.given_up_kept.set(given_up)
    metrics.broken.set(await registry.count_broken())
