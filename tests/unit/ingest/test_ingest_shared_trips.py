import asyncio
from collections.abc import Sequence

import pytest

from services.ingest.shared_trips import SharedTrips


class Server:
    """Doubles numbers; keeps how many came in each call, and waits in a call until it is let go."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.was_asked, self.go = asyncio.Event(), asyncio.Event()

    async def ask(self, numbers: Sequence[int]) -> list[int]:
        self.calls.append(len(numbers))
        self.was_asked.set()
        await self.go.wait()
        if 13 in numbers:
            raise ConnectionError("thirteen")
        return [2 * number for number in numbers]


async def asked(server: Server, shared: SharedTrips[int, int], numbers: Sequence[int]) -> list["asyncio.Task[int]"]:
    """Tasks that have asked, each for one of these numbers, while the first trip is under way."""
    tasks = [asyncio.create_task(shared(number)) for number in numbers]
    await server.was_asked.wait()
    await asyncio.sleep(0)
    return tasks


async def test_a_lone_question_is_asked_at_once() -> None:
    server = Server()
    server.go.set()
    assert await SharedTrips(server.ask)(4) == 8
    assert server.calls == [1]


async def test_what_is_asked_meanwhile_shares_the_next_trip_and_each_gets_its_own_answer() -> None:
    server = Server()
    shared = SharedTrips(server.ask)
    first = await asked(server, shared, [1])
    others = await asked(server, shared, [2, 3, 4])
    server.go.set()
    assert await asyncio.gather(*first, *others) == [2, 4, 6, 8]
    assert server.calls == [1, 3]


async def test_all_of_a_trip_hear_of_its_failure_and_the_next_one_goes() -> None:
    server = Server()
    shared = SharedTrips(server.ask)
    tasks = await asked(server, shared, [5, 13])
    server.go.set()
    for task in tasks:
        with pytest.raises(ConnectionError):
            await task
    assert await shared(6) == 12


async def test_who_asks_no_longer_keeps_nobody_from_an_answer() -> None:
    server = Server()
    shared = SharedTrips(server.ask)
    gone, waiting = await asked(server, shared, [7, 8])
    gone.cancel()
    server.go.set()
    assert await waiting == 16
    assert gone.cancelled()


async def test_who_waits_is_let_go_where_nobody_asks_any_longer() -> None:
    server = Server()
    shared = SharedTrips(server.ask)
    tasks = [*await asked(server, shared, [7]), *await asked(server, shared, [8])]
    assert shared._asking
    shared._asking.cancel()
    done, _ = await asyncio.wait(tasks, timeout=5)
    assert [one.cancelled() for one in done] == [True, True]


async def test_too_few_answers_are_a_failure_that_all_hear_of() -> None:
    async def ask(questions: Sequence[int]) -> list[int]:
        return []

    with pytest.raises(ValueError, match="shorter"):
        await SharedTrips(ask)(1)
