"""A Redis whose answers are lost, that forgets, or that somebody else cuts short."""

import asyncio
import time

import orjson

from schemas.streams import ARTICLES_STREAM, CHANGES_STREAM, INDEXER_GROUP
from tests.chaos.plant import Figures, Plant, Service, eventually
from tests.integration.conftest import event

_LOST = "wiredesk_indexer_lost_entries_total"
_REMOVED = "wiredesk_indexer_removed_by_others"


async def lost_replies(plant: Plant) -> Figures:
    """Each answer to XREADGROUP, XCLAIM, XACK lost three times: nothing stranded, nothing doubled"""
    plant.start()
    for number, command in enumerate(("XREADGROUP", "EVALSHA", "XCLAIM", "XPENDING")):
        plant.redis_line.lose_reply(command, 3)
        for each in range(3):
            await plant.publish((f"local:{number}-{each}-{one}", 1) for one in range(100))
            await plant.add(orjson.dumps(event(f"local:{number}-{each}", source="s" * 40_000)))
            await asyncio.sleep(0.5)
    lost = time.monotonic()
    figures = await plant.figures(lost)
    changes = await plant.redis.xlen(CHANGES_STREAM)
    figures.duplicates += int(changes) - figures.indexed
    if plant.redis_line.lost < 9:
        raise AssertionError(f"only {plant.redis_line.lost} answers were lost, so it was not tried")
    return figures


async def a_cut_line_to_redis(plant: Plant) -> Figures:
    """Redis out of reach for five seconds, three times, under load"""
    plant.start()
    for number in range(3):
        await plant.publish((f"local:{number}-{one}", 1) for one in range(1000))
        await asyncio.sleep(1)
        await plant.redis_line.down()
        await plant.publish((f"local:{number}-later-{one}", 1) for one in range(200))
        await asyncio.sleep(5)
        plant.redis_line.up()
    return await plant.figures(time.monotonic())


async def a_redis_that_is_killed(plant: Plant) -> Figures:
    """kill -9 of Redis with appendfsync always, three times: all that was added is there"""
    await plant.redis.config_set("appendfsync", "always")
    plant.start()
    for number in range(3):
        await plant.publish((f"local:{number}-{one}", 1) for one in range(500))
        plant.valkey.stop()
        await asyncio.sleep(1)
        await asyncio.to_thread(plant.valkey.start)
        await plant.redis.connection_pool.disconnect()
        await plant.redis.config_set("appendfsync", "always")
    return await plant.figures(time.monotonic())


async def a_destroyed_group(plant: Plant) -> Figures:
    """XGROUP DESTROY in mid-run: the process ends, and the next one begins with the first entry again"""
    return await _forgotten(plant, flush=False)


async def a_flushed_redis(plant: Plant) -> Figures:
    """FLUSHALL in mid-run: the process ends, the next makes the group anew; what was indexed stays"""
    return await _forgotten(plant, flush=True)


async def _forgotten(plant: Plant, flush: bool) -> Figures:
    one = plant.start()
    await plant.publish((f"local:{number}", 1) for number in range(500))
    await plant.figures(time.monotonic())
    if flush:
        await plant.redis.flushall()
    else:
        await plant.redis.xgroup_destroy(ARTICLES_STREAM, INDEXER_GROUP)
    began = time.monotonic()
    await eventually(lambda: _has_ended(one), 20)
    await plant.publish((f"local:later-{number}", 1) for number in range(500))
    plant.start()
    return await plant.figures(began)


async def _has_ended(one: Service) -> bool:
    return one.process.poll() is not None


async def a_forced_trim(plant: Plant) -> Figures:
    """XTRIM by somebody else, and XDEL of a pending entry: the loss is counted, and told"""
    await plant.publish((f"local:{number}", 1) for number in range(300))
    plant.opensearch.refuse = lambda _: 503
    one = plant.start()
    await eventually(lambda: _in_hand(one, 300), 30)
    one.kill()
    pending = await plant.redis.xpending_range(ARTICLES_STREAM, INDEXER_GROUP, "-", "+", 10)
    for entry in pending[:3]:
        await plant.redis.xdel(ARTICLES_STREAM, entry["message_id"])
    await plant.publish((f"local:later-{number}", 1) for number in range(300))
    plant.opensearch.refuse = None
    ended = time.monotonic()
    one = plant.start()
    figures = await plant.figures(ended)

    async def told() -> bool:
        return (await one.metric(_LOST), await one.metric(_REMOVED)) == (3, 3)

    await eventually(told, 10)
    figures.lost -= 3  # known as lost, and told
    figures.accepted -= 3
    return figures


async def _in_hand(one: Service, count: int) -> bool:
    return await one.answers() and await one.metric("wiredesk_indexer_in_hand") >= count
