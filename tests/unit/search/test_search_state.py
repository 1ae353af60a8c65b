"""Work is given up when nobody waits for it."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from services.errors import Unavailable
from services.search.state import while_there


def request(*messages: str) -> Request:
    coming = list(messages)

    async def receive() -> dict[str, Any]:
        if coming:
            return {"type": coming.pop(0)}
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    return Request({"type": "http", "headers": []}, receive)


async def test_the_answer_comes_to_who_waits() -> None:
    async def work() -> str:
        return "found"

    assert await while_there(request("http.request"), work()) == "found"


async def test_a_fault_comes_to_who_waits() -> None:
    async def work() -> str:
        raise ValueError("found nothing")

    with pytest.raises(ValueError, match="found nothing"):
        await while_there(request(), work())


async def test_work_is_given_up_when_who_asked_has_gone() -> None:
    given_up = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    with pytest.raises(Unavailable):
        await while_there(request("http.request", "http.disconnect"), work())
    await asyncio.wait_for(given_up.wait(), 5)
