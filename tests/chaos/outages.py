"""An index that is away, refuses, or refuses in part: nothing dies of it, and all goes on by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from zlib import crc32

from tests.chaos.plant import Figures, Plant, Service, eventually

_SETTLED = "wiredesk_indexer_entries_total"
_BACK_WITHIN = 10.0


async def sixty_seconds_of_429(plant: Plant, seconds: float = 60) -> Figures:
    """60 s of 429s, then back at 80 % of the normal rate within 10 s"""

    async def refuse() -> None:
        plant.opensearch.status = 429

    async def take() -> None:
        plant.opensearch.status = None

    return await _back_at_speed(plant, seconds, refuse, take)


async def sixty_seconds_without_opensearch(plant: Plant, seconds: float = 60) -> Figures:
    """60 s without OpenSearch, then back at 80 % of the normal rate within 10 s"""

    async def up() -> None:
        plant.index_line.up()

    return await _back_at_speed(plant, seconds, plant.index_line.down, up)


async def _back_at_speed(
    plant: Plant, seconds: float, fault: Callable[[], Awaitable[None]], mend: Callable[[], Awaitable[None]]
) -> Figures:
    """Measures the rate before the fault, and how long it takes after it until the rate is 80 % of that again."""
    for first in range(0, 120_000, 2000):
        await plant.publish((f"local:{number}", 1) for number in range(first, first + 2000))
    one = plant.start()
    await eventually(lambda: _has_settled(one, 4000), 60)
    normal = await _rate(one, 3)
    await fault()
    await asyncio.sleep(seconds)
    await mend()
    mended = time.monotonic()
    while await _rate(one, 1) < 0.8 * normal:
        if time.monotonic() - mended > _BACK_WITHIN:
            raise AssertionError(f"after {_BACK_WITHIN:.0f} s it is not back at 80 % of {normal:.0f} entries a second")
    back = time.monotonic() - mended
    figures = await plant.figures(mended, within=180)
    figures.seconds = back
    return figures


async def _has_settled(one: Service, count: int) -> bool:
    return await one.answers() and await one.metric(_SETTLED) > count


async def _rate(one: Service, seconds: float) -> float:
    """Entries settled a second."""
    before, began = await one.metric(_SETTLED), time.monotonic()
    await asyncio.sleep(seconds)
    return (await one.metric(_SETTLED) - before) / (time.monotonic() - began)


async def outages_of_every_kind(plant: Plant) -> Figures:
    """401, 403, 503, no server, a read-only index, a missing alias: it says so, waits and makes no dead letter"""
    one = plant.start()
    await eventually(lambda: is_ready(one), 60)
    index, alias = plant.names.articles_index, plant.names.write
    block = "index.blocks.read_only_allow_delete"

    async def write_alias(action: str) -> None:
        where = {"index": index, "alias": alias, **({"is_write_index": True} if action == "add" else {})}
        await plant.index.indices.update_aliases(body={"actions": [{action: where}]})

    for number, status in enumerate((401, 403, 503)):
        plant.opensearch.status = status
        await _is_told(plant, one, number, str(status))
        plant.opensearch.status = None
    await plant.index_line.down()
    await _is_told(plant, one, 3, "")
    plant.index_line.up()
    await plant.index.indices.put_settings(index=index, body={block: True})
    await _is_told(plant, one, 4, "block")
    await plant.index.indices.put_settings(index=index, body={block: None})
    await write_alias("remove")
    await _is_told(plant, one, 5, alias)
    mended = time.monotonic()
    await write_alias("add")
    figures = await plant.figures(mended)
    await eventually(lambda: is_ready(one))
    return figures


async def _is_told(plant: Plant, one: Service, number: int, word: str) -> None:
    """Publishes under the outage, until readiness and metrics tell of it."""
    await plant.publish((f"local:{number}-{each}", 1) for each in range(200))

    async def told() -> bool:
        answer = await one.ready()
        return word in answer.get("missing", "") and await one.metric("wiredesk_indexer_paused") == 1

    await eventually(told)


async def is_ready(one: Service) -> bool:
    """Whether it answers, and says that it works."""
    return await one.answers() and (await one.ready())["status"] == "ready"


async def a_giant_among_small_ones(plant: Plant) -> Figures:
    """413 for what is too large: halved down to the one giant, which alone is dead"""
    plant.opensearch.most_bytes = 60_000
    return await _with_a_giant(plant)


async def a_giant_under_indexing_pressure(plant: Plant) -> Figures:
    """429 for a request that is over the node's limit by itself: the same"""
    plant.opensearch.pressure = 60_000
    return await _with_a_giant(plant)


async def _with_a_giant(plant: Plant) -> Figures:
    await plant.publish((f"local:{number}", 1) for number in range(500))
    await plant.publish([("local:giant", 1)], body="rare earth " * 10_000)
    del plant.newest["local:giant"]
    plant.poison = 1
    await plant.publish((f"local:later-{number}", 1) for number in range(500))
    began = time.monotonic()
    plant.start()
    return await plant.figures(began)


async def only_what_failed_is_sent_again(plant: Plant) -> Figures:
    """Every tenth item refused with 429 at first: what was taken is never sent again"""
    refused: set[str] = set()

    def refuse(one_id: str) -> int | None:
        if crc32(one_id.encode()) % 10 == 0 and one_id not in refused:
            refused.add(one_id)
            return 429
        return None

    plant.opensearch.refuse = refuse
    await plant.publish((f"local:{number}", 1) for number in range(2000))
    began = time.monotonic()
    plant.start()
    figures = await plant.figures(began)
    again = [one for one, times in plant.opensearch.taken.items() if times > 1]
    figures.duplicates += len(again)
    if not refused:
        raise AssertionError("nothing was refused, so nothing was tried")
    return figures


async def a_stream_replayed_twice(plant: Plant) -> Figures:
    """The whole stream twice more: nothing changes, nothing dies, nothing stays pending"""
    await plant.publish((f"local:{number % 500}", number // 500 + 1) for number in range(1500))
    plant.start()
    await plant.figures(time.monotonic())
    began = time.monotonic()
    for _ in range(2):
        await plant.rewind()
        figures = await plant.figures(began)
    return figures
