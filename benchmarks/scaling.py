"""`make bench-scaling`: how fast one to four indexers empty a full stream, and what is busiest meanwhile.

`python -m benchmarks.scaling COUNT` takes another number of articles than 20,000. One ingest fills the stream of an
embedded Redis once, which is timed too; then each number of indexers reads all of it into an index of its own, on one
embedded OpenSearch, which one indexer has warmed before. Everything shares this machine: a column of processors says
who had how much of them.
"""

import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import httpx
import redis

from benchmarks.articles import articles
from benchmarks.opensearch import ask, opensearch
from benchmarks.processes import DONE_SECONDS, Busy, busy, services, spent_since, until, valkey
from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP

_ARTICLES, _MOST_INDEXERS = 20_000, 4
_IN_A_POST, _POSTING = 500, 3
_KEY = "benchmark"


def main(count: int) -> None:
    """Prints the rate of ingest, and a line for each number of indexers."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        client = stack.enter_context(opensearch())
        server = stack.enter_context(valkey(home))
        environment = {"WIREDESK_REDIS_URL": server, "WIREDESK_OPENSEARCH_URL": str(client.base_url)}
        stream = stack.enter_context(redis.Redis.from_url(server))
        print(f"{os.cpu_count()} processors; {count:,} articles with 2,000 bytes of body in the middle", flush=True)
        print(f"one ingest: {_fill(environment, home, count):,.0f} articles/s", flush=True)
        print(f"{'indexers':>8} {'articles/s':>11}   processors used", flush=True)
        _emptied(environment | {"WIREDESK_INDEX_PREFIX": "cold-"}, home, stream, 1)
        for indexers in range(1, _MOST_INDEXERS + 1):
            prefix = f"s{indexers}-"
            seconds, busy = _emptied(environment | {"WIREDESK_INDEX_PREFIX": prefix}, home, stream, indexers)
            used = ", ".join(f"{role} {spent / seconds:.2f}" for role, spent in sorted(busy.items()))
            print(f"{indexers:>8} {count / seconds:>11,.0f}   {used}", flush=True)
        print(_sizes(client, f"s{_MOST_INDEXERS}-", count))


def _fill(environment: dict[str, str], home: Path, count: int) -> float:
    """Lets ingest put so many articles on the stream; articles a second."""
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in articles(count))
    bodies = iter(lambda: "".join(islice(lines, _IN_A_POST)).encode(), b"")
    told = environment | {"WIREDESK_API_KEY": _KEY, "WIREDESK_SPOOL_DIR": str(home)}
    with services("services.ingest", 1, told, home) as (ingest,), ThreadPoolExecutor(_POSTING) as pool:
        posts = list(bodies)
        began = time.monotonic()
        list(pool.map(lambda body: _post(ingest.url, body), posts))
        return count / (time.monotonic() - began)


def _post(url: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {_KEY}", "Content-Type": "application/x-ndjson"}
    answer = httpx.post(f"{url}/v1/articles/batch", content=body, headers=headers, timeout=300, trust_env=False)
    answer.raise_for_status()
    refused = [line for line in answer.text.splitlines() if json.loads(line)["status"] != "accepted"]
    if refused:
        raise RuntimeError(f"{len(refused)} articles were not accepted: {refused[0]}")


def _emptied(environment: dict[str, str], home: Path, stream: "redis.Redis", indexers: int) -> tuple[float, Busy]:
    """Seconds until so many indexers have all of the stream indexed and acknowledged, and who was busy meanwhile.

    The group stands at the stream's end until all are ready, and is then set to its beginning.
    """
    if stream.exists(ARTICLES_STREAM) and stream.xinfo_groups(ARTICLES_STREAM):
        stream.xgroup_destroy(ARTICLES_STREAM, INDEXER_GROUP)
    stream.xgroup_create(ARTICLES_STREAM, INDEXER_GROUP, id="$", mkstream=True)
    with services("services.indexer", indexers, environment, home):
        before, began = busy(), time.monotonic()
        stream.xgroup_setid(ARTICLES_STREAM, INDEXER_GROUP, "0", entries_read=0)
        until(lambda: _is_empty(stream), DONE_SECONDS)
        return time.monotonic() - began, spent_since(before)


def _is_empty(stream: "redis.Redis") -> bool:
    (group,) = stream.xinfo_groups(ARTICLES_STREAM)
    return bool(group["lag"] == 0 and group["pending"] == 0)


def _sizes(client: httpx.Client, prefix: str, count: int) -> str:
    """What an article takes in the indices, after their segments are one."""
    names = f"{prefix}articles-v*,{prefix}article-versions-v*"
    ask(client, "POST", f"/{names}/_forcemerge?max_num_segments=1")
    found = ask(client, "GET", f"/{names}/_stats/store")["indices"]
    sizes = (
        f"{name.removeprefix(prefix)} {one['primaries']['store']['size_in_bytes'] / count:,.0f}"
        for name, one in found.items()
    )
    return f"bytes an article: {', '.join(sorted(sizes))}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLES)
