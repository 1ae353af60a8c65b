"""One try to deliver a message: to a webhook, with every caution, or to a Redis stream."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Literal

import httpcore
import httpx
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas.streams import EVENT_FIELD
from services import __version__
from services.alerts.alert import Alert
from services.alerts.sign import signed_headers
from services.guard import AddressRefused, GuardedBackend
from services.guarded_transport import NO_ANSWER, GuardedTransport

STREAM_KEPT = 100_000
_ANSWER_BYTES = 2_000
_SHOWN_CHARACTERS = 200
_GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try. `text` is for people; `retry_after` is how long the target asked to be left alone."""

    outcome: Literal["delivered", "failed", "gone"]
    text: str
    retry_after: timedelta | None = None


class Sender:
    """Sends to one target at a time. No redirect is followed, no proxy or cookie used; an answer is read to 2 kB.

    A whole request ends within `timeout`. Addresses that are not public are refused while connecting, unless
    `allow_private`, or the alert's own flag.
    """

    def __init__(
        self,
        redis: Redis,
        timeout: timedelta,
        allow_private: bool,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._redis = redis
        self._timeout = timeout.total_seconds()
        self._guarded = self._client(backend or GuardedBackend(allow_private))
        self._open = self._client(GuardedBackend(allow_private=True))

    async def send(self, alert: Alert, message_id: str, body: bytes, now: datetime) -> Answer:
        """What came of it; raises RedisError where the message is for a stream and Redis does not answer."""
        if alert.webhook is not None:
            headers = signed_headers(alert.secret or "", message_id, body, now)
            return await self._post(self._open if alert.allow_private else self._guarded, alert.webhook, body, headers)
        try:
            fields: dict[str, bytes] = {EVENT_FIELD: body}
            await self._redis.xadd(alert.stream or "", fields, maxlen=STREAM_KEPT, approximate=True)  # type: ignore[arg-type]
        except ResponseError as problem:  # the key is no stream
            return Answer("failed", str(problem))
        return Answer("delivered", "added to the stream")

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._guarded.aclose()
        await self._open.aclose()

    def _client(self, backend: httpcore.AsyncNetworkBackend) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=GuardedTransport(backend),
            headers={"User-Agent": f"Wiredesk/{__version__}", "Content-Type": "application/cloudevents+json"},
            timeout=self._timeout,
            follow_redirects=False,
            trust_env=False,
        )
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client

    async def _post(self, client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            async with (
                asyncio.timeout(self._timeout),
                client.stream("POST", url, content=body, headers=headers) as response,
            ):
                return answered(response.status_code, response.headers, await _beginning(response))
        except AddressRefused as problem:
            return Answer("failed", str(problem))
        except TimeoutError:
            return Answer("failed", f"no whole answer within {self._timeout:g} s")
        except NO_ANSWER as problem:
            return Answer("failed", f"no answer: {problem or type(problem).__name__}")


def answered(status: int, headers: httpx.Headers, beginning: bytes) -> Answer:
    """What an answer means: any 2xx has taken the message, 410 wants no more of them, all else is a failure."""
    words = " ".join(beginning.decode(errors="replace").split())[:_SHOWN_CHARACTERS]
    text = f"{status} {words}".strip()
    if 200 <= status < 300:
        return Answer("delivered", text)
    if status == _GONE:
        return Answer("gone", text)
    wished = headers.get("retry-after", "")
    return Answer("failed", text, timedelta(seconds=int(wished)) if wished.isdecimal() and len(wished) < 7 else None)


async def _beginning(response: httpx.Response) -> bytes:
    """As much of the answer as people read; the rest stays where it is."""
    beginning = b""
    async for piece in response.aiter_raw():
        beginning += piece
        if len(beginning) >= _ANSWER_BYTES:
            break
    return beginning[:_ANSWER_BYTES]
