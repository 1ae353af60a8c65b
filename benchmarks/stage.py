"""Ingest and one indexer between who posts and a new index; and the same documents by bare `_bulk`."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import orjson
import redis
from anyio.from_thread import start_blocking_portal

from benchmarks.bare_bulk import checked_and_removed, filled, make_indices
from benchmarks.full_stream import bulks
from benchmarks.opensearch import opensearch
from benchmarks.overheard import Overheard, overhearing
from benchmarks.pacing import paced
from benchmarks.processes import DONE_SECONDS, Busy, Service, busy, services, spent_since, until, valkey
from benchmarks.raw_http import Target, request, send
from schemas.streams import ARTICLES_STREAM
from services.index.names import IndexNames

_IN_A_POST, _POSTS_AT_ONCE = 500, 4
_KEY, _PUBLISHER = "benchmark", "quay"


@dataclass(frozen=True, slots=True)
class Run:
    """All articles through ingest and indexer.

    Seconds in all and until the last POST was answered, who had how much of the processors, and the most memory of a
    process of ingest and of the indexer, in bytes.
    """

    seconds: float
    posting: float
    busy: Busy
    ingest: int
    indexer: int

    def __str__(self) -> str:
        used = ", ".join(f"{role} {spent / self.seconds:.2f}" for role, spent in sorted(self.busy.items()))
        return f"{self.seconds:.1f} s, the last answer after {self.posting:.1f} s; processors: {used}"


@dataclass(frozen=True, slots=True)
class Waited:
    """Milliseconds from when an article was to be posted until it was written, and until it was searchable."""

    written: float
    searchable: float


class Stage:
    """The servers. Every run is one of new indices, which are gone afterwards, and of services that know nothing."""

    def __init__(self, client: httpx.Client, redis_url: str, home: Path) -> None:
        self._client = client
        self._opensearch_url = str(client.base_url)
        self._redis_url = redis_url
        self._stream = redis.Redis.from_url(redis_url)
        self._home = home
        self._runs = 0

    def bare(self, posted: Sequence[bytes], at_once: int) -> float:
        """Seconds for what is written of these events, by so many `_bulk` at once."""
        names = IndexNames.with_prefix(self._next_prefix())
        make_indices(self._client, names)
        seconds = filled(self._client, names, bulks(posted, names), at_once)
        checked_and_removed(self._client, names, len(posted))
        return seconds

    def through(self, articles: Sequence[bytes], ingests: int) -> Run:
        """All of these in batches, through so many processes of ingest, until each is searchable and acknowledged."""
        groups = (articles[at : at + _IN_A_POST] for at in range(0, len(articles), _IN_A_POST))
        requests = [request("/v1/articles/batch", b"\n".join(one), "application/x-ndjson", _KEY) for one in groups]
        prefix = self._next_prefix()
        with self._running(prefix, self._opensearch_url, ingests) as (taking, indexer):
            shares = [requests[at::ingests] for at in range(ingests)]
            at_once = _POSTS_AT_ONCE // ingests
            targets = [Target(_port(one), share, at_once) for one, share in zip(taking, shares, strict=True)]
            before, began = busy(), time.monotonic()
            send(targets, _all_accepted)
            posting = time.monotonic() - began
            until(self._is_empty, DONE_SECONDS, pause=0.02)
            seconds, used = time.monotonic() - began, spent_since(before)
            run = Run(seconds, posting, used, max(one.peak_bytes() for one in taking), indexer.peak_bytes())
        checked_and_removed(self._client, IndexNames.with_prefix(prefix), len(articles))
        return run

    def one_by_one(self, articles: Sequence[bytes], a_second: float) -> list[Waited]:
        """How long each of these waited, posted alone at this rate."""
        requests = [request("/v1/articles", one, "application/json", _KEY) for one in articles]
        prefix = self._next_prefix()
        with (
            start_blocking_portal(backend_options={"use_uvloop": True}) as portal,
            portal.wrap_async_context_manager(overhearing(self._opensearch_url)) as heard,
            self._running(prefix, heard.url) as ((ingest,), _),
        ):
            due = portal.call(paced, _port(ingest), requests, a_second)
            until(self._is_empty, DONE_SECONDS)
        checked_and_removed(self._client, IndexNames.with_prefix(prefix), len(articles))
        return [_waited(heard, one, instant) for one, instant in zip(articles, due, strict=True)]

    def _next_prefix(self) -> str:
        self._runs += 1
        return f"r{self._runs}-"

    @contextmanager
    def _running(
        self, prefix: str, opensearch_url: str, ingests: int = 1
    ) -> Iterator[tuple[Sequence[Service], Service]]:
        """So many processes of ingest, and an indexer that finds OpenSearch at this address."""
        self._stream.flushall()
        told = {
            "WIREDESK_REDIS_URL": self._redis_url,
            "WIREDESK_INDEX_PREFIX": prefix,
            "WIREDESK_API_KEY": _KEY,
            "WIREDESK_PUBLISHER": _PUBLISHER,
            "WIREDESK_SPOOL_DIR": str(self._home),
        }
        of_ingest = told | {"WIREDESK_OPENSEARCH_URL": self._opensearch_url}
        of_indexer = told | {"WIREDESK_OPENSEARCH_URL": opensearch_url}
        with (
            services("services.indexer", 1, of_indexer, self._home) as (indexer,),
            services("services.ingest", ingests, of_ingest, self._home) as taking,
        ):
            yield taking, indexer

    def _is_empty(self) -> bool:
        (group,) = self._stream.xinfo_groups(ARTICLES_STREAM)
        return bool(group["lag"] == 0 and group["pending"] == 0)


@contextmanager
def stage() -> Iterator[Stage]:
    """One with servers of its own."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        yield Stage(stack.enter_context(opensearch()), stack.enter_context(valkey(home)), home)


def _waited(heard: Overheard, article: bytes, due: float) -> Waited:
    article_id = f"{_PUBLISHER}:{orjson.loads(article)['id']}"
    return Waited(1000 * (heard.written[article_id] - due), 1000 * (heard.searchable(article_id) - due))


def _port(service: Service) -> int:
    return int(service.url.rpartition(":")[2])


def _all_accepted(status: bytes, body: bytes) -> bool:
    return b" 200 " in status and body.count(b'"status":"accepted"') == body.count(b'"status":') > 0
