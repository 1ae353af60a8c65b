"""`python -m tests.fuzz.run_mutations`: changed samples previewed; whatever they are, ingest must not fail on them."""

import argparse
import asyncio
import sys

import orjson

from tests.fuzz import samples
from tests.fuzz.mutations import mutations
from tests.fuzz.posting import Progress, Request, post_all
from tests.fuzz.servers import whole_stack

COUNT = 20_000
_ANSWERS = frozenset({200, 400, 403, 404, 413, 415, 422})


def _judge(_: Request, status: int, body: bytes) -> str | None:
    if status not in _ANSWERS:
        return f"answered with {status}: {body[:300]!r}"
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return "the answer is not JSON"
    return None


def main() -> int:
    """Returns 1 where a preview failed or something was published; the last line sums up."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--count", type=int, default=COUNT)
    reading.add_argument("--seed", type=int, default=1)
    told = reading.parse_args()
    print(f"{told.count:,} mutations of valid samples, seed {told.seed}", flush=True)
    with whole_stack() as servers:
        progress = Progress(told.count)
        requests = mutations(samples.load(), told.seed, told.count)
        asyncio.run(post_all(servers, "/v1/preview", requests, progress, _judge))
        progress.report()
        published, hinted, ready = servers.published(), servers.hinted(), servers.is_ready()
    for wrong in (
        f"{published} events on the stream" if published else "",
        f"previews left hints of {hinted} addresses behind" if hinted else "",
        "" if ready else "the process is not what it was: it does not answer /readyz",
    ):
        print(f"WRONG: {wrong}\n" if wrong else "", end="")
    print(f"{progress.posted:,} mutations: {progress.failures()} × 5xx, {progress.missed()} missed, stream {published}")
    return 1 if progress.missed() or published or hinted or not ready else 0


if __name__ == "__main__":
    sys.exit(main())
