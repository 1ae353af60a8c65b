"""How fast does one indexer empty a full stream, beside the best off-the-shelf program for it, at what CPU?

At least 1.3 times its rate, with at most 0.7 of its processor time. The peer is Redpanda Connect v4.105.0, built by
whoever wants this measured and named by `PEER=file` (`make chaos-peer` says how); without it the rows say so. Both fill
new indices with one plain mapping, titles and bodies as `english` and nothing else indexed but ids and dates. It is run
at its `max_in_flight` of 1, 3 and 64, and its best counts.

The peer reads the finished document from one field, writes it, and acknowledges; one refresh ends its run. Ours runs as
always: it reads the event, checks it, makes the document, gives each write its version, refreshes while it goes on, and
writes receipts and changes. Two things that can be switched off, and that the peer has no like of, are: the second
document of each article, its entry among the versions (`WIREDESK_KEEP_VERSIONS=0`), and its line in the log
(`WIREDESK_LOG_ARTICLES=0`). What it comes to with both, as it is by default, is told beside it.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import redis

from benchmarks.full_stream import FullStream, events, puts
from benchmarks.opensearch import ask, opensearch
from benchmarks.processes import READY_SECONDS, Service, say, services, until, valkey
from benchmarks.rows import Row, told
from services import embedded

_ARTICLES, _ROUNDS = 30_000, 3
_IN_FLIGHT = (1, 3, 64)
_RATE, _CPU = 1.3, 0.7
_CONFIGURATION = str(Path(__file__).with_name("peer.yaml"))
_MAPPING: dict[str, Any] = {
    "settings": {"index": {"number_of_replicas": 0, "refresh_interval": "30s"}},
    "mappings": {
        "dynamic": False,
        "properties": {
            "id": {"type": "keyword"},
            "published_at": {"type": "date"},
            "title": {"type": "text", "analyzer": "english"},
            "body": {"type": "text", "analyzer": "english"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds to empty the stream, and processor seconds of what emptied it."""

    seconds: float
    cpu: float


class Bench:
    """The servers, with the same articles on two streams: as events for ours, as documents for the peer."""

    def __init__(self, client: httpx.Client, redis_url: str, home: Path, posted: list[bytes]) -> None:
        self._client = client
        self._redis_url = redis_url
        self._home = home
        self._count = len(posted)
        self._rounds = 0
        server = redis.Redis.from_url(redis_url)
        self._events, self._documents = FullStream(server), FullStream(server, "peer", "peer", "data")
        for stream, bodies in ((self._events, posted), (self._documents, [put.document for put in puts(posted)])):
            stream.hold()
            stream.add(bodies)

    def ours(self, as_always: bool = False) -> Run:
        """By one indexer; `as_always` with versions and log lines."""
        prefix = self._new_index()
        environment = {
            "WIREDESK_REDIS_URL": self._redis_url,
            "WIREDESK_OPENSEARCH_URL": str(self._client.base_url),
            "WIREDESK_INDEX_PREFIX": prefix,
            "WIREDESK_KEEP_VERSIONS": str(int(as_always)),
            "WIREDESK_LOG_ARTICLES": str(int(as_always)),
        }
        self._events.hold(again=True)
        with services("services.indexer", 1, environment, self._home) as (indexer,):
            run = self._run(self._events, indexer, prefix)
        self._forget(prefix)
        return run

    def peers(self, binary: str, in_flight: int) -> Run:
        """By the peer, with so many requests at once."""
        prefix = self._new_index()
        self._documents.hold(again=True)
        with self._peer(binary, prefix, in_flight) as peer:
            run = self._run(self._documents, peer, prefix)
        self._forget(prefix)
        return run

    def _run(self, stream: FullStream, service: Service, prefix: str) -> Run:
        cpu, began = service.cpu_seconds(), time.monotonic()
        stream.drained()
        cpu = service.cpu_seconds() - cpu
        ask(self._client, "POST", f"/{prefix}articles/_refresh")
        return Run(time.monotonic() - began, cpu)

    @contextmanager
    def _peer(self, binary: str, prefix: str, in_flight: int) -> Iterator[Service]:
        port = embedded.any_port()
        environment = {
            "PEER_REDIS_URL": self._redis_url.removesuffix("/0"),
            "PEER_OPENSEARCH_URL": str(self._client.base_url),
            "PEER_INDEX": f"{prefix}articles-write",
            "PEER_PORT": str(port.number),
            "MAX_IN_FLIGHT": str(in_flight),
        }
        process = embedded.start([binary, "run", _CONFIGURATION], self._home / "peer.log", environment)
        try:
            one = Service(f"http://127.0.0.1:{port.number}", process.pid)
            until(lambda: httpx.get(f"{one.url}/ready").status_code == 200, READY_SECONDS)
            yield one
        finally:
            process.terminate()
            process.wait()
            port.lock.release()

    def _new_index(self) -> str:
        """Its prefix; the indexer finds the aliases and makes no index of articles of its own."""
        self._rounds += 1
        prefix = f"r{self._rounds}-"
        aliases: dict[str, Any] = {f"{prefix}articles": {}, f"{prefix}articles-write": {}}
        ask(self._client, "PUT", f"/{prefix}articles-v0", json={**_MAPPING, "aliases": aliases})
        return prefix

    def _forget(self, prefix: str) -> None:
        found = ask(self._client, "GET", f"/{prefix}articles/_count")["count"]
        if found != self._count:
            raise RuntimeError(f"{found} of {self._count} documents are there")
        ask(self._client, "DELETE", f"/{prefix}articles-v*,{prefix}articles-held-v*,{prefix}article-versions-v*")


