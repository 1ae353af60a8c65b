"""How much of what a bare ASGI app, and a bare XADD, take does ingest take: single posts, batches, two processes?

`python -m benchmarks.posting` sends invented articles, no two the same, from one process of uvloop and prebuilt
requests to real services on an embedded Redis and OpenSearch; reference and ours in turn, the first round to warm up.
The index is there and empty, so that ingest asks it for what Redis does not know.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import orjson
import redis

from benchmarks.articles import articles
from benchmarks.bare_ingest import STREAM
from benchmarks.opensearch import opensearch
from benchmarks.processes import Service, say, services, valkey
from benchmarks.raw_http import Target, request, send
from benchmarks.rows import Row, told
from schemas.streams import ARTICLES_STREAM, EVENT_FIELD

_SINGLES, _TRIED, _CONNECTIONS = 3_000, 500, (8, 32, 128)
_BATCHED, _IN_A_BATCH, _BATCHES_AT_ONCE, _IN_A_PIPELINE = 4_000, 200, 3, 500
_ROUNDS = 5
_SINGLE, _BATCH, _TWO, _MEGABYTES = 0.4, 0.08, 1.6, 200
_KEY = "benchmark"


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything running. `numbers` never gives an article's seed twice."""

    ours: Sequence[Service]
    bare: Service
    stream: "redis.Redis"
    numbers: Iterator[int]

    def bodies(self, number: int) -> list[bytes]:
        """So many articles that were never posted, as JSON."""
        return [orjson.dumps(one) for one in articles(number, seed=next(self.numbers))]

    def emptied(self) -> None:
        """Takes away what was posted, so that Redis holds as much at the end as at the beginning."""
        self.stream.delete(ARTICLES_STREAM, STREAM)


def rows() -> list[Row]:
    """The rows of the table."""
    with _running() as bench:
        return [*_singles(bench), *_batches(bench), _memory(bench)]


def _singles(bench: Bench) -> list[Row]:
    best = {one.url: _connections(bench, one) for one in (bench.bare, _one(bench))}
    say("connections:", *best.values())
    rounds = []
    for _ in range(_ROUNDS + 1):
        bodies = bench.bodies(_SINGLES)
        bare, ours = (len(bodies) / _post(one, bodies, best[one.url]) for one in (bench.bare, _one(bench)))
        say(f"single posts: bare {bare:,.0f}/s, ours {ours:,.0f}/s, {ours / bare:.3f}")
        rounds.append((bare, ours))
        bench.emptied()
    bare, ours, ratio = _middle(rounds)
    question = "ingest: single POSTs a second, one process, beside a bare ASGI app"
    return [Row(question, f"{ours:,.0f}/s", f"{bare:,.0f}/s", ratio, _SINGLE)]


def _batches(bench: Bench) -> list[Row]:
    beside_bare, beside_one = [], []
    for _ in range(_ROUNDS + 1):
        bodies, others = bench.bodies(_BATCHED), bench.bodies(2 * _BATCHED)
        bare = _added(bench, bodies)
        one, two = _batched(bench.ours[:1], bodies), _batched(bench.ours, others)
        say(f"batches: bare {bare:,.0f}/s, one {one:,.0f}/s ({one / bare:.3f}), two {two:,.0f}/s ({two / one:.2f})")
        beside_bare.append((bare, one))
        beside_one.append((one, two))
        bench.emptied()
    bare, one, of_bare = _middle(beside_bare)
    _, two, of_one = _middle(beside_one)
    return [
        Row(
            "ingest: articles a second in batches, one process, beside a bare pipelined XADD",
            f"{one:,.0f}/s",
            f"{bare:,.0f}/s",
            of_bare,
            _BATCH,
        ),
        Row("ingest: the same, two processes beside one", f"{two:,.0f}/s", f"{one:,.0f}/s", of_one, _TWO),
    ]


def _memory(bench: Bench) -> Row:
    most = max(one.peak_bytes() for one in bench.ours) / 1e6
    return Row("ingest: memory at its most under this load", f"{most:.0f} MB", "–", most, _MEGABYTES, "at most", " MB")


def _connections(bench: Bench, service: Service) -> int:
    """The number of connections with which it takes most, tried shortly."""
    seconds = {number: _post(service, bench.bodies(_TRIED), number) for number in _CONNECTIONS}
    return min(seconds, key=lambda number: seconds[number])


def _post(service: Service, bodies: list[bytes], connections: int) -> float:
    """Seconds for these posts, one article each."""
    requests = [request("/v1/articles", body, "application/json", _KEY) for body in bodies]
    return send([Target(_port(service), requests, connections)], _is_accepted)


def _batched(processes: Sequence[Service], bodies: list[bytes]) -> float:
    """Articles a second through the batch endpoint of these processes; whichever is free takes the next batch."""
    lines = iter(bodies)
    batches = [b"\n".join(batch) for batch in iter(lambda: list(islice(lines, _IN_A_BATCH)), [])]
    requests = [request("/v1/articles/batch", batch, "application/x-ndjson", _KEY) for batch in batches]
    shared = iter(requests)
    targets = [Target(_port(one), shared, _BATCHES_AT_ONCE) for one in processes]
    return len(bodies) / send(targets, _all_accepted)


def _is_accepted(status: bytes, _: bytes) -> bool:
    return status.startswith(b"HTTP/1.1 202")


def _all_accepted(status: bytes, body: bytes) -> bool:
    return status.startswith(b"HTTP/1.1 200") and body.count(b'"status":"accepted"') == _IN_A_BATCH


def _added(bench: Bench, bodies: list[bytes]) -> float:
    """The same bytes a second, as articles, by XADD alone."""
    began = time.perf_counter()
    rest = iter(bodies)
    while some := list(islice(rest, _IN_A_PIPELINE)):
        with bench.stream.pipeline(transaction=False) as pipeline:
            for body in some:
                pipeline.xadd(STREAM, {EVENT_FIELD: body})
            pipeline.execute()
    return len(bodies) / (time.perf_counter() - began)


def _middle(rounds: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Of all rounds but the first: the median of what is beside, of ours, and of the ratios."""
    measured = rounds[1:]
    beside, ours = (statistics.median(side) for side in zip(*measured, strict=True))
    return beside, ours, statistics.median(mine / other for other, mine in measured)


def _one(bench: Bench) -> Service:
    return bench.ours[0]


def _port(service: Service) -> int:
    return int(service.url.rpartition(":")[2])


@contextmanager
def _running() -> Iterator[Bench]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        index, server = stack.enter_context(opensearch()), stack.enter_context(valkey(home))
        told = {"WIREDESK_REDIS_URL": server, "WIREDESK_OPENSEARCH_URL": str(index.base_url), "WIREDESK_API_KEY": _KEY}
        with services("services.indexer", 1, told, home):
            say("the indices are there")
        stream = stack.enter_context(redis.Redis.from_url(server))
        stream.config_set("auto-aof-rewrite-percentage", 0)  # a rewrite would fall into one of the two sides
        ours = stack.enter_context(services("services.ingest", 2, told | {"WIREDESK_SPOOL_DIR": str(home)}, home))
        (bare,) = stack.enter_context(services("benchmarks.bare_ingest", 1, told, home))
        yield Bench(ours, bare, stream, count(1))


if __name__ == "__main__":
    sys.exit(told("posting", rows()))
