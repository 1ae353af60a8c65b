"""Readings of a Wiredesk in which all is well, for tests to change."""

from dataclasses import replace
from typing import Any

from services.health.readings import (
    Away,
    Backlog,
    Consumer,
    DeadLetters,
    Disk,
    Index,
    IndexReading,
    Reading,
    RedisReading,
    Sample,
    ServiceReading,
)
from services.index.names import SCHEMA_VERSION, IndexNames

NAMES = IndexNames.with_prefix("")
ARTICLES = NAMES.articles_index
GROUP = Backlog(pending=0, read=1000, lag=0, oldest=0.0, consumers=(Consumer("desk-1", 0, 0.1),))
REDIS = RedisReading(
    at=1_800_000_000.0,
    server="Redis 8.2.3",
    memory=100_000_000,
    memory_limit=1_000_000_000,
    policy="noeviction",
    appends=True,
    writes_fail=False,
    length=40,
    added=1000,
    newest=3.0,
    removed=0,
    indexer=GROUP,
    alerts=None,
    given_up=0,
    dead=DeadLetters(0, 0, 0, {}),
)
INDEX = IndexReading(
    server="OpenSearch 3.8.0",
    health="green",
    nodes=1,
    unassigned=0,
    aliases={
        NAMES.articles: (ARTICLES,),
        NAMES.write: (ARTICLES,),
        NAMES.held: (NAMES.held_index,),
        NAMES.versions: (NAMES.versions_index,),
    },
    write_alias=NAMES.write,
    versions_alias=NAMES.versions,
    documents=990,
    indices=(
        Index(ARTICLES, 990, 4_000_000, SCHEMA_VERSION, ()),
        Index(NAMES.versions_index, 1000, 4_000_000, SCHEMA_VERSION, ()),
    ),
    disks=(Disk("one", 60_000_000_000, 100_000_000_000, "none"),),
    delays=(),
)


def reading(
    taken: float = 0.0,
    *services: ServiceReading,
    redis: RedisReading | Away = REDIS,
    index: IndexReading | Away = INDEX,
) -> Reading:
    return Reading(taken, redis, index, services)


def redis(**changes: Any) -> Reading:
    return reading(redis=replace(REDIS, **changes))


def index(**changes: Any) -> Reading:
    return reading(index=replace(INDEX, **changes))


def behind(**changes: Any) -> Reading:
    return redis(indexer=replace(GROUP, **changes))


def service(name: str = "indexer", address: str = "127.0.0.1:8001", **changes: Any) -> ServiceReading:
    return replace(ServiceReading(name, address, True, None), **changes)


def verdicts(**counts: float) -> tuple[Sample, ...]:
    return tuple(Sample("wiredesk_indexer_entries_total", {"verdict": name}, value) for name, value in counts.items())
