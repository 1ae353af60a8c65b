"""The connection to Redis, and the way events are written into a stream entry."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from faststream.redis import RedisBroker
from faststream.redis.parser import MessageFormat
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

_TURNS = 10


class PlainBody(MessageFormat):
    """The body alone, as UTF-8 JSON in one field: readable with redis-cli and by any other consumer.

    FastStream's own envelope is binary, and one non-ASCII header corrupts it.
    """

    @classmethod
    async def encode(cls, *, message: Any, **_: Any) -> bytes:
        """The bytes of the message, unchanged."""
        return message if isinstance(message, bytes) else str(message).encode()

    @classmethod
    def parse(cls, data: bytes) -> tuple[bytes, dict[str, Any]]:
        """The bytes of the message; there are no headers."""
        return data, {}


def build_broker(redis_url: str, timeout: timedelta) -> RedisBroker:
    """A broker that is not connected yet.

    Nothing is retried silently: a lost answer to XADD or XREADGROUP would add or strand entries unseen.
    """
    return RedisBroker(
        redis_url,
        message_format=PlainBody,
        socket_timeout=timeout.total_seconds(),
        socket_connect_timeout=timeout.total_seconds(),
        retry=Retry(NoBackoff(), 0),
        apply_types=False,
        logger=logging.getLogger(__name__),
        log_level=logging.DEBUG,  # two lines a batch
        graceful_timeout=8.0,
    )


async def close(broker: RedisBroker, redis: Redis) -> None:
    """Stops the broker and closes every connection, those too that commands cut off by it give back a moment later."""
    await broker.stop()
    for _ in range(_TURNS):
        await redis.aclose(close_connection_pool=True)
        await asyncio.sleep(0)
