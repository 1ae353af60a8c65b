import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from opensearchpy.exceptions import ConnectionError as NoAnswer
from opensearchpy.exceptions import ConnectionTimeout, TransportError

from services.index.client import build_client, made_impatient
from services.settings import ServerSettings


@asynccontextmanager
async def host(status: int) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that answers everything with this status; its address, and the first lines of what it was asked."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.partition(b"\r\n")[0])
        body = b"{}"
        writer.write(b"HTTP/1.1 %d x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n" % status)
        writer.write(b"connection: close\r\n\r\n" + body)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return f"http://127.0.0.1:{held.getsockname()[1]}"


def test_one_address_or_several_with_commas() -> None:
    assert ServerSettings(opensearch_url="http://a:1").opensearch_hosts == ["http://a:1"]
    assert ServerSettings(opensearch_url="http://a:1, http://b:2,").opensearch_hosts == ["http://a:1", "http://b:2"]


async def test_the_hosts_are_asked_in_turn() -> None:
    async with host(200) as (first, asked_first), host(200) as (second, asked_second):
        client = build_client(ServerSettings(opensearch_url=f"{first},{second}"))
        for _ in range(4):
            await client.info()
        await client.close()
    assert (len(asked_first), len(asked_second)) == (2, 2)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_where_one_host_cannot_the_next_is_asked(status: int) -> None:
    async with host(status) as (busy, _), host(200) as (good, asked):
        client = build_client(ServerSettings(opensearch_url=f"{nobody()},{busy},{good}"))
        for _ in range(6):
            await client.info()
        await client.close()
    assert len(asked) == 6


@pytest.mark.parametrize("status", [429, 503])
async def test_a_single_host_is_asked_once(status: int) -> None:
    async with host(status) as (url, asked):
        client = build_client(ServerSettings(opensearch_url=url))
        with pytest.raises(TransportError):
            await client.info()
        await client.close()
    assert len(asked) == 1


async def test_what_is_refused_is_not_tried_elsewhere() -> None:
    async with host(429) as (first, asked_first), host(429) as (second, asked_second):
        client = build_client(ServerSettings(opensearch_url=f"{first},{second}"))
        with pytest.raises(TransportError):
            await client.info()
        await client.close()
    assert len(asked_first + asked_second) == 1


@asynccontextmanager
async def silent_host() -> AsyncIterator[str]:
    """A server that takes what it is asked, and says nothing."""
    heard: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: heard.append(writer), "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for writer in heard:
            writer.close()
            await writer.wait_closed()


async def test_who_only_reads_asks_the_next_host_where_one_says_nothing() -> None:
    async with silent_host() as silent, host(200) as (good, asked):
        client = build_client(ServerSettings(opensearch_url=f"{silent},{good}"), retry_on_timeout=True)
        for _ in range(4):
            await client.info(params={"request_timeout": 0.2})
        await client.close()
    assert len(asked) == 4


async def test_who_writes_is_told_that_a_host_said_nothing() -> None:
    async with silent_host() as silent:
        client = build_client(ServerSettings(opensearch_url=f"{silent},{silent}"))
        with pytest.raises(ConnectionTimeout):
            await client.info(params={"request_timeout": 0.2})
        await client.close()


async def test_hosts_that_are_all_away_are_an_error() -> None:
    client = build_client(ServerSettings(opensearch_url=f"{nobody()},{nobody()}"))
    with pytest.raises(NoAnswer):
        await client.info()
    await client.close()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux gives a silent host up by itself")
async def test_a_host_that_is_switched_off_is_given_up_after_three_seconds() -> None:
    with made_impatient((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 1))) as made:
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 3000
    async with host(200) as (url, _):
        client = build_client(ServerSettings(opensearch_url=url))
        await client.info()
        (connection,) = client.transport.connection_pool.connections
        assert connection.session.connector._socket_factory is made_impatient
        await client.close()
