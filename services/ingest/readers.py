"""Where a body is read and its text worked on: at once, in a thread or in a worker process, so that none waits long."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after
from anyio.to_process import run_sync

from schemas.reasons import Reason
from services.ingest.formats.detect import family
from services.ingest.formats.html_text import html_text
from services.ingest.formats.reading import refusal
from services.ingest.posted import Reading
from services.ingest.read import Given, read_items
from services.ingest.receive import ContentType

_AT_ONCE_BYTES = 20_000
_PAGE_FOR_A_PROCESS_BYTES = 60_000
_BODY_FOR_A_PROCESS_BYTES = 1_000_000
_LONGEST = 30.0
_ATTEMPTS = 2
_ALWAYS = _AT_ONCE_BYTES + 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readers:
    """Threads for what is short in each of its steps, and worker processes, made when first needed, for the rest.

    A thread lets the others go on between two steps only; one step over a large page, within a library, takes seconds.
    """

    threads: Executor
    processes: CapacityLimiter

    async def read(self, kind: ContentType, body: bytes, given: Given) -> Reading:
        """Every item of this body. Raises Rejected, also for what takes 30 seconds or ends its process twice."""
        of_kind = family(kind.name)
        if len(body) > (_PAGE_FOR_A_PROCESS_BYTES if of_kind == "html" else _BODY_FOR_A_PROCESS_BYTES):
            return await self._apart(read_items, kind, body, given)
        return await self.aside(len(body) if of_kind == "json" else _ALWAYS, lambda: read_items(kind, body, given))

    async def whole_text(self, kind: ContentType, body: bytes) -> str:
        """All lines of a page, its furniture included. Raises Rejected like `read`."""
        return await self._apart(_whole_text, kind, body)

    async def aside(self, size: int, work: Callable[[], T]) -> T:
        """What this work gives, done in a thread where it is about more than 20,000 bytes or characters."""
        if size <= _AT_ONCE_BYTES:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    async def _apart(self, work: Callable[..., T], *arguments: object) -> T:
        """What this function gives, called in a worker process. Raises Rejected like `read`."""
        for _ in range(_ATTEMPTS):
            try:
                with fail_after(_LONGEST):
                    return await run_sync(work, *arguments, cancellable=True, limiter=self.processes)
            except TimeoutError as error:
                raise refusal(Reason.TOO_LARGE, "", f"reading it takes more than {_LONGEST:.0f} seconds") from error
            except BrokenWorkerProcess:
                continue
        raise refusal(Reason.MALFORMED, "", "reading it ended the process that read it")


def _whole_text(kind: ContentType, body: bytes) -> str:
    return html_text(body.decode(kind.charset, "replace")).text
