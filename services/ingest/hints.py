"""What a publisher told of an address before its article came: kept in Redis for a limited time."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.dates import parse_instant
from schemas.reasons import Reason
from schemas.streams import hint_key
from services.errors import Unavailable
from services.ingest.posted import Hint
from services.ingest.shared_trips import SharedTrips

Told = Mapping[str, object]
"""Native fields that a sitemap gave, and `withdrawn_at` where the address was withdrawn."""


class Hints:
    """Keeps and finds what was told of addresses, by publisher and canonical URL."""

    def __init__(self, redis: Redis, ttl: timedelta) -> None:
        self._redis = redis
        self._ttl = ttl
        self._kept = SharedTrips(self._read)

    async def keep(self, publisher: str, url: str, told: Told) -> None:
        """Keeps this beside what was told of the address before. Raises Unavailable."""
        if not told:
            return
        name = hint_key(publisher, _hash(url))
        try:
            async with self._redis.pipeline(transaction=True) as transaction:
                transaction.hset(name, mapping={field: orjson.dumps(value) for field, value in told.items()})
                transaction.expire(name, self._ttl)
                await transaction.execute()
        except (RedisError, OSError, TimeoutError) as problem:
            raise Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}") from problem

    async def find(self, publisher: str, urls: Sequence[str]) -> dict[str, Told]:
        """What was told of each of these addresses; nothing where Redis does not answer, for publishing says that."""
        if not urls:
            return {}
        try:
            kept = await self._kept([hint_key(publisher, _hash(url)) for url in urls])
        except (RedisError, OSError, TimeoutError):
            return {}
        return {
            url: {name.decode(): orjson.loads(value) for name, value in fields.items()}
            for url, fields in zip(urls, kept, strict=True)
            if fields
        }

    async def _read(self, asked: Sequence[list[str]]) -> list[list[dict[bytes, bytes]]]:
        """What is kept in the hashes of each who asks."""
        async with self._redis.pipeline(transaction=False) as reading:
            for name in chain.from_iterable(asked):
                reading.hgetall(name)
            kept = iter(await reading.execute())
        return [list(islice(kept, len(names))) for names in asked]

    async def forget(self, publisher: str, urls: Sequence[str]) -> int:
        """Removes what was told of these addresses, except that they were withdrawn; how many had something."""
        names = [hint_key(publisher, _hash(url)) for url in urls]
        removed = 0
        for name in names:
            fields = [field for field in await self._redis.hkeys(name) if field != b"withdrawn_at"]
            removed += bool(fields and await self._redis.hdel(name, *fields))
        return removed


def told_by(hint: Hint) -> dict[str, object]:
    """The fields of a sitemap's entry that an article may lack."""
    told = hint.model_dump(mode="json", exclude={"url", "updated_at"}, exclude_none=True)
    return {name: value for name, value in told.items() if value not in ("", [])}


def is_withdrawn(told: Told, stated: datetime | None) -> bool:
    """Whether the address was withdrawn, and not before the instant that its article states."""
    withdrawn_at = told.get("withdrawn_at")
    return withdrawn_at is not None and (stated is None or stated <= parse_instant(withdrawn_at))


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:32]
