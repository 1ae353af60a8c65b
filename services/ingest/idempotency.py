"""`Idempotency-Key`: the same request again gets the same answer (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.reasons import Reason
from schemas.streams import answer_key
from services.errors import Rejected, Unavailable
from services.ingest.formats.reading import refusal

MAX_KEY_CHARACTERS = 255
_IN_PROGRESS = b""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given: status, body and where to ask on."""

    status: int
    body: bytes
    location: str = ""

    def encode(self, fingerprint: bytes) -> bytes:
        """As it is kept in Redis, behind the request's fingerprint."""
        return b"\n".join((fingerprint, str(self.status).encode(), self.location.encode(), self.body))

    @classmethod
    def decode(cls, value: bytes) -> tuple[bytes, "KeptAnswer"]:
        """The fingerprint and the answer that `encode` wrote."""
        fingerprint, status, location, body = value.split(b"\n", 3)
        return fingerprint, cls(int(status), body, location.decode())


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by publisher and key, kept for a limited time; nothing but a repeated answer depends on them.

    `pending` bounds how long a request that was killed keeps its key, `ttl` how long an answer is repeated.
    """

    redis: Redis
    ttl: timedelta
    pending: timedelta = timedelta(seconds=60)

    async def begin(self, publisher: str, key: str, request: bytes) -> KeptAnswer | None:
        """The answer to give again, or None: then this request is to be handled, and `keep` or `forget` called.

        Raises Rejected where the key stands for another request, or for one that is still being handled.
        """
        name, fingerprint = _name(publisher, key), _fingerprint(request)
        try:
            if await self.redis.set(name, fingerprint + b"\n" + _IN_PROGRESS, nx=True, px=self.pending):
                return None
            value: Any = await self.redis.get(name)
        except (RedisError, OSError, TimeoutError) as problem:
            raise Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}") from problem
        if not value:  # it expired in this moment
            return None
        if not value.startswith(fingerprint):
            raise Rejected(Reason.IDEMPOTENCY_KEY_REUSED, "this Idempotency-Key came with another request before")
        if value == fingerprint + b"\n":
            raise Rejected(Reason.IN_PROGRESS, "the request with this Idempotency-Key is still being handled")
        return KeptAnswer.decode(value)[1]

    async def keep(self, publisher: str, key: str, request: bytes, answer: KeptAnswer) -> None:
        """Keeps the answer for the same request again; without Redis it is made anew then."""
        try:
            await self.redis.set(_name(publisher, key), answer.encode(_fingerprint(request)), px=self.ttl)
        except (RedisError, OSError, TimeoutError):
            return

    async def forget(self, publisher: str, key: str) -> None:
        """Lets the same request be handled again: nothing was taken."""
        try:
            await self.redis.delete(_name(publisher, key))
        except (RedisError, OSError, TimeoutError):
            return


def check_key(key: str) -> str:
    """The key without the quotes of a structured field. Raises Rejected for one that cannot be used."""
    plain = key[1:-1] if len(key) >= 2 and key[0] == key[-1] == '"' else key
    if not plain or len(plain) > MAX_KEY_CHARACTERS or not plain.isprintable() or not plain.isascii():
        raise refusal(Reason.INVALID_FIELD, "/Idempotency-Key", "expected 1 to 255 printable ASCII characters")
    return plain


def _name(publisher: str, key: str) -> str:
    return answer_key(publisher, hashlib.sha256(key.encode()).hexdigest()[:32])


def _fingerprint(request: bytes) -> bytes:
    return hashlib.sha256(request).hexdigest().encode()
