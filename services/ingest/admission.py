"""How much is taken in at once: beyond it writing requests are turned away before memory grows, and slow ones end."""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.reasons import Reason
from services.errors import Rejected, Unavailable
from services.ingest.problems import answer
from services.metrics import IngestMetrics

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UNANNOUNCED_BYTES = 1_000_000
"""What a body without a length is taken for: a batch holds about that much of its lines."""
_AGAIN_AFTER = timedelta(seconds=1)


class Admission:
    """Counts writing requests and the bytes of their bodies that are in hand.

    A request alone is always admitted, however large it says it is: what is too large is refused as that.
    """

    def __init__(self, most_requests: int, most_bytes: int, metrics: IngestMetrics) -> None:
        self._most_requests = most_requests
        self._most_bytes = most_bytes
        self._metrics = metrics
        self.requests = 0
        self.bytes = 0
        metrics.requests_in_hand.set_function(lambda: self.requests)
        metrics.bytes_in_hand.set_function(lambda: self.bytes)

    def take(self, size: int) -> None:
        """Admits a request with a body of this many bytes. Raises Unavailable where that is too much."""
        is_too_many = self.requests >= self._most_requests
        if self.requests and (is_too_many or self.bytes + size > self._most_bytes):
            self._metrics.problems.labels(Reason.OVERLOADED).inc()
            what = f"{self.requests} requests" if is_too_many else f"{self.bytes} bytes"
            raise Unavailable(Reason.OVERLOADED, f"{what} are in hand already", _AGAIN_AFTER)
        self.requests += 1
        self.bytes += size

    def give_back(self, size: int) -> None:
        """Lets go of a request that was admitted."""
        self.requests -= 1
        self.bytes -= size


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
        admission: Admission = scope["app"].state.ingest.admission
        size = announced(scope)
        try:
            admission.take(size)
        except Unavailable as error:
            await answer(error)(scope, receive, send)  # the server reads on what was sent, and forgets it
            return

        async def in_time() -> Message:
            try:
                async with asyncio.timeout(self._longest_wait):
                    return await receive()
            except TimeoutError as error:
                detail = f"nothing of the body came for {self._longest_wait:g} seconds"
                raise Rejected(Reason.TOO_SLOW, detail) from error

        try:
            await self._app(scope, _only_bodies(receive, in_time), send)
        finally:
            admission.give_back(size)


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
    return _UNANNOUNCED_BYTES if has_body else 0
