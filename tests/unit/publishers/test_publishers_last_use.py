"""When keys were last used, noted in nobody's way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnection

from services.publishers.last_use import LastUse, read_last_use


class FakeRedis:
    """Keeps what is written, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.written: list[tuple[str, str, str]] = []
        self.error = error

    async def hset(self, name: str, field: str, value: str) -> int:
        self.written.append((name, field, value))
        if self.error:
            raise self.error
        return 1


class Clock:
    """An instant that passes only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 12, 0, 30, 500, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def noting(redis: Any) -> tuple[LastUse, Clock]:
    clock = Clock()
    return LastUse(redis, clock), clock


async def test_a_use_is_written_with_its_instant() -> None:
    redis = FakeRedis()
    last_use, _ = noting(redis)
    last_use.note("aaaa")
    await last_use.finish()
    assert redis.written == [("keys:used", "aaaa", "2026-11-01T12:00:30+00:00")]


async def test_each_key_is_written_at_most_once_a_minute() -> None:
    redis = FakeRedis()
    last_use, clock = noting(redis)
    for seconds in (0, 30, 29, 1, 59):  # 0, 30, 59, 60 and 119 s after the first
        clock.now += timedelta(seconds=seconds)
        last_use.note("aaaa")
        last_use.note("bbbb")
    await last_use.finish()
    assert [field for _, field, _ in redis.written] == ["aaaa", "bbbb"] * 2
    assert redis.written[-1][2] == "2026-11-01T12:01:30+00:00"


@pytest.mark.parametrize("error", [NoConnection(), TimeoutError(), OSError()])
async def test_a_redis_that_does_not_answer_is_no_error(error: Exception) -> None:
    redis = FakeRedis(error)
    last_use, clock = noting(redis)
    for _ in range(2):
        last_use.note("aaaa")
        await last_use.finish()
        clock.now += timedelta(minutes=1)
    assert len(redis.written) == 2


async def test_nothing_noted_is_nothing_to_finish() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1/0")
    await LastUse(redis).finish()
    await redis.aclose()


async def test_without_redis_nobody_knows() -> None:
    assert await read_last_use("redis://127.0.0.1:1/0") is None
