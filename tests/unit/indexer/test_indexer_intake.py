"""Entries in hand."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from services.indexer.intake import Entry, Intake


def entry(number: int, size: int = 10) -> Entry:
    return Entry(f"{number}-0", b"x" * size)


def entries(count: int, size: int = 10) -> list[Entry]:
    return [entry(number, size) for number in range(1, count + 1)]


def ids(taken: list[Entry]) -> list[str]:
    return [one.entry_id for one in taken]


async def turns() -> None:
    """Lets every task run as far as it can; no time passes."""
    for _ in range(20):
        await asyncio.sleep(0)


async def started(work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
    task = asyncio.ensure_future(work)
    await turns()
    return task


def roomy() -> Intake:
    return Intake(1000, 1_000_000)


@pytest.mark.parametrize(("raw", "size"), [(None, 0), (b"", 0), (b"abc", 3)])
def test_an_entry_weighs_what_its_event_weighs(raw: bytes | None, size: int) -> None:
    assert Entry("1-0", raw).size == size


async def test_entries_are_taken_in_order() -> None:
    intake = roomy()
    await intake.put(entries(3))
    await intake.put([entry(4)])
    assert ids(await intake.take(2, 1000)) == ["1-0", "2-0"]
    assert ids(await intake.take(9, 1000)) == ["3-0", "4-0"]


async def test_an_entry_is_in_hand_until_it_is_released() -> None:
    intake = roomy()
    await intake.put(entries(2))
    assert "1-0" in intake
    assert len(intake) == 2
    await intake.take(9, 1000)
    assert "1-0" in intake
    await intake.release(["1-0"])
    assert "1-0" not in intake
    assert len(intake) == 1


@pytest.mark.parametrize("taken_before", [False, True])
async def test_an_entry_in_hand_is_never_taken_twice(taken_before: bool) -> None:
    intake = roomy()
    await intake.put([entry(1), entry(1)])
    found = ids(await intake.take(9, 1000)) if taken_before else []
    await intake.put([entry(1), entry(2), entry(1)])
    found += ids(await intake.take(9, 1000))
    assert found == ["1-0", "2-0"]


async def test_an_entry_may_come_again_after_its_release() -> None:
    intake = roomy()
    await intake.put([entry(1)])
    await intake.take(9, 1000)
    await intake.release(["1-0"])
    await intake.put([entry(1)])
    assert ids(await intake.take(9, 1000)) == ["1-0"]


async def test_releasing_what_is_not_in_hand_changes_nothing() -> None:
    intake = roomy()
    await intake.put([entry(1)])
    await intake.release(["7-0"])
    assert len(intake) == 1


@pytest.mark.parametrize(
    ("max_items", "max_bytes", "counts"),
    [(2, 1000, [2, 2, 1]), (9, 25, [2, 2, 1]), (9, 20, [2, 2, 1]), (9, 19, [1, 1, 1, 1, 1]), (9, 1, [1, 1, 1, 1, 1])],
)
async def test_a_bulk_is_bounded_by_items_and_bytes_but_never_empty(
    max_items: int, max_bytes: int, counts: list[int]
) -> None:
    intake = roomy()
    await intake.put(entries(5))
    assert [len(await intake.take(max_items, max_bytes)) for _ in counts] == counts


async def test_an_entry_without_its_field_is_taken_like_any_other() -> None:
    intake = roomy()
    await intake.put([Entry("1-0", None)])
    assert await intake.take(9, 0) == [Entry("1-0", None)]


async def test_the_reader_waits_while_too_many_entries_are_in_hand() -> None:
    intake = Intake(2, 1_000_000)
    reader = await started(intake.put(entries(3)))
    assert not reader.done()
    await intake.take(9, 1000)
    await turns()
    assert not reader.done(), "what is taken is still in hand"
    await intake.release(["1-0"])
    await turns()
    assert not reader.done()
    await intake.release(["2-0"])
    await reader


async def test_the_reader_waits_while_too_many_bytes_wait() -> None:
    intake = Intake(1000, 25)
    reader = await started(intake.put(entries(4)))
    assert not reader.done()
    await intake.take(1, 1000)
    await turns()
    assert not reader.done()
    await intake.take(1, 1000)
    await reader


async def test_the_reader_goes_on_at_once_while_there_is_room() -> None:
    await asyncio.wait_for(Intake(3, 100).put(entries(2)), 1)


async def test_a_taker_waits_for_an_entry() -> None:
    intake = roomy()
    taker = await started(intake.take(9, 1000))
    assert not taker.done()
    await intake.put([entry(1)])
    assert ids(await taker) == ["1-0"]


async def test_several_takers_share_the_entries() -> None:
    intake = roomy()
    takers = [await started(intake.take(1, 1000)) for _ in range(3)]
    await intake.put(entries(3))
    found = [ids(taken) for taken in await asyncio.gather(*takers)]
    assert sorted(found) == [["1-0"], ["2-0"], ["3-0"]]


async def test_closing_lets_takers_go() -> None:
    intake = roomy()
    takers = [await started(intake.take(9, 1000)) for _ in range(2)]
    await intake.close()
    assert await asyncio.gather(*takers) == [[], []]


async def test_closing_lets_the_reader_go() -> None:
    intake = Intake(1, 1)
    reader = await started(intake.put(entries(3)))
    assert not reader.done()
    await intake.close()
    await reader


async def test_what_waits_at_closing_is_still_taken() -> None:
    intake = roomy()
    await intake.put(entries(2))
    await intake.close()
    assert ids(await intake.take(1, 1000)) == ["1-0"]
    assert ids(await intake.take(9, 1000)) == ["2-0"]
    assert await intake.take(9, 1000) == []


async def test_a_cancelled_taker_takes_nothing_with_it() -> None:
    intake = roomy()
    taker = await started(intake.take(9, 1000))
    taker.cancel()
    await turns()
    await intake.put([entry(1)])
    assert ids(await intake.take(9, 1000)) == ["1-0"]
