"""Posts at a steady rate."""

import asyncio
from itertools import pairwise
from time import perf_counter

import pytest

from benchmarks.pacing import paced
from benchmarks.raw_http import request
from tests.unit.benchmarks.answering import answering

POSTS = [request("/v1/articles", b"{}", "application/json", "key") for _ in range(10)]


async def test_posts_are_due_at_a_steady_rate_and_sent_while_others_wait() -> None:
    arrived: list[float] = []
    all_there = asyncio.Event()

    async def answer() -> bytes:
        arrived.append(perf_counter())
        if len(arrived) == len(POSTS):
            all_there.set()
        await all_there.wait()
        return b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}"

    async with answering(answer) as port:
        due = await paced(port, POSTS, a_second=200)
    assert [round(after - before, 6) for before, after in pairwise(due)] == [0.005] * 9
    assert all(instant <= there for instant, there in zip(due, arrived, strict=True))


async def test_a_post_that_is_not_accepted_ends_it() -> None:
    async def answer() -> bytes:
        return b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nfull"

    async with answering(answer) as port:
        with pytest.raises(ExceptionGroup) as raised:
            await paced(port, POSTS, a_second=200)
    assert "full" in str(raised.value.exceptions[0])
