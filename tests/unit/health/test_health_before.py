"""Redis and OpenSearch before a start."""

from dataclasses import replace
from typing import Any

import pytest

from services.health.before_index import judge_before
from services.health.before_redis import judge_server
from services.health.finding import Level, pressing
from services.health.permissions import judge_refused
from tests.unit.health.readings import INDEX

INFO: dict[str, Any] = {
    "redis_version": "8.2.3",
    "role": "master",
    "loading": 0,
    "maxmemory": 1_000_000_000,
    "maxmemory_policy": "noeviction",
    "total_system_memory": 4_000_000_000,
    "aof_enabled": 1,
}


def test_redis_as_it_should_be_needs_nobody() -> None:
    assert pressing(judge_server(INFO, "everysec")) == []
    assert pressing(judge_server({**INFO, "redis_version": "7.2.4", "valkey_version": "9.1.2"}, None)) == []


@pytest.mark.parametrize(
    ("changed", "level", "words", "advice"),
    [
        ({"redis_version": "6.2.14"}, Level.BAD, "Redis 6.2.14 is too old", "7.0"),
        ({"role": "slave"}, Level.BAD, "replica", "redis+sentinel://"),
        ({"loading": 1}, Level.WARN, "reading its file", "wait"),
        ({"maxmemory_policy": "allkeys-lru"}, Level.BAD, "allkeys-lru", "CONFIG SET maxmemory-policy noeviction"),
        ({"maxmemory": 0}, Level.WARN, "no maxmemory", "CONFIG SET maxmemory"),
        ({"maxmemory": 3_900_000_000}, Level.WARN, "98%", "six tenths"),
        ({"aof_enabled": 0}, Level.BAD, "appendonly is off", "CONFIG SET appendonly yes"),
    ],
)
def test_what_redis_has_to_be_told_is_said(changed: dict[str, Any], level: Level, words: str, advice: str) -> None:
    (one,) = pressing(judge_server({**INFO, **changed}, "everysec"))
    assert one.level is level
    assert words in one.what
    assert advice in one.do


def test_an_append_only_file_that_the_system_writes_when_it_likes_is_told() -> None:
    (one,) = pressing(judge_server(INFO, "no"))
    assert (one.level, one.do) == (Level.WARN, "CONFIG SET appendfsync everysec, or always")


def test_replicas_that_ingest_waits_for_have_to_be_there() -> None:
    (one,) = pressing(judge_server({**INFO, "connected_slaves": 1}, "everysec", wait_replicas=2))
    assert "waits for 2 replicas and 1 are there" in one.what
    assert pressing(judge_server({**INFO, "connected_slaves": 2}, "everysec", wait_replicas=2)) == []


def test_before_the_first_start_there_is_no_index_and_that_is_well() -> None:
    nothing = replace(INDEX, aliases=dict.fromkeys(INDEX.aliases, ()), indices=(), documents=None)
    assert pressing(judge_before(nothing)) == []
    assert pressing(judge_before(INDEX)) == []


@pytest.mark.parametrize("server", ["OpenSearch 2.19.1", "Elasticsearch 8.15.0", "Elasticsearch 9.0.0"])
def test_another_server_than_the_one_that_is_needed_is_told(server: str) -> None:
    (one,) = pressing(judge_before(replace(INDEX, server=server)))
    assert (one.level, one.what) == (Level.BAD, f"{server} answers")


def test_rights_that_are_missing_are_named() -> None:
    refusals = {("XADD", "articles", "*"): "NOPERM", ("XLEN", "a"): "", ("GET", "b"): "", ("TIME",): ""}
    (one,) = judge_refused("ingest", refusals)
    assert one.what == (
        "this user of Redis may not do what ingest does: XADD articles, XLEN a, GET b and 1 more (NOPERM)"
    )
    (fine,) = judge_refused("ingest", {})
    assert fine.level is Level.OK
