"""Entries that can never be indexed, among good ones."""

import asyncio
import time
from pathlib import Path

import orjson

from schemas.streams import DEAD_LETTERS_STREAM
from tests.chaos.plant import Figures, Plant, Service, eventually
from tests.integration.conftest import envelope, event

_CRASHING = (str(Path(__file__).with_name("crashing_indexer.py")),)
POISON: tuple[bytes, ...] = (
    b"\xff\xfe not utf-8",
    b"{broken",
    b'{"some": "json"}',
    b'{"specversion":"1.0","title":"\\ud800"}',
    orjson.dumps({**event(), "type": "com.other.thing"}),
    orjson.dumps({**event(), "dataschema": "urn:wiredesk:schema:article:99"}),
    orjson.dumps(envelope("com.wiredesk.article.published", {"id": "local:x", "revision": 1})),
    orjson.dumps(event("local:nan")).replace(b'"version":1', b'"version":NaN'),
    orjson.dumps(event("local:" + "i" * 600)),
    orjson.dumps(event("local:term", source="s" * 40_000)),
)


async def poison_among_good_ones(plant: Plant) -> Figures:
    """Every kind of entry that cannot be read or indexed, each between good neighbours"""
    for number, raw in enumerate(POISON * 10):
        await plant.publish([(f"local:{number}", 1)])
        await plant.add(raw)
    began = time.monotonic()
    plant.start()
    return await plant.figures(began)


async def an_entry_that_ends_the_process(plant: Plant) -> Figures:
    """Two entries that end the process that decides on them; whoever supervises it starts it again"""
    for number in range(200):
        await plant.publish([(f"local:{number}", 1)])
        if number in (60, 140):
            await plant.add(b"CRASH")
    began = time.monotonic()
    supervising = asyncio.create_task(_supervise(plant))
    try:
        return await plant.figures(began, within=90)
    finally:
        supervising.cancel()


async def _supervise(plant: Plant) -> None:
    """Starts the crashing indexer again whenever it has ended."""
    running: Service | None = None
    while True:
        if running is None or running.process.poll() is not None:
            running = plant.start(_CRASHING)
        await asyncio.sleep(0.05)


async def a_feed_that_is_broken(plant: Plant) -> Figures:
    """Nothing but what cannot be read: after 100 in a row it stops, says so, and goes on when it is started again"""
    for _ in range(300):
        await plant.add(b"{broken")
    first = plant.start(MOST_DEAD_IN_A_ROW="100", BULK_ITEMS="20", READ_ENTRIES="20")

    async def has_stopped() -> bool:
        return await first.answers() and "in a row" in (await first.ready()).get("missing", "")

    await eventually(has_stopped, 60)
    if await first.metric("wiredesk_indexer_stopped") != 1:
        raise AssertionError("its metrics do not tell that it has stopped")
    await asyncio.to_thread(first.terminate)
    letters = await plant.redis.xlen(DEAD_LETTERS_STREAM)
    if not 100 <= letters < 250:
        raise AssertionError(f"{letters} dead letters, where 100 are enough")
    await plant.publish((f"local:{number}", 1) for number in range(100))
    began = time.monotonic()
    plant.start()
    return await plant.figures(began)
