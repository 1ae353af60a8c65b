"""Reads everything that `wiredesk status` and `top` show, on connections of one's own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx

from services.cli.client import ClientSettings
from services.health.read_index import IndexReader
from services.health.read_redis import RedisReader
from services.health.read_services import read_services
from services.health.readings import Reading
from services.index.client import build_client
from services.index.names import IndexNames
from services.redis_client import build_redis

_TIMEOUT = timedelta(seconds=3)
_SERVICES = ("ingest", "indexer", "search", "alerts")


def told_services(settings: ClientSettings, given: dict[str, str | None]) -> dict[str, str]:
    """Where each service answers, by its name: as given, else as the settings say; a default address is not asked."""
    told = {name: getattr(settings, f"{name}_url") for name in _SERVICES if f"{name}_url" in settings.model_fields_set}
    return {name: url for name in _SERVICES if (url := given.get(name) or told.get(name))}


@asynccontextmanager
async def reading(
    settings: ClientSettings, services: dict[str, str]
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, Reading]]]:
    """What reads once each time it is called; a server that is away costs three seconds at most.

    Raises OSError or ValueError where the settings name a file or an address that cannot be used.
    """
    seconds = _TIMEOUT.total_seconds()
    redis = build_redis(settings.redis_url, _TIMEOUT)
    client = build_client(settings.model_copy(update={"opensearch_timeout": _TIMEOUT}))
    of_redis = RedisReader(redis)
    of_index = IndexReader(client, IndexNames.with_prefix(settings.index_prefix))
    async with httpx.AsyncClient(timeout=seconds, trust_env=False) as http:

        async def read() -> Reading:
            taken = time.monotonic()
            told = await asyncio.gather(of_redis.read(), of_index.read(), read_services(http, services))
            return Reading(taken, *told)

        try:
            yield read
        finally:
            await client.close()
            await redis.aclose()
