"""How many articles in how many seconds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.publishers import Caller
from services.ingest.rates import Allowance, RateLimited, Rates, Window, allowance_of, fields, wait_for
from services.publishers.model import Rate

RATE = Rate(articles=100, seconds=60)
FRESH = Window(0, 0, 0, 0)


def counted(rate: Rate, window: Window, after: float) -> int:
    """What the counters come to some seconds later, as the library's script in Redis reckons."""
    previous, left, current = window.previous, window.previous_left - after, window.current
    if window.current_left and window.current_left - after < rate.seconds:
        previous, left, current = window.current, window.current_left - after, 0
    return math.floor(previous * max(0.0, left) / rate.seconds) + current


@pytest.mark.parametrize(
    ("window", "remaining", "reset"),
    [
        (FRESH, 100, 60),
        (Window(0, 0, 1, 120), 99, 60),  # the one counts in full until its window is over
        (Window(0, 0, 100, 90), 0, 30),
        (Window(100, 30, 0, 90), 50, 1),
        (Window(100, 30, 50, 90), 0, 1),
        (Window(40, 60, 60, 120), 0, 1),
        (Window(100, 60, 100, 120), 0, 60),  # more than allowed, after the rate was lowered
        (Window(0, 0, 500, 61), 0, 49),
    ],
)
def test_what_is_left_and_for_how_long(window: Window, remaining: int, reset: int) -> None:
    assert allowance_of(RATE, window) == Allowance(RATE, remaining, reset)


def windows(rate: Rate) -> st.SearchStrategy[Window]:
    """Counters as Redis has them: the previous one ends when the current window does."""
    return st.builds(
        lambda previous, current, left: Window(previous, left, current, left + rate.seconds),
        st.integers(0, 2 * rate.articles),
        st.integers(0, 2 * rate.articles),
        st.floats(0, float(rate.seconds)),
    )


@given(windows(RATE), st.integers(1, 100))
def test_after_the_wait_there_is_room_and_hardly_before(window: Window, cost: int) -> None:
    wait = wait_for(RATE, window, cost)
    assert 0 <= wait <= 2 * RATE.seconds + 0.01
    assert counted(RATE, window, wait + 0.001) + cost <= RATE.articles
    if wait > 0.01:
        assert counted(RATE, window, wait - 0.01) + cost > RATE.articles


def test_the_fields_are_those_of_the_draft() -> None:
    assert fields(Allowance(RATE, 12, 30)) == {
        "RateLimit-Policy": '"articles";q=100;w=60',
        "RateLimit": '"articles";r=12;t=30',
    }


def test_a_refusal_says_when_to_come_again_and_what_is_left() -> None:
    error = RateLimited(Allowance(RATE, 3, 1), 5, 1.5)
    assert error.reason is Reason.RATE_LIMITED
    assert error.retry_after.total_seconds() == 1.5
    assert error.allowance.remaining == 3
    assert error.detail == "100 articles in 60 s are allowed; 3 are left, 5 came"


async def test_without_a_rate_redis_is_not_asked() -> None:
    rates = Rates(Redis.from_url("redis://127.0.0.1:1/0"))
    assert await rates.take(Caller("quay", "a"), 1_000_000) is None
    assert await rates.take(Caller(None, "a", rate=RATE), 1) is None


async def test_more_at_once_than_is_ever_allowed_is_refused_without_asking_redis() -> None:
    rates = Rates(Redis.from_url("redis://127.0.0.1:1/0"))
    for cost, before in ((101, 0), (100, 1)):
        with pytest.raises(Rejected) as caught:
            await rates.take(Caller("quay", "a", rate=RATE), cost, before)
        assert caught.value.reason is Reason.RATE_LIMITED
        assert "101 articles at once are never allowed" in caught.value.detail


async def test_where_redis_does_not_answer_the_request_goes_on() -> None:
    redis = Redis.from_url("redis://127.0.0.1:1/0")
    assert await Rates(redis).take(Caller("quay", "a", rate=RATE), 1) is None
    await redis.aclose()
