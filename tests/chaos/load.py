"""Much waiting, and whether what the indexer tells of itself is true."""

import asyncio
import time

import psutil

from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP
from tests.chaos.outages import is_ready
from tests.chaos.plant import Figures, Plant, eventually

_MOST_RESIDENT = 250 * 2**20


async def a_gigabyte_waiting(plant: Plant, gigabytes: float = 1.0) -> Figures:
    """OpenSearch stalled and 1 GB waiting: resident size stays under 250 MB"""
    body = "rare earth from the harbor of Quay, " * 13_000
    articles = int(gigabytes * 1e9 / len(body))
    for first in range(0, articles, 20):
        await plant.publish(((f"local:{one}", 1) for one in range(first, min(first + 20, articles))), body=body)
    one = plant.start()
    await eventually(lambda: is_ready(one), 60)
    plant.opensearch.open.clear()
    process, most = psutil.Process(one.process.pid), 0
    until = time.monotonic() + 20
    while time.monotonic() < until:
        most = max(most, process.memory_info().rss)
        await asyncio.sleep(0.1)
    stalled = most
    plant.opensearch.open.set()
    figures = asyncio.create_task(plant.figures(time.monotonic(), within=300))
    while not figures.done():
        most = max(most, process.memory_info().rss)
        await asyncio.sleep(0.1)
    if most > _MOST_RESIDENT:
        raise AssertionError(f"{stalled >> 20} MB resident while stalled, {most >> 20} MB afterwards")
    return await figures


async def what_it_tells_is_true(plant: Plant) -> Figures:
    """Lag, pending, in hand, verdicts and readiness agree with XINFO and with the index, stalled and afterwards"""
    one = plant.start(READ_ENTRIES="50", MAX_IN_HAND="100")
    await eventually(lambda: is_ready(one), 60)
    plant.opensearch.open.clear()
    await plant.publish((f"local:{number}", 1) for number in range(500))
    await plant.add(b"{broken")

    async def agrees() -> bool:
        groups = await plant.redis.xinfo_groups(ARTICLES_STREAM)
        group = next((one for one in groups if one["name"].decode() == INDEXER_GROUP), None)
        if group is None:
            return False
        told = [await one.metric(f"wiredesk_indexer_{name}") for name in ("pending", "lag")]
        return told == [group["pending"], group["lag"]]

    await eventually(agrees, 20)
    await asyncio.sleep(1.5)
    if not 1 <= await one.metric("wiredesk_indexer_oldest_seconds") < 60:
        raise AssertionError("it does not tell how old the oldest entry is")
    plant.opensearch.open.set()
    figures = await plant.figures(time.monotonic())
    await eventually(agrees, 20)
    settled = await one.metric("wiredesk_indexer_entries_total")
    dead = await one.metric("wiredesk_indexer_dead_letters_total")
    in_hand = await one.metric("wiredesk_indexer_in_hand")
    if (settled, dead, in_hand) != (501, 1, 0):
        raise AssertionError(f"it tells of {settled:.0f} settled, {dead:.0f} dead, {in_hand:.0f} in hand")
    return figures
