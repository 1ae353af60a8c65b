"""`python -m tests.chaos.soak [MINUTES]`: a steady load with small faults, in windows; fails where something grows."""

import asyncio
import random
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP
from tests.chaos.plant import Plant, Service, eventually, plant
from tests.chaos.servers import opensearch, started_valkey

_WINDOW = 300.0
_RATE = 200
_MOST_GROWTH = 20 * 2**20
_MORE_CONNECTIONS = 3


@dataclass(frozen=True, slots=True)
class Window:
    """How things were at the end of a window."""

    resident: int
    connections: int
    consumers: int
    documents: int


async def soak(made: Plant, minutes: float) -> list[Window]:
    """Publishes at a steady rate; once a window one indexer is stopped and started, and a line to Redis is cut."""
    rolled = random.Random(1)
    steady, other = made.start(), made.start()
    windows: list[Window] = []
    number = 0
    length = min(_WINDOW, minutes * 60 / 3)
    ends = time.monotonic() + minutes * 60
    while time.monotonic() < ends:
        fault = time.monotonic() + rolled.uniform(0.2, 0.6) * length
        until, is_cut = time.monotonic() + length, False
        while time.monotonic() < until:
            began = time.monotonic()
            await made.publish((f"local:{each % 20_000}", each) for each in range(number + 1, number + _RATE + 1))
            number += _RATE
            if not is_cut and began > fault:
                is_cut = True
                await made.redis_line.down()
                await asyncio.to_thread(other.terminate)
                made.redis_line.up()
                other = made.start()
            await asyncio.sleep(max(0.0, began + 1 - time.monotonic()))
        windows.append(await _look(made, steady))
        print(f"  {len(windows)}: {windows[-1]}", flush=True)
    return windows


async def _look(made: Plant, one: Service) -> Window:
    await eventually(made.is_done, 60)
    clients = await made.redis.client_list()
    consumers = await made.redis.xinfo_consumers(ARTICLES_STREAM, INDEXER_GROUP)
    counted = await made.index.count(index=made.names.articles)
    resident = psutil.Process(one.process.pid).memory_info().rss
    return Window(resident, len(clients), len(consumers), int(counted["count"]))


def grown(windows: list[Window]) -> list[str]:
    """What is more in the last window than in the one after the first."""
    early, late = windows[min(1, len(windows) - 1)], windows[-1]
    told = []
    if late.resident - early.resident > _MOST_GROWTH:
        told.append(f"resident size by {(late.resident - early.resident) >> 20} MB")
    if late.connections - early.connections > _MORE_CONNECTIONS:
        told.append(f"connections by {late.connections - early.connections}")
    if late.consumers > early.consumers:
        told.append(f"consumers by {late.consumers - early.consumers}")
    return told


async def run(minutes: float, opensearch_url: str, home: Path) -> int:
    """1 where something grew or was lost."""
    with started_valkey(home) as valkey:
        async with plant(valkey, opensearch_url, f"s{uuid.uuid4().hex[:12]}-", home) as made:
            windows = await soak(made, minutes)
            figures = await made.figures(time.monotonic())
    told = grown(windows)
    verdict = f"grew: {', '.join(told)}" if told else "nothing grew"
    print(f"{minutes:g} minutes, {len(windows)} windows: {verdict}; lost {figures.lost}, stale {figures.stale}")
    return 0 if figures.is_whole and not told else 1


def main(minutes: float) -> int:
    """Starts OpenSearch, soaks, and ends it."""
    with TemporaryDirectory(prefix="wiredesk-soak-") as directory, opensearch(Path(directory)) as url:
        return asyncio.run(run(minutes, url, Path(directory)))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
