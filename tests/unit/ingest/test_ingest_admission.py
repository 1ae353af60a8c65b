"""What is in hand is counted, bounded, and let go of again."""

from collections.abc import AsyncIterator

import pytest

from schemas.reasons import Reason
from services.errors import Unavailable
from services.ingest.admission import STREAMED_BYTES, Admission, announced
from services.metrics import IngestMetrics


def admission(most_requests: int = 3, most_bytes: int = 100, most_of_one: int = 80) -> Admission:
    return Admission(most_requests, most_bytes, most_of_one, IngestMetrics())


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


def test_as_many_as_may_are_admitted_and_no_more_until_one_is_let_go_of() -> None:
    gate = admission(most_requests=2)
    first, _ = gate.take(1), gate.take(1)
    with pytest.raises(Unavailable, match="2 requests") as caught:
        gate.take(1)
    assert caught.value.reason is Reason.OVERLOADED
    first.give_back()
    gate.take(1)
    assert (gate.requests, gate.bytes) == (2, 2)


def test_a_request_alone_is_admitted_and_counts_for_no_more_than_a_body_may_have() -> None:
    gate = admission(most_of_one=80)
    hold = gate.take(10**15)
    assert gate.bytes == 80
    gate.take(20)
    with pytest.raises(Unavailable, match="100 bytes"):
        gate.take(1)
    hold.give_back()
    assert (gate.requests, gate.bytes) == (1, 20)


async def test_bytes_that_were_announced_are_counted_once() -> None:
    gate = admission()
    hold = gate.take(50)
    assert [len(piece) async for piece in hold.counted(pieces(20, 30))] == [20, 30]
    assert gate.bytes == 50
    assert [len(piece) async for piece in hold.counted(pieces(7))] == [7]
    assert gate.bytes == 57


async def test_a_body_that_grows_beyond_the_most_bytes_ends_and_leaves_nothing_counted() -> None:
    gate = admission()
    other, hold = gate.take(50), gate.take(0)
    with pytest.raises(Unavailable):
        [piece async for piece in hold.counted(pieces(30, 20, 1))]
    assert gate.bytes == 100
    hold.give_back()
    other.give_back()
    assert (gate.requests, gate.bytes) == (0, 0)


async def test_a_body_alone_may_grow() -> None:
    hold = admission().take(0)
    assert [len(piece) async for piece in hold.counted(pieces(500))] == [500]


@pytest.mark.parametrize(("size", "counted"), [(10, 10), (5_000_000, STREAMED_BYTES)])
def test_a_body_that_streams_counts_by_what_is_kept_of_it(size: int, counted: int) -> None:
    gate = admission(most_of_one=10_000_000)
    hold = gate.take(size)
    hold.streamed()
    assert gate.bytes == counted
    hold.at_least(2_000_000)
    hold.at_least(3)
    assert gate.bytes == 2_000_000
    hold.give_back()
    assert gate.bytes == 0


@pytest.mark.parametrize(
    ("headers", "size"),
    [
        ([], 0),
        ([(b"content-length", b"12")], 12),
        ([(b"content-length", b"-1")], 0),
        ([(b"transfer-encoding", b"chunked")], STREAMED_BYTES),
    ],
)
def test_a_body_says_how_long_it_is(headers: list[tuple[bytes, bytes]], size: int) -> None:
    assert announced({"headers": headers}) == size
