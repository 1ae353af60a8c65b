"""One rebuild at a time."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.streams import REBUILD_LOCK
from services.rebuild.plan import CannotRebuild

_SECONDS = 20
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@asynccontextmanager
async def alone(redis: Redis) -> AsyncIterator[None]:
    """Nobody else rebuilds meanwhile; a killed one's turn ends after 20 seconds. Raises CannotRebuild, RedisError."""
    token = secrets.token_hex(8)
    if not await redis.set(REBUILD_LOCK, token, nx=True, ex=_SECONDS):
        raise CannotRebuild("another rebuild is running, or was killed within the last 20 seconds")
    holding = asyncio.create_task(_hold(redis))
    try:
        yield
    finally:
        holding.cancel()
        with suppress(RedisError, OSError):
            await redis.eval(_RELEASE, 1, REBUILD_LOCK, token)


async def _hold(redis: Redis) -> None:
    while True:
        await asyncio.sleep(_SECONDS / 4)
        with suppress(RedisError, OSError):
            await redis.expire(REBUILD_LOCK, _SECONDS)
