"""What waits to be delivered: who may deliver it, in which order, and what becomes of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from schemas.alerts import AlertKind
from schemas.streams import ALERTS_DUE, ALERTS_GROUP, CHANGES_STREAM, GIVEN_UP_STREAM, lane_key, lanes_key, told_key
from services.alerts.changes import create_group
from services.alerts.decide import Decision, Delivery, Marks
from services.alerts.queue import Queue
from services.alerts.told import ToldBook
from services.alerts.waiting import Failures
from tests.conftest import Valkey

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALERT = "a" * 12


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey.url)
    await create_group(client)
    yield client
    await client.aclose()


async def told(
    redis: Redis,
    article: str,
    body: bytes,
    kind: AlertKind = "matched",
    before: Marks | None = None,
    newest: int = 5,
    most_waiting: int = 10,
) -> int | None:
    """Writes one change down that makes one message; how many it made."""
    entry: Any = await redis.xadd(CHANGES_STREAM, {"id": article})
    await redis.xreadgroup(ALERTS_GROUP, "one", {CHANGES_STREAM: ">"})
    message = Delivery(ALERT, article, f"msg_{article}", kind, body, replaces=kind == "withdrawn")
    decision = Decision(
        entry.decode(), article, before or Marks(), newest, {ALERT: newest}, kind == "withdrawn", (message,)
    )
    (made,) = await ToldBook(redis, timedelta(days=30), most_waiting).write([decision], NOW)
    return made


async def lane(redis: Redis, article: str) -> list[bytes]:
    found: Any = await redis.lrange(lane_key(ALERT, article), 0, -1)
    return list(found)


async def test_a_change_is_acknowledged_marked_and_queued_in_one_step_and_once(redis: Redis) -> None:
    assert await told(redis, "local:one", b"first") == 1
    pending: Any = await redis.xpending(CHANGES_STREAM, ALERTS_GROUP)
    assert pending["pending"] == 0
    assert await redis.hgetall(told_key("local:one")) == {b"newest": b"5", ALERT.encode(): b"5"}
    assert 0 < await redis.ttl(told_key("local:one")) <= 30 * 86_400
    assert await lane(redis, "local:one") == [b"first"]
    known = (await ToldBook(redis, timedelta(days=30), 10).marks(["local:one"]))["local:one"]
    assert known == Marks(5, {ALERT: 5})


async def test_a_decision_on_marks_that_are_no_longer_so_writes_nothing_and_stays_pending(redis: Redis) -> None:
    await told(redis, "local:one", b"second", newest=6)
    assert await told(redis, "local:one", b"first", newest=5) is None
    pending: Any = await redis.xpending(CHANGES_STREAM, ALERTS_GROUP)
    assert pending["pending"] == 1
    assert await lane(redis, "local:one") == [b"second"]


async def test_what_was_acknowledged_by_somebody_else_makes_no_message(redis: Redis) -> None:
    gone = Decision("1-1", "local:one", Marks(), 5, {ALERT: 5}, deliveries=())
    assert await ToldBook(redis, timedelta(days=30), 10).write([gone], NOW) == [0]
    assert not await redis.exists(told_key("local:one"))


async def test_a_full_redis_takes_nothing_of_it_and_all_of_it_later(redis: Redis) -> None:
    entry: Any = await redis.xadd(CHANGES_STREAM, {"id": "local:one"})
    await redis.xreadgroup(ALERTS_GROUP, "one", {CHANGES_STREAM: ">"})
    message = Delivery(ALERT, "local:one", "msg_1", "matched", b"first")
    decision = Decision(entry.decode(), "local:one", Marks(), 5, {ALERT: 5}, deliveries=(message,))
    book = ToldBook(redis, timedelta(days=30), 10)
    await redis.config_set("maxmemory", "1")
    with pytest.raises(OutOfMemoryError):
        await book.write([decision], NOW)
    pending: Any = await redis.xpending(CHANGES_STREAM, ALERTS_GROUP)
    assert pending["pending"] == 1
    await redis.config_set("maxmemory", "0")
    assert await book.write([decision], NOW) == [1]
    assert await lane(redis, "local:one") == [b"first"]


async def test_an_alert_is_one_process_s_until_its_lease_is_given_back_or_runs_out(redis: Redis) -> None:
    await told(redis, "local:one", b"first")
    one, two = Queue(redis, "one"), Queue(redis, "two")
    assert await one.lease(NOW, 10, MINUTE) == [ALERT]
    assert await two.lease(NOW, 10, MINUTE) == []
    assert await one.hold(ALERT, MINUTE)
    assert not await two.hold(ALERT, MINUTE)
    await two.release(ALERT, NOW)
    assert await two.lease(NOW, 10, MINUTE) == []
    await one.release(ALERT, NOW)
    assert await two.lease(NOW, 10, MINUTE) == [ALERT]
    assert not await one.hold(ALERT, MINUTE)


async def test_a_failed_lane_waits_and_the_others_come_when_the_target_s_pause_is_over(redis: Redis) -> None:
    await told(redis, "local:one", b"first")
    await told(redis, "local:two", b"other")
    queue = Queue(redis, "one")
    await queue.lease(NOW, 10, MINUTE)
    waiting = await queue.next(ALERT, NOW)
    assert waiting is not None
    failed = Failures.after(None, NOW, "500")
    await queue.retry(ALERT, waiting, failed, failed, NOW + 10 * MINUTE, MINUTE)
    other = await queue.next(ALERT, NOW)
    assert other is not None
    assert {waiting.article_id, other.article_id} == {"local:one", "local:two"}
    assert other.target == failed
    await queue.release(ALERT, NOW)
    assert await queue.lease(NOW, 10, MINUTE) == []
    assert await queue.lease(NOW + MINUTE, 10, MINUTE) == [ALERT]
    await queue.take_off(ALERT, other, NOW)
    assert await queue.next(ALERT, NOW + MINUTE) is None
    again = await queue.next(ALERT, NOW + 10 * MINUTE)
    assert again is not None
    assert (again.article_id, again.failures, again.target) == (waiting.article_id, failed, None)


async def test_what_comes_while_a_target_is_left_alone_does_not_make_it_due(redis: Redis) -> None:
    await told(redis, "local:one", b"first")
    queue = Queue(redis, "one")
    await queue.lease(NOW, 10, MINUTE)
    await queue.leave_alone(ALERT, MINUTE)
    await queue.release(ALERT, NOW)
    await told(redis, "local:two", b"other")
    assert await queue.lease(NOW, 10, MINUTE) == []
    await queue.hurry(ALERT, NOW)
    assert await queue.lease(NOW, 10, MINUTE) == [ALERT]


async def test_a_withdrawal_replaces_the_lane_even_while_its_first_message_is_on_its_way(redis: Redis) -> None:
    await told(redis, "local:one", b"first")
    queue = Queue(redis, "one")
    await queue.lease(NOW, 10, MINUTE)
    on_its_way = await queue.next(ALERT, NOW)
    assert on_its_way is not None
    await told(redis, "local:one", b"gone", "withdrawn", Marks(5, {ALERT: 5}), newest=6)
    assert await lane(redis, "local:one") == [b"gone"]
    await queue.take_off(ALERT, on_its_way, NOW)
    assert await lane(redis, "local:one") == [b"gone"]


async def test_what_is_too_much_is_given_up_but_no_withdrawal_and_no_follow_up(redis: Redis) -> None:
    assert await told(redis, "local:one", b"first", most_waiting=1) == 1
    assert await told(redis, "local:two", b"other", most_waiting=1) == 0
    assert await told(redis, "local:one", b"next", before=Marks(5, {ALERT: 5}), newest=6, most_waiting=1) == 1
    assert await told(redis, "local:three", b"gone", "withdrawn", newest=6, most_waiting=1) == 1
    entries: Any = await redis.xrange(GIVEN_UP_STREAM)
    assert [fields[b"article"] for _, fields in entries] == [b"local:two"]


async def test_nothing_is_left_of_an_alert_that_was_removed(redis: Redis) -> None:
    await told(redis, "local:one", b"first")
    queue = Queue(redis, "one")
    await queue.lease(NOW, 10, MINUTE)
    assert await queue.drop(ALERT) == 1
    assert await queue.next(ALERT, NOW) is None
    await queue.release(ALERT, NOW)
    assert await redis.exists(ALERTS_DUE, lanes_key(ALERT), lane_key(ALERT, "local:one")) == 0


async def test_a_lane_that_is_empty_all_at_once_is_passed_over(redis: Redis) -> None:
    await told(redis, "local:one", b"first")
    queue = Queue(redis, "one")
    await redis.delete(lane_key(ALERT, "local:one"))
    assert await queue.next(ALERT, NOW) is None
    assert await redis.zcard(lanes_key(ALERT)) == 0
