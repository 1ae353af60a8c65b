"""What our connections to Redis make of answers, against a real one: they are read by a shorter way than redis-py's."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import DataError, RedisError, ResponseError

from services.redis_client import build_redis
from tests.conftest import Valkey


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    client = build_redis(valkey.url, timedelta(seconds=5))
    yield client
    await client.aclose()


async def test_answers_of_a_pipeline_stay_in_order_with_errors_in_their_places(redis: Redis) -> None:
    async with redis.pipeline(transaction=False) as pipeline:
        pipeline.set("quay", "open")
        pipeline.incr("quay")
        pipeline.get("quay")
        pipeline.hset("tide", mapping={"high": 1, "low": 2.5, "ß": b"\x00"})
        pipeline.hgetall("tide")
        done, refused, kept, added, tide = await pipeline.execute(raise_on_error=False)
    assert (done, kept, added) == (True, b"open", 3)
    assert isinstance(refused, ResponseError)
    assert tide == {b"high": b"1", b"low": b"2.5", "ß".encode(): b"\x00"}


async def test_large_answers_that_come_in_pieces_are_read_whole(redis: Redis) -> None:
    large = bytes(range(256)) * 20_000
    await redis.set("large", large)
    async with redis.pipeline(transaction=False) as pipeline:
        for _ in range(3):
            pipeline.get("large")
        assert await pipeline.execute() == [large] * 3


async def test_an_error_is_raised_and_the_connection_goes_on(redis: Redis) -> None:
    await redis.set("quay", "open")
    with pytest.raises(ResponseError):
        await redis.incr("quay")
    assert await redis.get("quay") == b"open"


async def test_a_connection_that_ends_within_a_pipeline_is_told(redis: Redis) -> None:
    async with redis.pipeline(transaction=False) as pipeline:
        pipeline.set("quay", "open")
        pipeline.execute_command("CLIENT KILL", "TYPE", "normal", "SKIPME", "no")
        pipeline.get("quay")
        with pytest.raises(NotConnected):
            await pipeline.execute()
    assert await redis.get("quay") == b"open"


async def test_what_cannot_be_sent_is_refused_before_it_is(redis: Redis) -> None:
    with pytest.raises(DataError):
        await redis.set("quay", None)  # type: ignore[arg-type]
    assert await redis.exists("quay") == 0


async def test_a_connection_on_which_something_else_than_redis_answers_is_not_used_again() -> None:
    connections: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while asked := await reader.read(65_536):
            known = asked.count(b"\r\n$3\r\nGET\r\n")
            writer.write(b"$5\r\nharbr\r\n400 Bad Request\r\n" if known else b"+OK\r\n" * asked.count(b"*"))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    redis = build_redis(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", timedelta(seconds=5))
    for _ in range(2):
        async with redis.pipeline(transaction=False) as pipeline:
            pipeline.get("quay")
            pipeline.get("tide")
            with pytest.raises(RedisError):
                await pipeline.execute()
    await redis.aclose()
    server.close()
    for one in connections:
        one.close()
    assert len(connections) == 2
