"""What does our analysis cost beside `english`: documents a second (at least 0.8 of it), bytes (at most 1.2)?

Asked in both ways, the harsher one too: whole documents in our index against the same index with `english` in place of
`news`; titles and bodies alone in our index against an index of two `english` fields and nothing else. Each round fills
one index after the other, three bulks in flight; a ratio is that of one round, and the median of the rounds counts. CPU
is that of the server's process. `make bench` asks the first of the two, of more documents, in fewer rounds.
"""

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil

from benchmarks.articles import articles
from benchmarks.opensearch import ask, bulk, opensearch
from benchmarks.rows import Row
from schemas.events import encode, published
from schemas.submission import Submission
from services.index.mapping import index_body
from services.index.names import SCHEMA_VERSION
from services.indexer.decide import Put, decide
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.ingest.order import instant
from services.vocabulary.gazetteer import load

_DOCUMENTS, _ROUNDS, _IN_A_BULK, _IN_FLIGHT = 12_000, 6, 250, 3
_DOCUMENTS_OF_ALL, _ROUNDS_OF_ALL = 30_000, 3
_RATE, _SIZE = 0.8, 1.2
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One index filled: seconds, CPU seconds of the server, bytes on disk when merged."""

    seconds: float
    cpu: float
    size: int


class Server:
    """An OpenSearch, and the CPU time that its process takes."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        (node,) = ask(client, "GET", "/_nodes/_local/process")["nodes"].values()
        self._process = psutil.Process(node["process"]["id"])

    def fill(self, body: Body, bulks: list[bytes]) -> Run:
        """Fills a new index, measures, and removes it. Raises RuntimeError where a document is refused."""
        ask(self._client, "PUT", "/measured", json=body)
        cpu, started = self._cpu(), time.perf_counter()
        with ThreadPoolExecutor(_IN_FLIGHT) as pool:
            list(pool.map(lambda lines: bulk(self._client, lines, "/measured"), bulks))
        ask(self._client, "POST", "/measured/_refresh")
        seconds, cpu = time.perf_counter() - started, self._cpu() - cpu
        ask(self._client, "POST", "/measured/_forcemerge?max_num_segments=1")
        ask(self._client, "POST", "/measured/_flush")
        stats = ask(self._client, "GET", "/measured/_stats/store")
        ask(self._client, "DELETE", "/measured")
        return Run(seconds, cpu, stats["indices"]["measured"]["primaries"]["store"]["size_in_bytes"])

    def _cpu(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def whole_documents(count: int = _DOCUMENTS) -> Iterator[Body]:
    """Documents as the indexer writes them."""
    tables, now = Tables(load(), LanguageReader()), datetime.now(UTC)
    for posted in articles(count, seed=3):
        draft = normalize(Submission.model_validate(posted), "quay", tables, 1_000_000)
        put = decide(encode(published(draft.article(1, instant(1)))), now)
        if not isinstance(put, Put):
            raise RuntimeError("an article of the benchmark is not indexed")
        yield json.loads(put.document)


def texts() -> Iterator[Body]:
    """The same articles' titles and bodies alone."""
    return ({"title": one["title"], "body": one["body"]} for one in articles(_DOCUMENTS, seed=3))


def bulks(documents: Iterator[Body]) -> list[bytes]:
    """Prebuilt bodies of `_bulk`."""
    lines = [b'{"index":{}}\n' + json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in documents]
    return [b"".join(lines[at : at + _IN_A_BULK]) for at in range(0, len(lines), _IN_A_BULK)]


def with_english(body: Body) -> Body:
    """The same index with `english` wherever it has `news`."""
    changed = copy.deepcopy(body)
    fields = list(changed["mappings"]["properties"].values())
    for field in fields:
        fields += field.get("fields", {}).values()
        if field.get("analyzer") == "news":
            field["analyzer"] = "english"
            del field["search_analyzer"]
    return changed


def bare_english(body: Body) -> Body:
    """Two fields and nothing else, with the same settings."""
    field = {"type": "text", "analyzer": "english"}
    return {"settings": body["settings"], "mappings": {"properties": {"title": field, "body": field}}}


def compared(
    one: Server, documents: list[bytes], reference: Body, ours: Body, rounds: int = _ROUNDS
) -> tuple[float, float, float]:
    """Our rate, our rate by CPU, and our size, each as a ratio to the reference."""
    filled = [(one.fill(reference, documents), one.fill(ours, documents)) for _ in range(rounds + 1)][1:]
    median: Callable[[Iterator[float]], float] = statistics.median
    rate = median(there.seconds / here.seconds for there, here in filled)
    by_cpu = median(there.cpu / here.cpu for there, here in filled)
    return rate, by_cpu, median(here.size / there.size for there, here in filled)


def rows() -> list[Row]:
    """The row of `make bench`."""
    with opensearch() as client:
        ours = index_body(SCHEMA_VERSION, 0, "best_compression")
        documents = bulks(whole_documents(_DOCUMENTS_OF_ALL))
        rate, by_cpu, size = compared(Server(client), documents, with_english(ours), ours, _ROUNDS_OF_ALL)
    measured = f"our index; by CPU {by_cpu:.2f}, its size {size:.2f}"
    return [Row("analysis: documents a second", measured, "the same index with `english`", rate, _RATE)]


def main() -> int:
    """Prints a line a comparison; 1 where one is missed."""
    missed = False
    with opensearch() as client:
        one = Server(client)
        for codec in ("default", "best_compression"):
            ours = index_body(SCHEMA_VERSION, 0, codec)
            asked = {
                "whole documents": (whole_documents, with_english(ours)),
                "titles and bodies alone": (texts, bare_english(ours)),
            }
            for name, (documents, reference) in asked.items():
                rate, by_cpu, size = compared(one, bulks(documents()), reference, ours)
                missed |= round(rate, 2) < _RATE or round(size, 2) > _SIZE
                print(f"{name}, {codec}: rate {rate:.2f} ({by_cpu:.2f} by CPU), size {size:.2f}", flush=True)
    verdict = "MISSED" if missed else "met"
    print(
        f"analysis: {verdict} (rate at least {_RATE}, size at most {_SIZE}; {_DOCUMENTS:,} documents, {_ROUNDS} rounds)"
    )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
