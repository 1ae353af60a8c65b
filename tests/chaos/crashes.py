"""Indexers that are killed, die or come and go."""

import asyncio
import random
import time
from functools import partial

from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP
from tests.chaos.plant import Figures, Plant, Service, eventually

SETTLING = "EVALSHA"
"""The command of the script that acknowledges."""


async def killed_before_the_acknowledgement(plant: Plant, times: int = 20) -> Figures:
    """kill -9 between the bulk's answer and the XACK"""
    for revision in range(1, times + 1):
        await plant.publish((f"local:{number}", revision) for number in range(50))
        one = plant.start()
        killed = asyncio.Event()
        plant.redis_line.when(SETTLING, partial(_kill, one, killed))
        await asyncio.wait_for(killed.wait(), 30)
        plant.redis_line.unwatch()
    ended = time.monotonic()
    plant.start()
    return await plant.figures(ended)


async def _kill(one: Service, killed: asyncio.Event) -> None:
    if not killed.is_set():
        one.kill()
        killed.set()


async def published_before_the_first_start(plant: Plant) -> Figures:
    """1,000 events before the group exists, then a restart and 1,000 more"""
    await plant.publish((f"local:{number}", 1) for number in range(1000))
    began = time.monotonic()
    first = plant.start()
    await plant.figures(began)
    first.terminate()
    await plant.publish((f"local:later-{number}", 1) for number in range(1000))
    began = time.monotonic()
    plant.start()
    return await plant.figures(began)


async def a_dead_consumers_entries(plant: Plant, entries: int = 5000) -> Figures:
    """5,000 entries delivered to a consumer that is gone"""
    await plant.publish((f"local:{number}", 1) for number in range(entries))
    await plant.redis.xgroup_create(ARTICLES_STREAM, INDEXER_GROUP, id="0", mkstream=True)
    await plant.redis.xreadgroup(INDEXER_GROUP, "gone", {ARTICLES_STREAM: ">"}, count=entries)
    await plant.redis.xgroup_createconsumer(ARTICLES_STREAM, INDEXER_GROUP, "idle")
    await asyncio.sleep(2.2)
    began = time.monotonic()
    plant.start()
    figures = await plant.figures(began)

    async def only_the_living() -> bool:
        consumers = await plant.redis.xinfo_consumers(ARTICLES_STREAM, INDEXER_GROUP)
        return len(consumers) == 1

    await eventually(only_the_living, 20)
    return figures


async def one_to_four_to_one(plant: Plant, articles: int = 6000) -> Figures:
    """1 → 4 → 1 indexers under load"""
    publishing = asyncio.create_task(_publish_slowly(plant, articles))
    plant.start()
    await asyncio.sleep(2)
    others = [plant.start() for _ in range(3)]
    await publishing
    ended = time.monotonic()
    for one in others:
        await asyncio.to_thread(one.terminate)
    return await plant.figures(ended)


async def _publish_slowly(plant: Plant, articles: int) -> None:
    for first in range(0, articles, 100):
        await plant.publish((f"local:{number}", 1) for number in range(first, first + 100))
        await asyncio.sleep(0.1)


async def stopped_under_load(plant: Plant, times: int = 5) -> Figures:
    """SIGTERM under load, the last time while a bulk is stalled"""
    for revision in range(1, times + 1):
        await plant.publish((f"local:{number}", revision) for number in range(2000))
        one = plant.start()

        async def under_load() -> bool:
            return plant.opensearch.bulks > 0

        plant.opensearch.bulks = 0
        if revision == times:
            await eventually(under_load)
            plant.opensearch.open.clear()
        await eventually(under_load)
        code = await asyncio.to_thread(one.terminate, 25)
        if code != 0:
            raise AssertionError(f"it ended with {code} the {revision}th time")
        plant.opensearch.open.set()
    ended = time.monotonic()
    plant.start()
    return await plant.figures(ended)


async def old_and_new_in_any_order(plant: Plant) -> Figures:
    """20 ids × 100 versions, two indexers, random 429s and kills"""
    rolled = random.Random(1)
    plant.opensearch.refuse = lambda _: 429 if rolled.random() < 0.1 else None
    versions = [(f"local:{number % 20}", number // 20 + 1) for number in range(2000)]
    rolled.shuffle(versions)
    running = [plant.start(), plant.start()]
    for first in range(0, 2000, 200):
        await plant.publish(versions[first : first + 200])
        await asyncio.sleep(0.2)
        if first in (600, 1200):
            running.pop(0).kill()
            running.append(plant.start())
    plant.opensearch.refuse = None
    return await plant.figures(time.monotonic())
