"""What a publisher's earlier pages teach of its furniture, against a real Valkey."""

from typing import Any

import httpx
import orjson

from schemas.streams import ARTICLES_STREAM, EVENT_FIELD, page_lines_key
from services.ingest.repeated import Repeated, short_lines
from tests.integration.conftest import IngestFactory, World

TEXT = {"Content-Type": "text/plain; charset=utf-8"}
ODD = "Thirty herons, one lighthouse."
SEEN_BEFORE = "stood on earlier pages of this publisher"


def page(number: int) -> str:
    """A page whose odd line no table of phrases knows."""
    return "\n\n".join(
        (
            f"Ferry Number {number} Leaves the Northern Harbour",
            f"The ferry left at {number} o'clock on Tuesday with forty passengers, two goats and a brass band, "
            "and crossed the straits in less than an hour, which nobody in the harbour had expected of it.",
            ODD,
            f"Its keeper said that she would sail it {number} more times this year, and then hand it to her daughter, "
            "who has been its engineer since the spring and knows every valve of it by name.",
        )
    )


async def post(client: httpx.AsyncClient, number: int, at: str | None = None) -> None:
    params = {"url": f"https://quay.example/{at or number}"}
    answer = await client.post("/v1/articles", content=page(number).encode(), params=params, headers=TEXT)
    assert answer.status_code == 202, answer.text


async def preview(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    params = {"url": f"https://quay.example/{number}"}
    answer = await client.post("/v1/preview", content=page(number).encode(), params=params, headers=TEXT)
    shown: dict[str, Any] = answer.json()
    return shown


async def bodies(world: World) -> list[str]:
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    return [orjson.loads(fields[EVENT_FIELD.encode()])["data"]["body"] for _, fields in entries]


async def test_the_fourth_page_loses_a_line_that_three_earlier_pages_had(
    world: World, run_ingest: IngestFactory
) -> None:
    async with run_ingest() as client:
        for number in (1, 2, 3):
            await post(client, number)
        shown = await preview(client, 4)
        await post(client, 4)
    assert {"line": ODD, "reason": SEEN_BEFORE} in shown["explained"]["removed"]
    assert [ODD in body for body in await bodies(world)] == [True, True, True, False]


async def test_versions_of_one_article_are_one_page(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        for number in (1, 2, 3):
            await post(client, number, at="same")
        await post(client, 4)
    assert all(ODD in body for body in await bodies(world))


async def test_a_page_that_is_posted_again_keeps_what_it_taught(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        for number in (1, 2, 3):
            await post(client, number)
        assert (await preview(client, 3))["explained"]["removed"] == []


async def test_a_preview_tells_redis_nothing(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        for number in (1, 2, 3, 4):
            await preview(client, number)
    assert not await world.redis.exists(page_lines_key("local"))


async def test_what_is_known_of_lines_expires_and_is_bounded(world: World) -> None:
    repeated, common = Repeated(world.redis), "A line of every page"
    for number in range(12):
        lines = (common, *(f"line {one} of page {number}" for one in range(400)))
        found = await repeated.find("local", f"local:{number}", lines)
        assert found is not None
        await repeated.keep(found)
    assert 0 < await world.redis.hlen(page_lines_key("local")) <= 4000
    assert 0 < await world.redis.ttl(page_lines_key("local")) <= 30 * 24 * 3600
    again = await repeated.find("local", "local:new", (common, "line 1 of page 1"))
    assert again is not None
    assert again.repeated == {common}


async def test_publishers_do_not_learn_from_each_other(world: World) -> None:
    repeated = Repeated(world.redis)
    for number in range(4):
        found = await repeated.find("one", f"one:{number}", short_lines(page(1)))
        assert found is not None
        await repeated.keep(found)
    other = await repeated.find("two", "two:1", short_lines(page(1)))
    assert other is not None
    assert other.repeated == frozenset()
