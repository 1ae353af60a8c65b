"""How much is taken in at once: beyond it writing requests are turned away before memory grows, and slow ones end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.reasons import Reason
from services.errors import Rejected, Unavailable
from services.ingest.problems import answer
from services.metrics import IngestMetrics

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
STREAMED_BYTES = 1_000_000
"""What a body without a length is taken for at first: a batch holds about that much of its lines."""
_AGAIN_AFTER = timedelta(seconds=1)


class Admission:
    """Counts writing requests and the bytes of their bodies that are in hand, as sent and as unpacked.

    A request alone is always admitted, however large it says it is: what is too large is refused as that.
    """

    def __init__(self, most_requests: int, most_bytes: int, most_of_one: int, metrics: IngestMetrics) -> None:
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self._most_of_one = most_of_one
        self.requests = 0
        self.bytes = 0
        metrics.requests_in_hand.set_function(lambda: self.requests)
        metrics.bytes_in_hand.set_function(lambda: self.bytes)

    def take(self, announced: int) -> "Hold":
        """Admits a request whose body says it has so many bytes. Raises Unavailable where that is too much.

        More than one body may have is never kept, so no more is counted, whatever it says.
        """
        if self.requests >= self._most_requests:
            raise Unavailable(Reason.OVERLOADED, f"{self.requests} requests are in hand already", _AGAIN_AFTER)
        size = min(announced, self._most_of_one)
        self._check(size, self.requests)
        self.requests += 1
        self.bytes += size
        return Hold(self, size)

    def add(self, size: int) -> None:
        """Counts so many bytes more of a request that was admitted. Raises Unavailable where that is too much."""
        self._check(size, self.requests - 1)
        self.bytes += size

    def give_back(self, size: int) -> None:
        """Lets go of a request that was admitted."""
        self.requests -= 1
        self.bytes -= size

    def _check(self, size: int, others: int) -> None:
        if others and self.bytes + size > self._most_bytes:
            raise Unavailable(Reason.OVERLOADED, f"{self.bytes} bytes are in hand already", _AGAIN_AFTER)


class Hold:
    """The place of one request that was admitted; it stands in `request.state.hold`."""

    def __init__(self, admission: Admission, size: int) -> None:
        self._admission = admission
        self._size = size
        self._read = 0

    async def counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The same bytes, which are kept. Raises Unavailable where they are too much."""
        async for chunk in chunks:
            self._read += len(chunk)
            self.at_least(self._read)
            yield chunk

    def at_least(self, size: int) -> None:
        """Makes sure that so many bytes are counted. Raises Unavailable where that is too much."""
        if size > self._size:
            self._admission.add(size - self._size)
            self._size = size

    def streamed(self) -> None:
        """Counts a body by the lines that are kept of it, not by its length."""
        less = max(0, self._size - STREAMED_BYTES)
        self._admission.bytes -= less
        self._size -= less

    def give_back(self) -> None:
        """Lets go of it."""
        self._admission.give_back(self._size)


class Admitting:
    """An ASGI application that asks `app.state.ingest.admission` before each writing request is read."""

    def __init__(self, app: ASGIApp, longest_wait: timedelta) -> None:
        self._app = app
        self._longest_wait = longest_wait.total_seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is admitted; its body must go on coming."""
        if scope["type"] != "http" or scope["method"] not in _WRITING:
            await self._app(scope, receive, send)
            return
        ingest = scope["app"].state.ingest
        try:
            hold = ingest.admission.take(announced(scope))
        except Unavailable as error:
            ingest.metrics.problems.labels(error.reason).inc()
            await answer(error)(scope, receive, send)  # the server reads on what was sent, and forgets it
            return

        async def in_time() -> Message:
            try:
                async with asyncio.timeout(self._longest_wait):
                    return await receive()
            except TimeoutError as error:
                detail = f"nothing of the body came for {self._longest_wait:g} seconds"
                raise Rejected(Reason.TOO_SLOW, detail) from error

        scope.setdefault("state", {})["hold"] = hold
        try:
            await self._app(scope, _only_bodies(receive, in_time), send)
        finally:
            hold.give_back()


def _only_bodies(receive: Receive, in_time: Receive) -> Receive:
    """Waits in time for the body, and as long as it takes for what follows it, that the client is gone."""
    is_whole = False

    async def next_message() -> Message:
        nonlocal is_whole
        if is_whole:
            return await receive()
        message = await in_time()
        is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return next_message


def announced(scope: dict[str, Any] | Scope) -> int:
    """The bytes that the body says it has."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if length.isdigit():
        return int(length)
    has_body = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    return STREAMED_BYTES if has_body else 0
