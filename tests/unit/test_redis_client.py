from datetime import timedelta

import pytest
from redis.asyncio.connection import SSLConnection, UnixDomainSocketConnection
from redis.asyncio.sentinel import SentinelConnectionPool, SentinelManagedSSLConnection

from services.ingest.settings import IngestSettings
from services.redis_client import build_redis, primary_options, read_group, sentinel_options, server_options
from services.settings import ServerSettings
from services.streams import build_broker, close

GROUP = "redis+sentinel://desk:s%40fe@s1:26380,s2,[::1]:26381/mymaster/3?sentinel_username=w&sentinel_password=a%26b"
SECOND = timedelta(seconds=2)


def test_a_group_is_read_with_the_passwords_of_its_servers_and_of_its_sentinels() -> None:
    group = read_group(GROUP)
    assert group is not None
    assert group.name == "mymaster"
    assert group.sentinels == (("s1", 26380), ("s2", 26379), ("::1", 26381))
    options = primary_options(group, SECOND)
    assert (options["username"], options["password"], options["db"]) == ("desk", "s@fe", 3)
    assert {"host", "port"}.isdisjoint(options)
    asked = sentinel_options(group)
    assert (asked["username"], asked["password"]) == ("w", "a&b")


def test_a_group_without_passwords_asks_without_any() -> None:
    group = read_group("redis+sentinel://s1,s2/mymaster")
    assert group is not None
    assert primary_options(group, SECOND).get("password") is None
    assert sentinel_options(group)["password"] is None


def test_a_group_over_tls_speaks_it_to_sentinels_and_servers() -> None:
    group = read_group("rediss+sentinel://s1/mymaster/0?ssl_ca_certs=/etc/authority.pem")
    assert group is not None
    assert issubclass(primary_options(group, SECOND)["connection_class"], SentinelManagedSSLConnection)
    assert primary_options(group, SECOND)["ssl_ca_certs"] == "/etc/authority.pem"
    assert sentinel_options(group)["ssl"] is True
    assert sentinel_options(group)["ssl_ca_certs"] == "/etc/authority.pem"


@pytest.mark.parametrize(
    "url", ["redis+sentinel://s1:26379", "redis+sentinel://s1,/mymaster", "redis+sentinel:///desk"]
)
def test_a_group_without_a_name_or_an_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected|missing"):
        read_group(url)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://:x@redis/0", "unix:///run/redis.sock"])
def test_a_server_is_no_group(url: str) -> None:
    assert read_group(url) is None


def test_nothing_is_retried_silently_whatever_the_address() -> None:
    group = read_group(GROUP)
    assert group is not None
    for options in (server_options("redis://h", SECOND), primary_options(group, SECOND), sentinel_options(group)):
        assert options["retry"].get_retries() == 0


def test_an_address_keeps_its_way_of_connecting() -> None:
    assert issubclass(server_options("rediss://h", SECOND)["connection_class"], SSLConnection)
    assert issubclass(server_options("unix:///run/r.sock", SECOND)["connection_class"], UnixDomainSocketConnection)


def test_what_the_address_says_goes_before_the_settings() -> None:
    assert server_options("redis://h?socket_timeout=9", SECOND)["socket_timeout"] == 9
    assert server_options("redis://h", SECOND)["socket_timeout"] == 2


@pytest.mark.parametrize("url", ["redis://h", GROUP])
async def test_every_request_in_hand_may_have_a_connection(url: str) -> None:
    broker = build_broker(url, SECOND)
    redis = await broker.connect()
    for client in (redis, build_redis(url, SECOND)):
        assert client.connection_pool.max_connections > IngestSettings().max_requests
    await close(broker, redis)


async def test_client_and_broker_of_a_group_both_ask_its_sentinels() -> None:
    broker = build_broker(GROUP, SECOND)
    for redis in (build_redis(GROUP, SECOND), await broker.connect()):
        pool = redis.connection_pool
        assert isinstance(pool, SentinelConnectionPool)
        assert pool.service_name == "mymaster"
        assert len(pool.sentinel_manager.sentinels) == 3
        await redis.aclose()
    await close(broker, redis)


def test_no_password_of_an_address_stands_in_a_log() -> None:
    settings = ServerSettings(redis_url=GROUP, opensearch_url="https://u:hush@a:9200,https://u:hush@b:9200")
    told = str(settings.redacted())
    assert not [secret for secret in ("s%40fe", "a%26b", "hush") if secret in told]
    assert "mymaster" in told
