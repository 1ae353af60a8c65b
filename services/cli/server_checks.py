"""Looks at what `wiredesk doctor` judges of Redis and OpenSearch; changes nothing there."""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError

from services.health.before_index import judge_before
from services.health.before_redis import judge_server
from services.health.configuration import judge_addresses
from services.health.finding import Finding, bad, warn
from services.health.judge import judge_away
from services.health.machine import judge_clock
from services.health.permissions import NEEDED, judge_refused, refused
from services.health.read_index import IndexReader
from services.health.read_redis import away
from services.health.readings import Away
from services.index.client import build_client
from services.index.names import IndexNames
from services.redis_client import build_redis
from services.settings import ServerSettings

_TIMEOUT = timedelta(seconds=5)


async def check_redis(settings: ServerSettings, services: Iterable[str]) -> list[Finding]:
    """On the server, this user's rights, and its clock."""
    found = list(judge_addresses(settings))
    try:
        redis = build_redis(settings.redis_url, _TIMEOUT)
    except ValueError as problem:
        return [
            *found,
            bad("redis", f"WIREDESK_REDIS_URL cannot be read: {problem}", "redis://user:password@host:6379/0"),
        ]
    try:
        info: Any = await redis.info()
        found += judge_server(info, await _appendfsync(redis), getattr(settings, "redis_wait_replicas", 0))
        for service in services:
            found += judge_refused(service, await refused(redis, NEEDED[service]))
        with suppress(NoPermissionError):
            before = time.time()
            seconds, micros = await redis.time()
            found.append(judge_clock("Redis", seconds + micros / 1e6, before, time.time()))
    except (RedisError, OSError, TimeoutError) as problem:
        found.append(_away("redis", "Redis", away(problem)))
    finally:
        await redis.aclose()
    return found


async def _appendfsync(redis: Redis) -> str | None:
    with suppress(NoPermissionError):
        told: Any = await redis.config_get("appendfsync")
        return str(told.get("appendfsync"))
    return None


async def check_index(settings: ServerSettings) -> list[Finding]:
    """On the cluster, its disks, our index, and its clocks."""
    try:
        client = build_client(settings.model_copy(update={"opensearch_timeout": _TIMEOUT}))
    except (OSError, ValueError) as problem:
        return [bad("opensearch", f"the way to it cannot be made: {problem}", "mend WIREDESK_OPENSEARCH_CA_FILE")]
    try:
        reader = IndexReader(client, IndexNames.with_prefix(settings.index_prefix))
        reading = await reader.read()
        if isinstance(reading, Away):
            return [_away("opensearch", "OpenSearch", reading)]
        before = time.time()
        clocks = await reader.clocks()
        after = time.time()
        return [
            *judge_before(reading),
            *(judge_clock(f"node {name}", at, before, after) for name, at in clocks.items()),
        ]
    finally:
        await client.close()


def _away(part: str, name: str, why: Away) -> Finding:
    """A user without the right to look is as it should be with a service's own."""
    if why.answered and not why.stranger:
        return warn(part, f"{name} answers, but not what this user asks: {why.why}", "look at the rest as the user ops")
    return judge_away(part, name, why, f"WIREDESK_{part.upper()}_URL")
