"""`python -m tests.fuzz.run_malformed`: malformed bodies, each of which must be refused, and leave nothing behind."""

import argparse
import asyncio
import sys
from itertools import islice
from statistics import median

from tests.fuzz import samples
from tests.fuzz.damage import Case, complaint
from tests.fuzz.malformed import cases
from tests.fuzz.posting import Progress, Request, post_all
from tests.fuzz.servers import Servers, ingest_alone

COUNT = 100_000
_FAIR_COUNT = 50_000
"""With fewer it is still warming up when it ends."""
_PARTS, _WARM_PARTS = 20, 4
_MOST_GROWTH = 40_000_000


async def run(servers: Servers, seed: int, count: int) -> list[str]:
    """Posts them all, prints a table, and returns what is wrong beside single answers, and the summary."""
    progress = Progress(count)
    bodies = cases(samples.load(), seed, count)
    memory = []
    while progress.posted < count:
        await post_all(servers, "/v1/articles", islice(bodies, -(-count // _PARTS)), progress, _judge)
        memory.append(servers.memory())
    growth = median(memory[-3:]) - memory[min(len(memory) - 1, _WARM_PARTS - 1)]
    progress.report()
    print(f"  memory: {' '.join(f'{size / 1e6:.0f}' for size in memory)} MB")
    wrong = [f"memory grew by {growth / 1e6:.0f} MB"] if growth > _MOST_GROWTH and count >= _FAIR_COUNT else []
    if published := servers.published():
        wrong.append(f"{published} events on the stream")
    if not servers.is_ready():
        wrong.append("the process is not what it was: it does not answer /readyz")
    if progress.missed():
        wrong.append(f"{progress.missed()} wrong answers")
    if progress.failures():
        print(servers.faults())
    accepted = sum(count for (_, status), count in progress.counts.items() if 200 <= status < 400)
    summary = (
        f"{progress.posted:,} malformed bodies: {accepted:,} accepted, {progress.failures():,} × 5xx, "
        f"{progress.missed():,} missed, stream {published}, memory {growth / 1e6:+.0f} MB"
    )
    return [*wrong, summary]


def _judge(request: Request, status: int, body: bytes) -> str | None:
    assert isinstance(request, Case)
    return complaint(request, status, body)


def main() -> int:
    """Returns 1 where anything was missed; the last line sums up."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--count", type=int, default=COUNT)
    reading.add_argument("--seed", type=int, default=1)
    told = reading.parse_args()
    print(f"{told.count:,} malformed bodies, seed {told.seed}", flush=True)
    with ingest_alone() as servers:
        *wrong, summary = asyncio.run(run(servers, told.seed, told.count))
    for one in wrong:
        print(f"WRONG: {one}")
    print(summary)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
