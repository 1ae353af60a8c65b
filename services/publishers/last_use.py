"""When each key was last used, to the minute: told by Redis where that answers, and never in anyone's way."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.streams import KEYS_USED
from services.redis_client import build_redis

_AT_MOST_EVERY = timedelta(minutes=1)
_READ_WITHIN = timedelta(seconds=2)


class LastUse:
    """Notes uses in the background, one a key and minute; `redis` stays the caller's to close."""

    def __init__(self, redis: Redis, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._redis = redis
        self._clock = clock
        self._noted: dict[str, datetime] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, key_id: str) -> None:
        """Begins to write that the key is used now; returns at once. A Redis that does not answer is no error."""
        now = self._clock()
        last = self._noted.get(key_id)
        if last is not None and now - last < _AT_MOST_EVERY:
            return
        self._noted[key_id] = now
        task = asyncio.create_task(self._write(key_id, now))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def finish(self) -> None:
        """Returns when everything noted was written or has failed."""
        await asyncio.gather(*self._writing)

    async def _write(self, key_id: str, now: datetime) -> None:
        try:
            await self._redis.hset(KEYS_USED, key_id, now.isoformat(timespec="seconds"))
        except (RedisError, OSError, TimeoutError):
            return


async def read_last_use(redis_url: str) -> dict[str, datetime] | None:
    """When each key was last used, by its id; None where Redis does not answer within two seconds."""
    redis = build_redis(redis_url, _READ_WITHIN)
    try:
        used: Any = await redis.hgetall(KEYS_USED)
    except (RedisError, OSError, TimeoutError):
        return None
    finally:
        await redis.aclose()
    return {key_id.decode(): datetime.fromisoformat(at.decode()) for key_id, at in used.items()}
