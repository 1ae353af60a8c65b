"""The connection to Redis, and the way events are written into a stream entry."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from faststream.redis import RedisBroker, RedisSentinelBroker
from faststream.redis.parser import MessageFormat
from redis.asyncio import Redis

from services.redis_client import (
    close_sentinels,
    primary_options,
    read_group,
    sentinel_options,
    server_options,
)

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
    """A broker that is not connected yet; its connections are those of `build_redis`."""
    of_service: dict[str, Any] = {
        "message_format": PlainBody,
        "apply_types": False,
        "logger": logging.getLogger(__name__),
        "log_level": logging.DEBUG,  # two lines a batch
        "graceful_timeout": 8.0,
    }
    if group := read_group(redis_url):
        return RedisSentinelBroker(
            group.server,
            sentinels=group.sentinels,
            sentinel_master_name=group.name,
            sentinel_kwargs=sentinel_options(group),
            **primary_options(group, timeout),
            **of_service,
        )
    return RedisBroker(redis_url, **server_options(redis_url, timeout), **of_service)


async def close(broker: RedisBroker, redis: Redis) -> None:
    """Stops the broker and closes every connection, those too that commands cut off by it give back a moment later."""
    await broker.stop()
    for _ in range(_TURNS):
        await redis.aclose(close_connection_pool=True)
        await asyncio.sleep(0)
    await close_sentinels(redis)
