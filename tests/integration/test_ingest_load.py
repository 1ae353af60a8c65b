"""More than can be handled is turned away at once, what comes too slowly ends, and nobody else notices."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import orjson
import pytest

from schemas.streams import ARTICLES_STREAM
from tests.integration.conftest import IngestFactory, World, eventually

ARTICLE = {"id": "a-1", "title": "Pilots strike", "body": "Pilots voted on Monday."}
JSON = {"Content-Type": "application/json"}


async def held_back(body: bytes, go_on: asyncio.Event) -> AsyncIterator[bytes]:
    """A body whose second half waits."""
    yield body[: len(body) // 2]
    await go_on.wait()
    yield body[len(body) // 2 :]


async def post_slowly(client: httpx.AsyncClient, go_on: asyncio.Event, path: str = "/v1/articles") -> httpx.Response:
    kind = "application/x-ndjson" if path.endswith("batch") else "application/json"
    return await client.post(path, content=held_back(orjson.dumps(ARTICLE), go_on), headers={"Content-Type": kind})


async def in_hand(client: httpx.AsyncClient, name: str) -> float:
    text = (await client.get("/metrics")).text
    return float(next(line for line in text.splitlines() if line.startswith(f"wiredesk_ingest_{name} ")).split()[1])


async def until_in_hand(client: httpx.AsyncClient, requests: int) -> None:
    async def are_there() -> bool:
        return await in_hand(client, "requests_in_hand") == requests

    await eventually(are_there)


async def test_beyond_the_most_requests_one_is_turned_away_at_once(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(max_requests=2) as client:
        go_on = asyncio.Event()
        slow = [asyncio.create_task(post_slowly(client, go_on)) for _ in range(2)]
        await until_in_hand(client, 2)
        refused = await client.post("/v1/articles", json=ARTICLE)
        assert (refused.status_code, refused.json()["reason"]) == (503, "overloaded")
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/v1/articles/local%3Aa-1")).status_code == 404
        assert await world.redis.xlen(ARTICLES_STREAM) == 0
        go_on.set()
        assert all(one.is_success for one in await asyncio.gather(*slow))
        assert (await client.post("/v1/articles", json=ARTICLE)).is_success
        assert await in_hand(client, "requests_in_hand") == 0


async def test_beyond_the_most_bytes_one_is_turned_away_unless_it_is_alone(
    world: World, run_ingest: IngestFactory
) -> None:
    large = {**ARTICLE, "body": "Pilots voted. " * 1000}
    async with run_ingest(max_bytes_in_hand=1000) as client:
        assert (await client.post("/v1/articles", json=large)).status_code == 202
        go_on = asyncio.Event()
        slow = asyncio.create_task(post_slowly(client, go_on))
        await until_in_hand(client, 1)
        assert (await client.post("/v1/articles", json=large)).status_code == 503
        go_on.set()
        assert (await slow).is_success
        assert (await client.post("/v1/articles", json={**large, "id": "a-2"})).status_code == 202
        assert await in_hand(client, "bytes_in_hand") == 0


@pytest.mark.parametrize("packed", [False, True])
async def test_a_body_that_turns_out_large_is_turned_away_while_it_is_read(
    world: World, run_ingest: IngestFactory, packed: bool
) -> None:
    large = orjson.dumps({**ARTICLE, "body": "Pilots voted. " * 200_000})
    at_once = asyncio.Event()
    at_once.set()
    content = gzip.compress(large) if packed else held_back(large, at_once)
    headers = {**JSON, "Content-Encoding": "gzip"} if packed else JSON
    async with run_ingest(max_bytes_in_hand=2_100_000) as client:
        go_on = asyncio.Event()
        slow = asyncio.create_task(post_slowly(client, go_on))
        await until_in_hand(client, 1)
        refused = await client.post("/v1/articles", content=content, headers=headers)
        assert (refused.status_code, refused.json()["reason"]) == (503, "overloaded")
        go_on.set()
        assert (await slow).status_code == 202
        assert await in_hand(client, "bytes_in_hand") == 0
        assert await world.redis.xlen(ARTICLES_STREAM) == 1


async def test_a_long_batch_counts_by_its_lines_and_turns_nobody_away(world: World, run_ingest: IngestFactory) -> None:
    lines = b"".join(orjson.dumps({**ARTICLE, "id": f"b-{n}"}) + b"\n" + b" " * 30_000 + b"\n" for n in range(100))
    length = {"Content-Type": "application/x-ndjson", "Content-Length": str(len(lines))}
    async with run_ingest(max_bytes_in_hand=1_500_000) as client:
        go_on = asyncio.Event()
        batch = client.post("/v1/articles/batch", content=held_back(lines, go_on), headers=length)
        slow = asyncio.create_task(batch)

        async def is_being_read() -> bool:
            return 0 < await in_hand(client, "bytes_in_hand") <= 1_000_000

        await eventually(is_being_read)
        assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202
        go_on.set()
        answers = (await slow).text.splitlines()
        assert len(answers) == 100
        assert all(orjson.loads(one)["status"] == "accepted" for one in answers)


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/articles/batch", "/v1/preview"])
async def test_a_body_that_does_not_go_on_ends(world: World, run_ingest: IngestFactory, path: str) -> None:
    async with run_ingest(body_timeout=timedelta(milliseconds=100)) as client:
        ended = await post_slowly(client, asyncio.Event(), path)
        assert (ended.status_code, ended.json()["reason"]) == (408, "too_slow")
        assert ended.headers["Connection"] == "close"
        assert await in_hand(client, "requests_in_hand") == 0
        assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202
    assert await world.redis.xlen(ARTICLES_STREAM) == 1


async def test_a_refused_request_is_let_go_of(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(max_requests=1) as client:
        for content in (b"{broken", b"[]", b'{"title": 7}'):
            assert (await client.post("/v1/articles", content=content, headers=JSON)).is_client_error
        assert (await client.post("/v1/articles", json=ARTICLE, headers={"Authorization": "Bearer no"})).is_client_error
        assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202
