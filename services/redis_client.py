"""The connection to Redis, the same for every process that has one: to a server, or to the primary of a Sentinel group.

`redis://`, `rediss://` and `unix://` are what redis-py reads. A Sentinel group is written as

    redis+sentinel://user:password@s1:26379,s2:26379,s3:26379/mymaster/0?sentinel_username=…&sentinel_password=…

(`rediss+sentinel://` for TLS to both): user and password are those of the servers, `mymaster` is the group's name, the
last part the database; whatever else stands after `?` is redis-py's own.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from redis.asyncio import Redis
from redis.asyncio.connection import Connection, ConnectionPool, SSLConnection, UnixDomainSocketConnection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import (
    Sentinel,
    SentinelConnectionPool,
    SentinelManagedConnection,
    SentinelManagedSSLConnection,
)
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import ReadOnlyError, ResponseError

from services.redis_answers import Quick

TIMEOUT = timedelta(seconds=5)
SENTINEL_PORT = 26379
_GROUP_SCHEMES = {"redis+sentinel": "redis", "rediss+sentinel": "rediss"}
_ELSEWHERE_SECONDS = 1.0
"""To connect where there is another one to ask, or where Sentinel will soon name another."""
_MOST_CONNECTIONS = 512
"""More than the requests that ingest has in hand, each of which may need one; redis-py's own 100 are too few."""
_TAKES_NO_WRITES = ("NOREPLICAS", "UNBLOCKED")


class _OnlyThePrimary(Quick):
    """A server that takes no writes, because it is a replica by now or has too few of them, is as good as away.

    The connection to it is dropped, so that the next one is made where the primary is then.
    """

    async def read_response(self, *arguments: Any, **options: Any) -> Any:
        """What the server answered. Raises ConnectionError also where it takes no writes."""
        try:
            return await super().read_response(*arguments, **options)
        except ResponseError as problem:
            if isinstance(problem, ReadOnlyError) or str(problem).startswith(_TAKES_NO_WRITES):
                await self.disconnect()  # type: ignore[attr-defined]
                raise NotConnected(f"this server takes no writes now: {problem}") from problem
            raise


class _Plain(_OnlyThePrimary, Connection):
    pass


class _Encrypted(_OnlyThePrimary, SSLConnection):
    pass


class _Local(_OnlyThePrimary, UnixDomainSocketConnection):
    pass


class _InGroup(_OnlyThePrimary, SentinelManagedConnection):
    pass


class _InGroupEncrypted(_OnlyThePrimary, SentinelManagedSSLConnection):
    pass


class _GroupClient(Redis):
    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Closes the connections to the sentinels too."""
        await super().aclose(close_connection_pool)
        await close_sentinels(self)


@dataclass(frozen=True, slots=True)
class Group:
    """A primary that sentinels know of. `server` is a URL with what is needed at the primary, without its address."""

    name: str
    sentinels: tuple[tuple[str, int], ...]
    username: str | None
    password: str | None
    server: str


def read_group(url: str) -> Group | None:
    """The Sentinel group of the address, None where it names a server. Raises ValueError for a group without a name."""
    parts = urlsplit(url)
    if parts.scheme not in _GROUP_SCHEMES:
        return None
    credentials, _, hosts = parts.netloc.rpartition("@")
    name, _, database = parts.path.strip("/").partition("/")
    if not name:
        raise ValueError("expected redis+sentinel://host:port,host:port/NAME/DATABASE")
    options = dict(parse_qsl(parts.query))
    username, password = options.pop("sentinel_username", None), options.pop("sentinel_password", None)
    server = f"{_GROUP_SCHEMES[parts.scheme]}://{credentials}@{quote(name)}/{database or 0}?{urlencode(options)}"
    return Group(name, tuple(map(_address, hosts.split(","))), username, password, server)


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host.strip()}")
    if not parts.hostname:
        raise ValueError(f"a sentinel's address is missing: {host!r}")
    return parts.hostname, parts.port or SENTINEL_PORT


def server_options(url: str, timeout: timedelta) -> dict[str, Any]:
    """How to connect to one server. Nothing is retried silently: a lost answer would add or strand entries unseen."""
    told: dict[str, Any] = dict(parse_url(url))
    ours: dict[Any, type[Any]] = {SSLConnection: _Encrypted, UnixDomainSocketConnection: _Local}
    return {
        "socket_timeout": timeout.total_seconds(),
        "socket_connect_timeout": timeout.total_seconds(),
        "retry": Retry(NoBackoff(), 0),
        "max_connections": _MOST_CONNECTIONS,
        **told,
        "connection_class": ours.get(told.get("connection_class"), _Plain),
    }


def primary_options(group: Group, timeout: timedelta) -> dict[str, Any]:
    """How to connect to the primary of a group, wherever it is."""
    options = server_options(group.server, timeout)
    is_encrypted = options["connection_class"] is _Encrypted
    return {
        **{name: value for name, value in options.items() if name not in ("host", "port")},
        "socket_connect_timeout": min(timeout.total_seconds(), _ELSEWHERE_SECONDS),
        "connection_class": _InGroupEncrypted if is_encrypted else _InGroup,
    }


def sentinel_options(group: Group) -> dict[str, Any]:
    """How to connect to the sentinels of a group."""
    told: dict[str, Any] = dict(parse_url(group.server))
    encryption = {name: value for name, value in told.items() if name.startswith("ssl_")}
    return {
        "username": group.username,
        "password": group.password,
        "socket_timeout": _ELSEWHERE_SECONDS,
        "socket_connect_timeout": _ELSEWHERE_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        **({"ssl": True, **encryption} if told.get("connection_class") is SSLConnection else {}),
    }


def build_redis(url: str, timeout: timedelta = TIMEOUT) -> Redis:
    """A client that connects when it is first asked something. Raises ValueError for an address that cannot be read."""
    if group := read_group(url):
        sentinels = Sentinel(group.sentinels, sentinel_kwargs=sentinel_options(group))  # type: ignore[no-untyped-call]
        primary: Redis = sentinels.master_for(group.name, redis_class=_GroupClient, **primary_options(group, timeout))
        return primary
    return Redis.from_pool(ConnectionPool(**server_options(url, timeout)))


async def close_sentinels(redis: Redis) -> None:
    """Closes what a client of a group asked the sentinels by; nothing where it is a server's client."""
    if isinstance(redis.connection_pool, SentinelConnectionPool):
        await redis.connection_pool.sentinel_manager.aclose()
