"""The cheapest way to keep a server busy from one process: requests that are bytes already, over kept connections."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import uvloop

_HEAD_ENDS, _CHUNKS_END, _LENGTH = b"\r\n\r\n", b"\r\n0\r\n\r\n", b"content-length:"
Check = Callable[[bytes, bytes], bool]
"""Whether an answer, by its first line and its body, is the right one."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send these requests, over how many connections; each is sent when the one before it is answered.

    Targets that were given the same iterator share its requests: whoever is free takes the next.
    """

    port: int
    requests: Iterable[bytes]
    connections: int


def request(path: str, body: bytes, media_type: str, key: str) -> bytes:
    """A POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send(targets: Sequence[Target], is_right: Check) -> float:
    """Seconds from the first request to the last answer, of all targets at once.

    Raises RuntimeError for a wrong one.
    """
    return uvloop.run(_send(targets, is_right))


async def _send(targets: Sequence[Target], is_right: Check) -> float:
    loop = asyncio.get_running_loop()
    opened: list[_Connection] = []
    for one in targets:
        waiting = iter(one.requests)
        for _ in range(one.connections):
            _, made = await loop.create_connection(lambda w=waiting: _Connection(w, is_right), "127.0.0.1", one.port)  # type: ignore[misc]
            opened.append(made)
    try:
        began = time.perf_counter()
        for connection in opened:
            connection.next()
        await asyncio.gather(*(connection.done for connection in opened))
        return time.perf_counter() - began
    finally:
        for connection in opened:
            connection.abort()
        await asyncio.sleep(0)


class _Connection(asyncio.Protocol):
    def __init__(self, waiting: Iterator[bytes], is_right: Check) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting, self._is_right = waiting, is_right
        self._answer = bytearray()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def next(self) -> None:
        """Sends the next request, or ends."""
        if (request := next(self._waiting, None)) is not None:
            self._transport.write(request)
        else:
            self.done.set_result(None)

    def abort(self) -> None:
        """Ends it now."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if (whole := _whole(self._answer)) is None:
            return
        self._answer.clear()
        if self._is_right(*whole):
            self.next()
        else:
            self._fail(f"{whole[0]!r} {whole[1][:1000]!r}")

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the server hung up: {exc}")

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))


def _whole(answer: bytearray) -> tuple[bytes, bytes] | None:
    """The first line and the body, which has a length or comes in chunks; None as long as more of it is to come."""
    head, ended, rest = bytes(answer).partition(_HEAD_ENDS)
    at = head.lower().find(_LENGTH)
    if not ended or (at < 0 and not answer.endswith(_CHUNKS_END)):
        return None
    status = head.partition(b"\r\n")[0]
    if at < 0:
        return status, _unchunked(rest)
    length = int(head[at + len(_LENGTH) :].partition(b"\r\n")[0])
    return (status, rest) if len(rest) >= length else None


def _unchunked(chunks: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while size := int(chunks[at : (begins := chunks.index(b"\r\n", at) + 2)], 16):
        parts.append(chunks[begins : begins + size])
        at = begins + size + 2
    return b"".join(parts)
