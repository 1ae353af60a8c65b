"""Whether Redis is as Wiredesk needs it, before a start: a pure function of its INFO."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.health.finding import Finding, bad, warn, well
from services.health.read_redis import server_of

OLDEST = (7, 0)
"""Groups tell their lag from then on, and scripts may say that they run on a full Redis."""
_SHARE_OF_MACHINE = 0.75


def judge_server(info: Mapping[str, Any], appendfsync: str | None, wait_replicas: int = 0) -> Iterator[Finding]:
    """Findings on version, role, replicas, memory and persistence.

    `appendfsync` is None where the user may not ask; `wait_replicas` is how many replicas ingest waits for.
    """
    server = server_of(info)
    version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
    if version < OLDEST:
        yield bad("redis", f"{server} is too old", "Redis 7.0 or Valkey 7.2 is needed, or newer")
    else:
        yield well("redis", f"{server} answers")
    if info.get("role", "master") != "master":
        yield bad("redis", "this is a replica, which takes no writes", "name the primary, or redis+sentinel://…")
    elif (replicas := info.get("connected_slaves", 0)) < wait_replicas:
        yield bad(
            "redis",
            f"ingest waits for {wait_replicas} replicas and {replicas} are there: it answers 503",
            "start the replicas, or lower WIREDESK_REDIS_WAIT_REPLICAS",
        )
    if info.get("loading"):
        yield warn("redis", "it is still reading its file", "wait until it is done")
    yield from _memory(info)
    yield from _persistence(info, appendfsync)


def _memory(info: Mapping[str, Any]) -> Iterator[Finding]:
    policy, limit, machine = info["maxmemory_policy"], info["maxmemory"], info.get("total_system_memory", 0)
    if policy != "noeviction":
        yield bad(
            "redis",
            f"maxmemory-policy is {policy}: full, it throws articles away that were answered with 202",
            "CONFIG SET maxmemory-policy noeviction, and the same in redis.conf",
        )
    if not limit:
        yield warn(
            "redis",
            "it has no maxmemory: what grows ends it, instead of 503 for publishers",
            "CONFIG SET maxmemory to six tenths of what it has, and the same in redis.conf",
        )
    elif machine and limit > _SHARE_OF_MACHINE * machine:
        yield warn(
            "redis",
            f"maxmemory is {limit / machine:.0%} of the machine's; rewriting its file may copy a part of it",
            "set maxmemory to six tenths of what it has",
        )
    elif policy == "noeviction":
        yield well("redis", f"maxmemory is {limit / 1e6:,.0f} MB, and full it refuses")


def _persistence(info: Mapping[str, Any], appendfsync: str | None) -> Iterator[Finding]:
    if not info["aof_enabled"]:
        yield bad(
            "redis",
            "appendonly is off: a crash loses what was answered with 202",
            "CONFIG SET appendonly yes, and the same in redis.conf",
        )
    elif appendfsync == "no":
        yield warn(
            "redis",
            "appendfsync is no: a power cut loses what the system had not written",
            "CONFIG SET appendfsync everysec, or always",
        )
    else:
        yield well("redis", f"append-only{f', appendfsync {appendfsync}' if appendfsync else ''}")
