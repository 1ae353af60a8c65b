"""What the indexer does beside indexing: consumers, trimming, dead letters' size, and writing each outcome once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from redis.exceptions import OutOfMemoryError

from schemas.changes import Change
from schemas.dead_letter import DeadLetter
from schemas.outcome import Outcome
from schemas.reasons import Reason
from schemas.streams import ARTICLES_STREAM, CHANGES_STREAM, DEAD_LETTERS_STREAM, EVENT_FIELD, INDEXER_GROUP
from services.consumer_group import forget_idle
from services.indexer.consume import Recovery, create_group
from services.indexer.decide import Dead, Put
from services.indexer.intake import Entry, Intake
from services.indexer.measure import cap_dead_letters, measure
from services.indexer.outcomes import Outcomes, Row
from services.indexer.suspects import Suspects
from services.indexer.trim import removed_by_others, trim
from services.metrics import IndexerMetrics
from tests.integration.conftest import World, event

LATER = timedelta(hours=1)
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def recovery(world: World) -> Recovery:
    return Recovery(world.redis, Intake(1000, 10**6), "one", IndexerMetrics())


async def consumers(world: World) -> set[str]:
    known: Any = await world.redis.xinfo_consumers(ARTICLES_STREAM, INDEXER_GROUP)
    return {one["name"].decode() for one in known}


async def test_only_idle_consumers_without_entries_are_removed(world: World) -> None:
    await create_group(world.redis)
    await world.add(event())
    await world.redis.xreadgroup(INDEXER_GROUP, "busy", {ARTICLES_STREAM: ">"}, count=1)
    for name in ("one", "idle"):
        await world.redis.xgroup_createconsumer(ARTICLES_STREAM, INDEXER_GROUP, name)
    await forget_idle(world.redis, ARTICLES_STREAM, INDEXER_GROUP, "one", LATER)
    assert await consumers(world) == {"one", "idle", "busy"}
    await forget_idle(world.redis, ARTICLES_STREAM, INDEXER_GROUP, "one", timedelta(0))
    assert await consumers(world) == {"one", "busy"}
    assert await world.pending() == 1


async def test_trimming_waits_for_every_group_that_is_named(world: World) -> None:
    await create_group(world.redis)
    await world.redis.xgroup_create(ARTICLES_STREAM, "archive", id="0")
    ids = [await world.add(event(f"local:{number}")) for number in range(300)]
    for group, done in ((INDEXER_GROUP, 300), ("archive", 150)):
        await world.redis.xreadgroup(group, "one", {ARTICLES_STREAM: ">"}, count=done)
        await world.redis.xack(ARTICLES_STREAM, group, *ids[:done])
    later = datetime.now(UTC) + LATER
    assert await trim(world.redis, later, timedelta(0), (INDEXER_GROUP, "missing")) == 0
    assert 0 < await trim(world.redis, later, timedelta(0), (INDEXER_GROUP, "archive")) <= 150
    left: Any = await world.redis.xrange(ARTICLES_STREAM)
    assert {entry_id.decode() for entry_id, _ in left} >= set(ids[150:])


async def test_what_others_removed_is_counted_and_what_was_trimmed_is_not(world: World) -> None:
    await create_group(world.redis)
    assert await removed_by_others(world.redis) == 0
    ids = [await world.add(event(f"local:{number}")) for number in range(300)]
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"}, count=200)
    await world.redis.xack(ARTICLES_STREAM, INDEXER_GROUP, *ids[:200])
    assert await trim(world.redis, datetime.now(UTC) + LATER, timedelta(0)) > 0
    assert await removed_by_others(world.redis) == 0
    await world.redis.xdel(ARTICLES_STREAM, ids[-1], ids[-2])
    assert await removed_by_others(world.redis) == 2


async def test_the_oldest_dead_letters_go_when_all_are_too_large(world: World) -> None:
    for number in range(500):
        await world.redis.xadd(DEAD_LETTERS_STREAM, {EVENT_FIELD: f"{number} " + "x" * 1000})
    assert await cap_dead_letters(world.redis, 10**9) == 0
    removed = await cap_dead_letters(world.redis, 200_000)
    assert 250 < removed < 500
    assert int(await world.redis.memory_usage(DEAD_LETTERS_STREAM) or 0) <= 200_000
    newest: Any = await world.redis.xrevrange(DEAD_LETTERS_STREAM, count=1)
    assert newest[0][1][EVENT_FIELD.encode()].startswith(b"499 ")


async def test_gauges_tell_what_redis_tells(world: World) -> None:
    await create_group(world.redis)
    for number in range(10):
        await world.add(event(f"local:{number}"))
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"}, count=4)
    metrics = IndexerMetrics()
    await measure(world.redis, metrics, datetime.now(UTC) + timedelta(seconds=60))
    assert (metrics.pending._value.get(), metrics.lag._value.get()) == (4, 6)
    assert 59 < metrics.oldest_seconds._value.get() < 90


def rows(entry_id: str | None) -> list[Row]:
    letter = DeadLetter(reason=Reason.NOT_AN_EVENT, detail="odd", entry_id="1-1", dead_at=NOW, event="{}")
    change = Change(id="local:a", publisher="local", version=1, kind="published")
    return [Row(entry_id, Outcome("indexed", 1), "local:a", 1, letter, change)]


async def counts(world: World) -> tuple[int, int]:
    return await world.redis.xlen(DEAD_LETTERS_STREAM), await world.redis.xlen(CHANGES_STREAM)


async def test_what_is_written_a_second_time_doubles_nothing(world: World) -> None:
    await create_group(world.redis)
    entry_id = await world.add(event())
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"})
    outcomes = Outcomes(world.redis, LATER)
    assert [await outcomes.write(rows(entry_id)) for _ in range(3)] == [1, 0, 0]
    assert await counts(world) == (1, 1)
    assert await world.pending() == 0


async def test_a_held_articles_outcome_is_written_once(world: World) -> None:
    outcomes = Outcomes(world.redis, LATER)
    await world.redis.hset("article:local:a", "outcome:1", "held 1")
    assert [await outcomes.write(rows(None)) for _ in range(3)] == [1, 0, 0]
    assert await counts(world) == (1, 1)


async def test_a_full_redis_takes_outcomes_only_where_that_is_asked(world: World) -> None:
    await create_group(world.redis)
    entry_id = await world.add(event())
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"})
    outcomes = Outcomes(world.redis, LATER)
    await world.redis.config_set("maxmemory", "1")
    with pytest.raises(OutOfMemoryError):
        await outcomes.write(rows(entry_id))
    assert await counts(world) == (0, 0)
    assert await outcomes.write(rows(entry_id), even_if_full=True) == 1
    assert await counts(world) == (1, 1)


async def test_a_suspect_is_dead_after_so_many_crashes_and_not_before(world: World) -> None:
    suspects = Suspects(world.redis, most_crashes=3)
    suspect = Entry("7-1", orjson.dumps(event()), is_suspect=True)
    for crashes, kind in ((0, Put), (2, Put), (3, Dead)):
        await world.redis.set("suspect:7-1", crashes)
        (decision,) = await suspects.decide_all([suspect], NOW)
        assert isinstance(decision, kind)
    assert isinstance(decision, Dead)
    assert decision.reason is Reason.CRASHES


async def test_a_suspect_that_was_decided_bears_no_mark(world: World) -> None:
    suspects = Suspects(world.redis, most_crashes=3)
    for _ in range(10):
        (decision,) = await suspects.decide_all([Entry("7-1", orjson.dumps(event()), is_suspect=True)], NOW)
        assert isinstance(decision, Put)
    assert not await world.redis.exists("suspect:7-1")
