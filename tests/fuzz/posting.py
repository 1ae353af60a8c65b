"""Posts many requests over a few connections and tells how it goes on."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from tests.fuzz.servers import CONNECTIONS, Servers

SLOW_SECONDS = 2.0
_TOLD_EVERY_SECONDS = 10.0


class Request(Protocol):
    """A body with its header fields, its query (with `?`, or ""), and what was done to it."""

    @property
    def damage(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def query(self) -> str: ...
    def headers(self) -> dict[str, str]: ...


@dataclass(slots=True)
class Progress:
    """What was posted by now, and what is wrong with the answers: by what was done to the request, and why."""

    of: int
    posted: int = 0
    started: float = field(default_factory=time.monotonic)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    misses: dict[tuple[str, str], int] = field(default_factory=dict)
    examples: dict[tuple[str, str], list[Request]] = field(default_factory=dict)
    slow: list[Request] = field(default_factory=list)
    _told_at: float = field(default_factory=time.monotonic)

    def miss(self, request: Request, why: str) -> None:
        """Notes a wrong answer; of each kind the smallest requests are kept, those that anyone can read first."""
        key = (request.damage, why)
        self.misses[key] = self.misses.get(key, 0) + 1
        kept = [*self.examples.get(key, ()), request]
        self.examples[key] = sorted(kept, key=lambda one: ("Content-Encoding" in one.headers(), len(one.body)))[:2]

    def note(self, request: Request, status: int, seconds: float) -> None:
        """Counts an answer, and says once in a while how far it is."""
        self.posted += 1
        key = (request.damage, status)
        self.counts[key] = self.counts.get(key, 0) + 1
        if seconds > SLOW_SECONDS:
            self.slow.append(request)
        now = time.monotonic()
        if now - self._told_at >= _TOLD_EVERY_SECONDS or self.posted == self.of:
            self._told_at = now
            rate = self.posted / (now - self.started)
            print(f"  {self.posted:,} of {self.of:,} ({rate:.0f} a second), {self.missed():,} missed", flush=True)

    def missed(self) -> int:
        """How many answers were wrong."""
        return sum(self.misses.values())

    def failures(self) -> int:
        """How many answers were 5xx, or none came."""
        return sum(count for (_, status), count in self.counts.items() if status == 0 or status >= 500)

    def report(self) -> None:
        """Prints what became of each kind of request, and the smallest examples of wrong answers."""
        width = max(len(damage) for damage, _ in self.counts)
        for damage in sorted({damage for damage, _ in self.counts}):
            statuses = {status: count for (name, status), count in sorted(self.counts.items()) if name == damage}
            print(f"  {damage:{width}}  " + "  ".join(f"{status}: {count:,}" for status, count in statuses.items()))
        for key, count in self.misses.items():
            print(f"MISSED {count:,} × {key[0]}: {key[1]}")
            for request in self.examples[key]:
                print(f"  {request.query} {request.headers()} {len(request.body):,} bytes: {request.body[:600]!r}")


Judge = Callable[[Request, int, bytes], str | None]


async def post_all(servers: Servers, path: str, requests: Iterable[Request], progress: Progress, judge: Judge) -> None:
    """Posts each request and notes the answer; `judge` says what is wrong with it. Slow ones are posted again alone."""
    waiting = iter(requests)
    async with servers.client() as client:
        await asyncio.gather(*(_post_from(client, path, waiting, progress, judge) for _ in range(CONNECTIONS)))
        for request in progress.slow:
            seconds = min([(await _answer(client, path, request))[2] for _ in range(2)])
            if seconds > SLOW_SECONDS:
                progress.miss(request, f"takes more than {SLOW_SECONDS:.0f} s")
        progress.slow.clear()


async def _post_from(
    client: httpx.AsyncClient, path: str, waiting: Iterator[Request], progress: Progress, judge: Judge
) -> None:
    for request in waiting:
        status, body, seconds = await _answer(client, path, request)
        if why := judge(request, status, body):
            progress.miss(request, why)
        progress.note(request, status, seconds)


async def _answer(client: httpx.AsyncClient, path: str, request: Request) -> tuple[int, bytes, float]:
    """Status (0 where none came), body, and how many seconds it took."""
    started = time.monotonic()
    for last in (False, True):  # a kept connection may end just as it is taken up again
        try:
            answer = await client.post(path + request.query, content=request.body, headers=request.headers())
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError) as problem:
            if last:
                return 0, repr(problem).encode(), time.monotonic() - started
        except httpx.HTTPError as problem:
            return 0, repr(problem).encode(), time.monotonic() - started
        else:
            return answer.status_code, answer.content, time.monotonic() - started
    raise AssertionError("unreachable")
