"""`python -m tests.fuzz.run_mutations`: changed samples, previewed and posted: nothing may fail."""

import argparse
import asyncio
import sys

import orjson

from tests.fuzz import samples
from tests.fuzz.mutations import mutations
from tests.fuzz.posting import Progress, Request, post_all
from tests.fuzz.servers import Servers, whole_stack

COUNT = 20_000
POSTED = 4_000
_ANSWERS = frozenset({200, 202, 400, 403, 404, 413, 415, 422})
_NOT_YET = b"is not indexed yet"
"""What a change of an article that was just accepted is told; it may be sent again."""


async def run(servers: Servers, path: str, seed: int, count: int) -> Progress:
    """Posts this many to this path, and prints a table."""
    print(f"{count:,} to {path}, seed {seed}", flush=True)
    progress = Progress(count)
    await post_all(servers, path, mutations(samples.load(), seed, count), progress, _judge)
    progress.report()
    return progress


def _judge(_: Request, status: int, body: bytes) -> str | None:
    if status not in _ANSWERS and not (status == 503 and _NOT_YET in body):
        return f"answered with {status}: {body[:300]!r}"
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return "the answer is not JSON"
    return None


def main() -> int:
    """Returns 1 where a request failed, a preview left something or an event is unusable; the last line sums up."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--count", type=int, default=COUNT)
    reading.add_argument("--posted", type=int, default=POSTED)
    reading.add_argument("--seed", type=int, default=1)
    told = reading.parse_args()
    with whole_stack() as servers:
        previewed = asyncio.run(run(servers, "/v1/preview", told.seed, told.count))
        published, hinted = servers.published(), servers.hinted()
        posted = asyncio.run(run(servers, "/v1/articles", told.seed + 1, told.posted))
        dead, ready = servers.dead_letters(), servers.is_ready()
    wrong = {
        f"previews published {published} events": published,
        f"previews left hints of {hinted} addresses behind": hinted,
        f"{dead} dead letters": dead,
        "the process is not what it was: it does not answer /readyz": not ready,
    }
    for what in (what for what, holds in wrong.items() if holds):
        print(f"WRONG: {what}")
    missed = previewed.missed() + posted.missed()
    print(
        f"{previewed.posted:,} mutations previewed and {posted.posted:,} posted: {missed} × 5xx, "
        f"stream {published}, dead letters {dead}"
    )
    return 1 if missed or any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
