"""Bodies are read where they hold up nobody else."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from anyio import CapacityLimiter

from schemas.reasons import Reason
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest import readers as readers_module
from services.ingest.read import Given
from services.ingest.readers import Readers
from services.ingest.receive import content_type

GIVEN = Given({}, datetime(2026, 11, 1, tzinfo=UTC))
HTML = content_type("text/html; charset=utf-8")
STORY = "<p>Pilots in the port of Quay voted on Monday to stop work, a spokeswoman of their union said.</p>"


@pytest.fixture
def readers() -> Iterator[Readers]:
    with ThreadPoolExecutor(1) as threads:
        yield Readers(threads, CapacityLimiter(1))


def page(filler: str) -> bytes:
    return f"<html><body><article><h1>Pilots stop</h1>{STORY * 5}</article><!--{filler}--></body></html>".encode()


async def test_a_large_page_reads_like_a_small_one(readers: Readers) -> None:
    small = await readers.read(HTML, page(""), GIVEN)
    assert await readers.read(HTML, page("x" * 100_000), GIVEN) == small
    content = small.items[0].content
    assert isinstance(content, Submission)
    assert content.title == "Pilots stop"


async def test_a_refusal_is_the_same_from_another_process(readers: Readers) -> None:
    with pytest.raises(Rejected) as refused:
        await readers.read(HTML, b"<html>" + b"\0" * 100_000, GIVEN)
    assert refused.value.reason is Reason.MALFORMED
    assert refused.value.errors
    assert refused.value.errors[0].pointer == ""


async def test_whole_lines_of_a_page_are_read_in_another_process(readers: Readers) -> None:
    assert "Pilots stop" in await readers.whole_text(HTML, page(""))
    assert await readers._apart(os.getpid) != os.getpid()


async def test_a_body_that_ends_its_process_is_refused_and_the_next_is_read(readers: Readers) -> None:
    with pytest.raises(Rejected, match="ended the process"):
        await readers._apart(os._exit, 1)
    assert await readers._apart(abs, -1) == 1


async def test_a_body_that_takes_too_long_is_refused_and_its_process_ended(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = await readers._apart(os.getpid)
    monkeypatch.setattr(readers_module, "_LONGEST", 0.1)
    with pytest.raises(Rejected, match="more than"):
        await readers._apart(time.sleep, 60)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_only_what_is_long_goes_to_a_thread(readers: Readers) -> None:
    assert await readers.aside(20_000, threading.get_ident) == threading.get_ident()
    assert await readers.aside(20_001, threading.get_ident) != threading.get_ident()


async def test_others_go_on_while_a_page_is_read(readers: Readers) -> None:
    await readers._apart(abs, 1)
    reading = asyncio.create_task(readers._apart(time.sleep, 0.5))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 5
