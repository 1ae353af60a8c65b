"""How fast does one indexer empty a full stream, beside bare `_bulk` of prebuilt bodies; how much memory does it take?

At least 0.95 of it, and at most 200 MB. 30,000 different articles, normalized by the code of ingest, wait in a Redis;
they count as indexed when they are searchable and acknowledged, each with its receipt and its change, as always. The
reference sends the very same actions, documents and versions on their version lines, into indices of the same bodies
that the indexer itself has made, with nothing to read, decide or acknowledge: 500 articles a request as the indexer has
it, so many requests at once as are best, and one refresh when all are written, where the indexer refreshes while it
goes on. Both fill new indices, one after the other in rounds.
"""

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import redis

from benchmarks.bare_bulk import checked_and_removed, filled, make_indices
from benchmarks.full_stream import FullStream, bulks, events
from benchmarks.opensearch import opensearch
from benchmarks.processes import Busy, busy, say, services, spent_since, valkey
from benchmarks.rows import Row, told
from services.index.names import IndexNames

_ARTICLES, _TRIED, _ROUNDS = 30_000, 10_000, 4
_CONCURRENCIES = (1, 2, 3, 4)
_RATE, _MEGABYTES = 0.95, 200


@dataclass(frozen=True, slots=True)
class Run:
    """One filling: seconds, who had how much of the processors, the indexer's peak memory (bytes)."""

    seconds: float
    busy: Busy
    peak: int = 0

    def __str__(self) -> str:
        used = ", ".join(f"{role} {spent / self.seconds:.2f}" for role, spent in sorted(self.busy.items()))
        return f"{self.seconds:.1f} s; processors: {used}"


class Bench:
    """The servers, and the two ways to fill new indices with the same articles."""

    def __init__(self, client: httpx.Client, redis_url: str, home: Path, posted: list[bytes]) -> None:
        self._client = client
        self._home = home
        self._environment = {"WIREDESK_REDIS_URL": redis_url, "WIREDESK_OPENSEARCH_URL": str(client.base_url)}
        self._stream = FullStream(redis.Redis.from_url(redis_url))
        self._posted = posted
        self._rounds = 0
        self._stream.hold()
        self._stream.add(posted)

    def ours(self) -> Run:
        """By one indexer."""
        self._stream.hold(again=True)
        prefix = self._next_prefix()
        with services("services.indexer", 1, self._environment | {"WIREDESK_INDEX_PREFIX": prefix}, self._home) as (
            indexer,
        ):
            before = busy()
            run = Run(self._stream.drained(), spent_since(before), indexer.peak_bytes())
        checked_and_removed(self._client, IndexNames.with_prefix(prefix), len(self._posted))
        return run

    def bare(self, count: int, at_once: int) -> Run:
        """By so many `_bulk` at once, of the first `count` articles; the indices are made as an indexer makes them."""
        self._stream.hold()
        names = IndexNames.with_prefix(self._next_prefix())
        make_indices(self._client, names)
        bodies = bulks(self._posted[:count], names)
        before = busy()
        run = Run(filled(self._client, names, bodies, at_once), spent_since(before))
        checked_and_removed(self._client, names, count)
        return run

    def _next_prefix(self) -> str:
        self._rounds += 1
        return f"r{self._rounds}-"


def rows(count: int = _ARTICLES) -> list[Row]:
    """The rate, and the memory."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        client = stack.enter_context(opensearch())
        bench = Bench(client, stack.enter_context(valkey(home)), home, events(count))
        say(f"indexing: {count:,} articles are on the stream")
        bench.bare(count, 2)
        few = min(count, _TRIED)
        tried = {at_once: bench.bare(few, at_once).seconds for at_once in _CONCURRENCIES}
        best = min(tried, key=lambda at_once: tried[at_once])
        say("bare:", ", ".join(f"{at_once} at once {few / seconds:,.0f}/s" for at_once, seconds in tried.items()))
        rounds = []
        for _ in range(_ROUNDS):
            rounds.append((bench.bare(count, best), bench.ours()))
            for name, run in zip(("bare", "ours"), rounds[-1], strict=True):
                say(f"{name}: {count / run.seconds:,.0f}/s, {run}")
    rate = median(bare.seconds / ours.seconds for bare, ours in rounds)
    bare_rate, our_rate = (median(count / pair[which].seconds for pair in rounds) for which in (0, 1))
    cpu = median(ours.busy["indexers"] for _, ours in rounds) / count * 1e6
    peak = max(ours.peak for _, ours in rounds) / 1e6
    return [
        Row(
            "indexer: a full stream into the index",
            f"{our_rate:,.0f} articles/s ({cpu:.0f} µs of its own CPU each)",
            f"{bare_rate:,.0f}/s by bare `_bulk`, {best} at once",
            rate,
            _RATE,
        ),
        Row("indexer: memory meanwhile", f"peak {peak:,.0f} MB", "–", peak, _MEGABYTES, "at most", " MB"),
    ]


if __name__ == "__main__":
    sys.exit(told("indexing", rows(int(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLES)))
