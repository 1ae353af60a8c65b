"""`make bench-search`: how long a search takes over 100,000 articles, beside a bare `match` of the same words.

`python -m benchmarks.search COUNT` takes another number of articles. Asked through the alias and without the request
cache, in one run: each line is asked in every way before the next line is, by one client and then by four at once.
"""

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from random import Random
from typing import Any

import httpx

from benchmarks.archive import documents, lines
from benchmarks.opensearch import ask, fill, opensearch
from services.index.asked import Asked
from services.index.facets import beside_hits
from services.index.mapping import ARTICLES_FILTER, index_body
from services.index.names import SCHEMA_VERSION
from services.index.queries import search_body

_ARTICLES, _LINES, _ROUNDS, _CLIENTS = 100_000, 100, 4, (1, 4)
_P95_MILLISECONDS, _TIMES_BARE = 60, 2.0
_BARE, _OURS = "bare match", "our search"
Times = dict[str, list[float]]


def bare(line: str) -> dict[str, Any]:
    """The cheapest question with these words."""
    return {"query": {"match": {"body": line}}, "size": 10}


def ours(line: str, collapse: bool = False) -> dict[str, Any]:
    """What our search sends: hits with highlights, and the facets beside them."""
    asked = Asked(line)
    body = search_body(asked, collapse=collapse)
    return body | {"aggs": {**body.get("aggs", {}), **beside_hits(asked)}}


def collapsed(line: str) -> dict[str, Any]:
    """What it sends where a cluster is shown once."""
    return ours(line, collapse=True)


WAYS: dict[str, Callable[[str], dict[str, Any]]] = {_BARE: bare, _OURS: ours, "our search, collapsed": collapsed}


def measured(url: httpx.URL, asked: list[str], clients: int) -> Times:
    """The milliseconds of each way, of all lines by each of so many clients at once."""
    with ThreadPoolExecutor(clients) as pool:
        told = list(pool.map(lambda seed: _one_client(url, asked, seed), range(clients)))
    return {way: list(chain.from_iterable(times[way] for times in told)) for way in WAYS}


def _one_client(url: httpx.URL, asked: list[str], seed: int) -> Times:
    random, times = Random(seed), Times((way, []) for way in WAYS)
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for line in random.sample(asked, len(asked)):
            for way in random.sample(list(WAYS), len(WAYS)):
                body = WAYS[way](line)
                started = time.perf_counter()
                ask(client, "POST", "/articles/_search?request_cache=false", json=body)
                times[way].append((time.perf_counter() - started) * 1000)
    return times


def percentile(times: list[float], share: int) -> float:
    """The time within which so many of a hundred are."""
    return statistics.quantiles(times, n=100, method="inclusive")[share - 1]


def missed(times: Times) -> list[str]:
    """What of these times is too long, in words."""
    ours, bare = percentile(times[_OURS], 95), percentile(times[_BARE], 95)
    told = [f"p95 {ours:.0f} ms"] if ours >= _P95_MILLISECONDS else []
    return told + ([f"{ours / bare:.1f} times the bare match"] if ours > _TIMES_BARE * bare else [])


def main(count: int) -> int:
    """Prints a line a way and number of clients; 1 where our search takes too long."""
    asked, wrong = lines(_LINES), []
    with opensearch() as server:
        body = index_body(SCHEMA_VERSION, 0, "best_compression")
        fill(server, "archive", {**body, "aliases": {"articles": {"filter": ARTICLES_FILTER}}}, documents(count))
        print(f"{'clients':<9}{'asked':<24}{'p50':>8}{'p95':>8}{'p99':>8}  milliseconds")
        for clients in _CLIENTS:
            rounds = [measured(server.base_url, asked, clients) for _ in range(_ROUNDS)][1:]
            times = {way: list(chain.from_iterable(one[way] for one in rounds)) for way in WAYS}
            for way, some in times.items():
                figures = "".join(f"{percentile(some, share):8.1f}" for share in (50, 95, 99))
                print(f"{clients:<9}{way:<24}{figures}", flush=True)
            wrong += [f"{clients} client{'s' * (clients > 1)}: {one}" for one in missed(times)]
    verdict = f"MISSED ({'; '.join(wrong)})" if wrong else "met"
    wanted = f"p95 under {_P95_MILLISECONDS} ms and {_TIMES_BARE:g} times a bare match"
    print(f"search: {verdict} ({wanted}; {count:,} articles)")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLES))
