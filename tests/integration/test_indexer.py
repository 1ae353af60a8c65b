"""The indexer against a real Valkey and a real OpenSearch."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from schemas.outcome import Outcome
from schemas.streams import ARTICLES_STREAM, EVENT_FIELD, INDEXER_GROUP, article_key, outcome_field
from services.indexer.consume import Recovery, create_group
from services.indexer.intake import Intake
from services.indexer.prepare import prepare_index
from services.indexer.trim import trim
from services.metrics import IndexerMetrics
from tests.integration.conftest import IndexerFactory, World, envelope, event, eventually, instant, withdrawal


async def outcome(world: World, article_id: str, revision: int) -> Outcome:
    value: Any = await world.redis.hget(article_key(article_id), outcome_field(revision))
    return Outcome.decode(value)


async def test_events_from_before_the_first_start_are_indexed(world: World, run_indexer: IndexerFactory) -> None:
    for number in range(300):
        await world.add(event(f"local:{number}"))
    async with run_indexer():
        await world.settled()
    assert len(await world.found()) == 300


async def test_what_is_acknowledged_can_be_found_and_has_its_receipt(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer():
        await world.add(event("local:a", 7))
        await world.settled()
        assert [hit["_version"] for hit in await world.found()] == [7]
    assert (await outcome(world, "local:a", 7)).status == "indexed"


async def test_entries_left_by_an_earlier_run_are_taken_up_again(world: World, run_indexer: IndexerFactory) -> None:
    await create_group(world.redis)
    for number in range(50):
        await world.add(event(f"local:{number}"))
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"}, count=50)
    async with run_indexer("one"):
        await world.settled()
    assert len(await world.found()) == 50


async def test_a_delivery_whose_answer_was_lost_is_taken_up_again(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer("one"):
        transaction = world.redis.pipeline(transaction=True)
        for number in range(3):
            transaction.xadd(ARTICLES_STREAM, {EVENT_FIELD: orjson.dumps(event(f"local:{number}"))})
        transaction.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"}, count=10)
        await transaction.execute()
        await world.settled()
    assert len(await world.found()) == 3


async def test_showing_life_delivers_nothing_and_keeps_others_away(world: World) -> None:
    await create_group(world.redis)
    for number in range(3):
        await world.add(event(f"local:{number}"))
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"}, count=1)
    before: Any = await world.redis.xpending_range(ARTICLES_STREAM, INDEXER_GROUP, "-", "+", 10)
    await Recovery(world.redis, Intake(10, 10), "one", IndexerMetrics()).show_life()
    after: Any = await world.redis.xpending_range(ARTICLES_STREAM, INDEXER_GROUP, "-", "+", 10)
    assert [(item["message_id"], item["times_delivered"]) for item in after] == [
        (item["message_id"], item["times_delivered"]) for item in before
    ]
    consumers: Any = await world.redis.xinfo_consumers(ARTICLES_STREAM, INDEXER_GROUP)
    assert consumers[0]["idle"] < 1000


async def test_entries_of_a_dead_consumer_move_to_a_living_one(world: World, run_indexer: IndexerFactory) -> None:
    await create_group(world.redis)
    for number in range(1200):
        await world.add(event(f"local:{number}"))
    await world.redis.xreadgroup(INDEXER_GROUP, "dead", {ARTICLES_STREAM: ">"}, count=1200)
    async with run_indexer("living") as living:
        await world.settled()
        assert living.metrics.recovered.labels("claimed")._value.get() == 1200
    assert len(await world.found()) == 1200


async def test_an_older_version_never_overwrites_a_newer_one(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer():
        await world.add(event("local:a", 9, title="Newer"))
        await world.settled()
        await world.add(event("local:a", 3, title="Older"))
        await world.settled()
    assert [hit["_source"]["title"] for hit in await world.found()] == ["Newer"]
    assert (await outcome(world, "local:a", 3)).status == "superseded"
    assert await world.dead_letters() == []


async def test_replaying_the_stream_changes_nothing(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer():
        for number in range(100):
            await world.add(event(f"local:{number}", 5))
        await world.settled()
        before = {hit["_id"]: hit["_version"] for hit in await world.found()}
        await world.redis.xgroup_setid(ARTICLES_STREAM, INDEXER_GROUP, "0")
        await world.settled()
        assert {hit["_id"]: hit["_version"] for hit in await world.found()} == before
    assert await world.dead_letters() == []


POISON: list[tuple[bytes | dict[str, Any], str]] = [
    (b"\xff\xfe not utf-8", "not_an_event"),
    (b"{broken", "not_an_event"),
    (b'{"some": "json"}', "not_an_event"),
    (b'{"specversion":"1.0","title":"\\ud800"}', "not_an_event"),
    ({**event(), "type": "com.other.thing"}, "unknown_type"),
    ({**event(), "dataschema": "urn:wiredesk:schema:article:99"}, "unknown_type"),
    (envelope("com.wiredesk.article.published", {"id": "local:x", "revision": 1}), "invalid_event"),
    (event("local:" + "i" * 600), "id_too_long"),
    (event("local:term", source="s" * 40_000), "refused_by_index"),
]


async def test_every_poison_event_is_dead_lettered_alone(world: World, run_indexer: IndexerFactory) -> None:
    for number, (poison, _) in enumerate(POISON):
        await world.add(event(f"local:before-{number}"))
        await world.add(poison)
    await world.redis.xadd(ARTICLES_STREAM, {"other": "field"})
    await world.add(event("local:last"))
    async with run_indexer():
        await world.settled()
    letters = await world.dead_letters()
    assert sorted(letter["reason"] for letter in letters) == sorted([*(reason for _, reason in POISON), "not_an_event"])
    assert all(letter["detail"] for letter in letters)
    assert len(await world.found()) == len(POISON) + 1


async def test_a_dead_letter_keeps_the_event_and_tells_the_receipt(world: World, run_indexer: IndexerFactory) -> None:
    refused = event("local:term", 4, source="s" * 40_000)
    await world.add(refused)
    async with run_indexer():
        await world.settled()
    (letter,) = await world.dead_letters()
    assert orjson.loads(letter["event"]) == refused
    dead = await outcome(world, "local:term", 4)
    assert (dead.status, dead.reason) == ("dead-lettered", "refused_by_index")


async def test_a_withdrawn_article_is_not_found_and_an_older_one_does_not_come_back(
    world: World, run_indexer: IndexerFactory
) -> None:
    async with run_indexer():
        await world.add(event("local:a", 1))
        await world.add(withdrawal("local:a", 5))
        await world.add(event("local:a", 4))
        await world.settled()
        assert await world.found() == []
        document = await world.document("local:a")
        assert document is not None
        assert document["_version"] == 5
        assert "body" not in document["_source"]


async def test_an_expired_article_is_not_found(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer():
        await world.add(event("local:gone", expires_at="2026-01-01T00:00:00Z"))
        await world.add(event("local:here", expires_at=instant(3600)))
        await world.settled()
    assert [hit["_id"] for hit in await world.found()] == ["local:here"]


async def test_an_embargoed_article_appears_when_it_is_due(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer():
        await world.add(event("local:later", 3, embargoed_until=instant(1.5)))
        await world.settled()
        assert await world.found() == []
        assert await world.document("local:later") is None
        assert (await outcome(world, "local:later", 3)).status == "held"

        async def appeared() -> bool:
            return [hit["_version"] for hit in await world.found()] == [3]

        await eventually(appeared)

        async def let_go() -> bool:
            held = await world.index.count(index=world.names.held)
            return bool(held["count"] == 0)

        await eventually(let_go)
    assert (await outcome(world, "local:later", 3)).status == "indexed"


async def test_an_event_newer_than_the_index_waits_and_makes_no_dead_letter(
    world: World, run_indexer: IndexerFactory
) -> None:
    async with run_indexer() as indexer:
        await world.add(event("local:new", invented_field="x"))

        async def paused() -> bool:
            breaker = indexer.health.breaker
            return breaker is not None and "strict_dynamic_mapping" in (breaker.cause or "")

        await eventually(paused)
        assert await world.pending() == 1
        more = {"properties": {"invented_field": {"type": "keyword"}}}
        await world.index.indices.put_mapping(index=world.names.write, body=more)
        await world.settled()
        assert await world.dead_letters() == []
        assert len(await world.found()) == 1


async def test_a_missing_write_alias_pauses_and_never_becomes_an_index(
    world: World, run_indexer: IndexerFactory
) -> None:
    async with run_indexer() as indexer:
        await world.index.indices.delete_alias(index=world.names.articles_index, name=world.names.write)
        await world.add(event("local:a"))

        async def paused() -> bool:
            return indexer.health.breaker is not None and indexer.health.breaker.cause is not None

        await eventually(paused)
        assert not await world.index.indices.exists(index=world.names.write)
        await world.index.indices.put_alias(
            index=world.names.articles_index, name=world.names.write, body={"is_write_index": True}
        )
        await world.settled()
    assert await world.dead_letters() == []
    assert len(await world.found()) == 1


async def test_a_read_only_index_pauses_and_goes_on_by_itself(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer() as indexer:
        block = {"index.blocks.read_only_allow_delete": True}
        await world.index.indices.put_settings(index=world.names.articles_index, body=block)
        await world.add(event("local:a"))

        async def paused() -> bool:
            return indexer.health.breaker is not None and indexer.health.breaker.cause is not None

        await eventually(paused)
        free = {"index.blocks.read_only_allow_delete": None}
        await world.index.indices.put_settings(index=world.names.articles_index, body=free)
        await world.settled()
    assert await world.dead_letters() == []
    assert len(await world.found()) == 1


async def test_an_indexer_that_starts_on_a_full_redis_waits_and_goes_on(
    world: World, run_indexer: IndexerFactory
) -> None:
    await create_group(world.redis)
    for number in range(5):
        await world.add(event(f"local:{number}"))
    await world.redis.config_set("maxmemory", "1")
    more_memory = asyncio.get_running_loop().call_later(
        0.5, lambda: asyncio.ensure_future(world.redis.config_set("maxmemory", "0"))
    )
    async with run_indexer():
        await world.settled()
    assert more_memory.when() > 0
    assert world.failures == []
    assert len(await world.found()) == 5


async def test_a_redis_that_fills_up_is_emptied_all_the_same(world: World, run_indexer: IndexerFactory) -> None:
    for number in range(5):
        await world.add(event(f"local:{number}"))
    await create_group(world.redis)
    async with run_indexer():
        await world.settled()
        await world.add(event("local:last"))
        await world.redis.config_set("maxmemory", "1")
        await world.settled()
        await world.redis.config_set("maxmemory", "0")
    assert len(await world.found()) == 6


async def test_an_embargoed_article_that_the_index_refuses_is_a_dead_letter(
    world: World, run_indexer: IndexerFactory
) -> None:
    async with run_indexer():
        await world.index.indices.put_mapping(index=world.names.held, body={"properties": {"odd": {"type": "text"}}})
        await world.index.indices.put_mapping(index=world.names.write, body={"properties": {"odd": {"type": "date"}}})
        await world.add(event("local:odd", 2, embargoed_until=instant(0.5), odd="no date"))

        async def dead() -> bool:
            return len(await world.dead_letters()) == 1

        await eventually(dead)
    assert (await outcome(world, "local:odd", 2)).status == "dead-lettered"
    (letter,) = await world.dead_letters()
    kept = orjson.loads(letter["event"])
    assert (kept["type"], kept["subject"], kept["data"]["odd"]) == (
        "com.wiredesk.article.published",
        "local:odd",
        "no date",
    )


async def test_a_clean_stop_strands_nothing(world: World, run_indexer: IndexerFactory) -> None:
    for number in range(2000):
        await world.add(event(f"local:{number}"))
    async with run_indexer() as indexer:

        async def under_way() -> bool:
            return len(indexer.intake) > 0

        await eventually(under_way)
    groups: Any = await world.redis.xinfo_groups(ARTICLES_STREAM)
    assert groups[0]["pending"] == 0


async def test_several_at_once_prepare_one_index(world: World) -> None:
    await asyncio.gather(*(prepare_index(world.index, world.names, 0, "default") for _ in range(5)))
    aliases: Any = await world.index.indices.get_alias(name=f"{world.names.articles}*")
    assert set(aliases) == {world.names.articles_index, world.names.held_index}
    assert set(aliases[world.names.articles_index]["aliases"]) == {world.names.articles, world.names.write}


async def test_two_indexers_share_the_work_and_each_article_is_there_once(
    world: World, run_indexer: IndexerFactory
) -> None:
    for number in range(1000):
        await world.add(event(f"local:{number}"))
    async with run_indexer("one", read_entries=20) as one, run_indexer("two", read_entries=20) as two:
        await world.settled()

        async def all_counted() -> bool:
            return bool(sum(each.metrics.entries.labels("indexed")._value.get() for each in (one, two)) == 1000)

        await eventually(all_counted)  # each counts after Redis has answered
    assert len(await world.found()) == 1000


async def test_the_time_from_the_stream_to_searchable_is_measured(world: World, run_indexer: IndexerFactory) -> None:
    minute_ago = int((datetime.now(UTC).timestamp() - 60) * 1000)
    await world.redis.xadd(ARTICLES_STREAM, {EVENT_FIELD: orjson.dumps(event("local:waited"))}, id=f"{minute_ago}-0")
    async with run_indexer() as indexer:

        async def measured() -> bool:
            return indexer.metrics.registry.get_sample_value("wiredesk_indexer_searchable_seconds_count") == 1

        await eventually(measured)
        waited = indexer.metrics.registry.get_sample_value("wiredesk_indexer_searchable_seconds_sum")
    assert waited is not None
    assert 60 <= waited < 90


async def test_trimming_leaves_what_is_pending_or_not_delivered(world: World) -> None:
    await create_group(world.redis)
    ids = [await world.add(event(f"local:{number}")) for number in range(300)]
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"}, count=250)
    await world.redis.xack(ARTICLES_STREAM, INDEXER_GROUP, *ids[:220])
    later = datetime.now(UTC) + timedelta(hours=1)
    await trim(world.redis, later, timedelta(0))
    left: Any = await world.redis.xrange(ARTICLES_STREAM)
    kept = {entry_id.decode() for entry_id, _ in left}
    assert kept >= set(ids[220:])
    assert len(kept) < 300


@pytest.mark.parametrize("group", [None, "other"])
async def test_without_the_indexers_group_nothing_is_trimmed(world: World, group: str | None) -> None:
    for number in range(300):
        await world.add(event(f"local:{number}"))
    if group:
        await world.redis.xgroup_create(ARTICLES_STREAM, group, id="$")
    await trim(world.redis, datetime.now(UTC) + timedelta(hours=1), timedelta(0))
    assert await world.redis.xlen(ARTICLES_STREAM) == 300
