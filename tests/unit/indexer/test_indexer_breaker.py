"""One pause for the whole process."""

import asyncio
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, Gauge

from services.indexer.breaker import Breaker


class Clock:
    """Records what was slept; no time passes."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


def breaker(clock: Clock, longest: timedelta = timedelta(seconds=30)) -> tuple[Breaker, Gauge]:
    gauge = Gauge("paused", "1 while it waits", registry=CollectorRegistry())
    return Breaker(longest, gauge, clock.sleep), gauge


def shown(gauge: Gauge) -> float:
    return next(iter(gauge.collect())).samples[0].value


async def side_by_side(one: Breaker, requests: int, turns: int = 3) -> int:
    """How many requests were under way at once, at most."""
    under_way = most = 0

    async def request() -> None:
        nonlocal under_way, most
        async with one.attempt():
            under_way += 1
            most = max(most, under_way)
            for _ in range(turns):
                await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(request() for _ in range(requests)))
    return most


async def test_while_all_is_well_requests_go_side_by_side_without_a_pause() -> None:
    clock = Clock()
    one, gauge = breaker(clock)
    assert await side_by_side(one, 4) == 4
    assert clock.slept == []
    assert one.cause is None
    assert shown(gauge) == 0


async def test_after_a_failure_requests_go_one_by_one_each_after_a_pause() -> None:
    clock = Clock()
    one, gauge = breaker(clock)
    one.failed("the disk is full")
    assert await side_by_side(one, 4) == 1
    assert len(clock.slept) == 4
    assert one.cause == "the disk is full"
    assert shown(gauge) == 1


async def test_a_success_lets_all_go_side_by_side_again() -> None:
    clock = Clock()
    one, gauge = breaker(clock)
    one.failed("why")
    one.succeeded()
    assert await side_by_side(one, 3) == 3
    assert clock.slept == []
    assert one.cause is None
    assert shown(gauge) == 0


async def test_those_who_queued_behind_a_success_do_not_pause_any_more() -> None:
    clock = Clock()
    one, _ = breaker(clock)
    one.failed("why")

    async def request() -> None:
        async with one.attempt():
            one.succeeded()

    await asyncio.gather(*(request() for _ in range(5)))
    assert len(clock.slept) == 1


@pytest.mark.parametrize("failures", [1, 2, 5, 10, 100, 10_000])
@pytest.mark.parametrize("longest", [timedelta(milliseconds=1), timedelta(seconds=2), timedelta(seconds=30)])
async def test_a_pause_is_never_longer_than_the_longest(failures: int, longest: timedelta) -> None:
    clock = Clock()
    one, _ = breaker(clock, longest)
    for _ in range(failures):
        one.failed("why")
    for _ in range(20):
        async with one.attempt():
            pass
    assert len(clock.slept) == 20
    assert all(0 <= seconds <= longest.total_seconds() for seconds in clock.slept)


@pytest.mark.parametrize(("failures", "bound"), [(1, 0.2), (2, 0.4), (3, 0.8), (4, 1.6), (5, 3.2)])
async def test_the_bound_of_a_pause_doubles_with_each_failure(failures: int, bound: float) -> None:
    clock = Clock()
    one, _ = breaker(clock)
    for _ in range(failures):
        one.failed("why")
    for _ in range(200):
        async with one.attempt():
            pass
    assert max(clock.slept) <= bound
    assert len(set(clock.slept)) > 100, "pauses are jittered"


async def test_the_newest_cause_is_told_and_the_opening_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    one, _ = breaker(Clock())
    with caplog.at_level("WARNING", "services.indexer.breaker"):
        one.failed("first")
        one.failed("second")
        one.succeeded()
        one.succeeded()
    assert one.cause is None
    assert len(caplog.records) == 2
    one.failed("first")
    one.failed("second")
    assert one.cause == "second"


async def test_a_request_that_raises_gives_its_turn_to_the_next() -> None:
    one, _ = breaker(Clock())
    one.failed("why")
    with pytest.raises(RuntimeError):
        async with one.attempt():
            raise RuntimeError("lost")
    async with one.attempt():
        pass
