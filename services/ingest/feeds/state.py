"""What changes about a feed, in one Redis hash a feed; losing it only means asking again."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError, WatchError

from schemas.reasons import Reason
from services.errors import Unavailable
from services.redis_client import build_redis

log = logging.getLogger(__name__)

_KEPT = timedelta(days=30)
_RELEASE_SECONDS = 0.5


class _Part(BaseModel):
    """Some fields of the hash, which are written together."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def decode(cls, fields: dict[bytes, bytes]) -> Self:
        """The part in these fields of the hash; what cannot be read is as good as lost."""
        try:
            return cls.model_validate({name.decode(): value.decode() for name, value in fields.items()})
        except (ValidationError, UnicodeDecodeError):
            return cls()


class Polled(_Part):
    """What polling knows. `next_at` is None for at once; `pause` is how long the feed itself asked to be left alone."""

    next_at: AwareDatetime | None = None
    fetched_at: AwareDatetime | None = None
    status: str | None = None
    failures: int = 0
    gone: bool = False
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    moved_to: str | None = None
    pause: timedelta | None = None


Clock = Callable[[], datetime]
HubStatus = Literal["asked", "verified", "refused", "denied", "unsubscribing", "unsubscribed"]


class Subscription(_Part):
    """What stands with the hub. `ask_at` is when it is asked next, None for at once."""

    hub: str | None = None
    topic: str | None = None
    hub_status: HubStatus | None = None
    hub_detail: str | None = None
    asked_at: AwareDatetime | None = None
    ask_at: AwareDatetime | None = None
    lease_until: AwareDatetime | None = None

    def pushed_until(self, now: datetime) -> datetime | None:
        """Until when the hub has promised to tell of news; None where it has not, or not any more."""
        holds = self.hub_status == "verified" and self.lease_until is not None and self.lease_until > now
        return self.lease_until if holds else None


@dataclass(frozen=True, slots=True)
class FeedState:
    """Both parts of one feed."""

    polled: Polled
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class States:
    """Reads and writes the hashes. Every method raises Unavailable when Redis does not answer."""

    redis: Redis

    async def read(self, ids: Sequence[str]) -> list[FeedState]:
        """The states of these feeds, in this order; an empty state where nothing is known."""
        with _redis():
            async with self.redis.pipeline(transaction=False) as reading:
                for feed_id in ids:
                    reading.hgetall(_key(feed_id))
                found: list[dict[bytes, bytes]] = await reading.execute()
        return [FeedState(Polled.decode(fields), Subscription.decode(fields)) for fields in found]

    async def read_one(self, feed_id: str) -> FeedState:
        """The state of this feed."""
        return (await self.read([feed_id]))[0]

    async def write(self, feed_id: str, part: Polled | Subscription) -> None:
        """Sets the fields of this part, and no others."""
        fields: dict[str, Any] = part.model_dump(mode="json")
        known: dict[Any, Any] = {name: str(value) for name, value in fields.items() if value is not None}
        unknown = [name for name, value in fields.items() if value is None]
        with _redis():
            async with self.redis.pipeline(transaction=True) as writing:
                if known:
                    writing.hset(_key(feed_id), mapping=known)
                if unknown:
                    writing.hdel(_key(feed_id), *unknown)
                writing.expire(_key(feed_id), _KEPT)
                await writing.execute()

    async def hurry(self, feed_id: str) -> None:
        """Lets the feed be polled at once, even when it was gone."""
        with _redis():
            await self.redis.hdel(_key(feed_id), "next_at", "gone")

    @asynccontextmanager
    async def lease(self, feed_id: str, limit: timedelta) -> AsyncIterator[bool]:
        """Whether the feed is this caller's alone until the end of the context, or until `limit` has passed."""
        key, token = f"{_key(feed_id)}:lease", secrets.token_hex(16)
        with _redis():
            mine = bool(await self.redis.set(key, token, nx=True, px=limit))
        try:
            yield mine
        finally:
            if mine:
                await self._release(key, token)

    async def _release(self, key: str, token: str) -> None:
        """Gives the lease back unless it is another's by now. A stop does not wait long for a Redis that is away."""
        try:
            async with asyncio.timeout(_RELEASE_SECONDS), self.redis.pipeline(transaction=True) as giving:
                await giving.watch(key)
                if await giving.get(key) == token.encode():
                    giving.multi()  # type: ignore[no-untyped-call]
                    giving.delete(key)
                    await giving.execute()
        except (RedisError, WatchError, OSError, TimeoutError) as problem:
            log.info("lease not given back, it runs out by itself", extra={"key": key, "problem": str(problem)})


@asynccontextmanager
async def open_states(redis_url: str, timeout: timedelta) -> AsyncIterator[States]:
    """The states behind this address, for a command."""
    redis = build_redis(redis_url, timeout)
    try:
        yield States(redis)
    finally:
        await redis.aclose()


def _key(feed_id: str) -> str:
    return f"feed:{feed_id}"


@contextmanager
def _redis() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as problem:
        raise Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}") from problem