def rows(count: int = _ARTICLES) -> list[Row]:
    """Rate and CPU beside the peer's best."""
    binary = os.environ.get("PEER", "")
    if not Path(binary).is_file():
        beside = "not measured: no peer is built (PEER=file)"
        return [Row("indexer: beside the peer", "–", beside, None, _RATE)]
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        client = stack.enter_context(opensearch())
        bench = Bench(client, stack.enter_context(valkey(home)), home, events(count))
        say(f"peer: {count:,} articles are on both streams")
        bench.ours()
        tried = {in_flight: bench.peers(binary, in_flight) for in_flight in _IN_FLIGHT}
        for in_flight, run in tried.items():
            say(f"peer, {in_flight} in flight: {count / run.seconds:,.0f}/s, {run.cpu:.1f} s of CPU")
        best = min(tried, key=lambda in_flight: tried[in_flight].seconds)
        rounds = []
        for _ in range(_ROUNDS):
            rounds.append((bench.peers(binary, best), bench.ours()))
            for name, run in zip(("peer", "ours"), rounds[-1], strict=True):
                say(f"{name}: {count / run.seconds:,.0f}/s, {run.cpu:.1f} s of CPU")
        whole = bench.ours(as_always=True)
    peer_rate, our_rate = (median(count / pair[which].seconds for pair in rounds) for which in (0, 1))
    peer_cpu, our_cpu = (median(pair[which].cpu for pair in rounds) for which in (0, 1))
    return [
        Row(
            "indexer: beside the peer, one plain `english` mapping, one document an article",
            f"{our_rate:,.0f} articles/s ({count / whole.seconds:,.0f} with versions and log)",
            f"{peer_rate:,.0f}/s by Redpanda Connect v4.105.0, {best} in flight",
            median(peer.seconds / ours.seconds for peer, ours in rounds),
            _RATE,
        ),
        Row(
            "indexer: its processor time beside the peer's",
            f"{our_cpu:.1f} s ({whole.cpu:.1f} s with versions and log)",
            f"{peer_cpu:.1f} s",
            median(ours.cpu / peer.cpu for peer, ours in rounds),
            _CPU,
            "at most",
        ),
    ]


if __name__ == "__main__":
    sys.exit(told("peer", rows(int(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLES)))
