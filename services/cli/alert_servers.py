"""What the commands of `wiredesk alerts` speak to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException
from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.alerts.alert import Alert
from services.alerts.changes import create_group
from services.alerts.index import AlertNames
from services.alerts.prepare import prepare_alerts
from services.alerts.queue import Queue
from services.alerts.registry import Registry
from services.cli.client import ClientSettings, client_settings, fail
from services.index.client import build_client
from services.index.names import IndexNames
from services.redis_client import build_redis

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AlertServers:
    """Both servers, with what keeps alerts in them."""

    settings: ClientSettings
    redis: Redis
    client: AsyncOpenSearch
    names: IndexNames
    registry: Registry
    queue: Queue

    async def prepare(self) -> None:
        """Makes the first alert possible; from here on no change is missed, whenever the service first runs."""
        await create_group(self.redis)
        await prepare_alerts(self.client, self.registry.names, replicas=0)


async def require(servers: AlertServers, alert_id: str) -> Alert:
    """The alert of this id; ends the command where there is none."""
    alert = await servers.registry.get(alert_id)
    if alert is None:
        raise fail(f"there is no alert {alert_id}; `wiredesk alerts list` shows which there are")
    return alert


def with_servers(work: Callable[[AlertServers], Awaitable[T]]) -> T:
    """Does the work; ends the command with a clear word where a server does not answer."""
    settings = client_settings()

    async def done() -> T:
        redis, client = build_redis(settings.redis_url), build_client(settings)
        registry = Registry(client, AlertNames.with_prefix(settings.index_prefix))
        names = IndexNames.with_prefix(settings.index_prefix)
        try:
            return await work(AlertServers(settings, redis, client, names, registry, Queue(redis, "operator")))
        finally:
            await client.close()
            await redis.aclose()

    try:
        return asyncio.run(done())
    except NotFoundError as problem:
        raise fail("no alert was ever saved here; `wiredesk alerts add` does that") from problem
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer as it should: {problem}") from problem
    except (RedisError, ConnectionError) as problem:
        raise fail(f"Redis does not answer: {problem}") from problem
