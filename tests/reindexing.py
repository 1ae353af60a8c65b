"""`make test-reindex`: 50,000 articles are reindexed while 200 a second arrive and a reader looks on.

Everything runs as `wiredesk up` runs it. The last line sums up; the exit code is 1 where anything was lost or stale,
where an article was gone for a moment, or where a request failed.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.articles import articles
from services import embedded
from services.cli.stack import Stack, Wanted, build_stack
from services.cli.up import wait_until_ready

_ARTICLES = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
_RATE, _A_POST = 200, 20
_LOOKED_AT = 100
_WITHIN = 300.0
_INDEX = "articles"
_LINES = {"Content-Type": "application/x-ndjson"}


@dataclass(slots=True)
class Seen:
    """What was posted, by article: its newest version, None when withdrawn; and what a reader saw of it."""

    newest: dict[str, int | None] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    posted: int = 0
    searches: int = 0
    failed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


async def post(client: httpx.AsyncClient, seen: Seen, lines: list[dict[str, Any]]) -> None:
    """Posts a batch and notes what was accepted; every line that was not is a failure."""
    answer = await client.post("/v1/articles/batch", content=b"\n".join(map(orjson.dumps, lines)), headers=_LINES)
    told = [orjson.loads(line) for line in answer.content.splitlines()] if answer.status_code < 300 else []
    accepted = [one for one in told if one.get("status") in ("accepted", "unchanged", "withdrawn")]
    if len(accepted) != len(lines):
        seen.failed.append(f"post: {answer.status_code} {answer.text[:200]}")
    for line in lines:
        seen.newest[f"local:{line['id']}"] = line["version"]
    seen.posted += len(lines)


def arriving(seen: Seen, start: int) -> Iterator[dict[str, Any]]:
    """New articles and corrections of old ones, by halves."""
    dice, fresh = random.Random(5), articles(1_000_000, seed=11)
    known = sorted(seen.newest)
    for number in range(start, 10**9):
        one = dict(next(fresh))
        if number % 2:
            one |= {"id": dice.choice(known).removeprefix("local:"), "url": None}
            one = {name: value for name, value in one.items() if value is not None}
        yield {**one, "version": number}


async def keep_posting(client: httpx.AsyncClient, seen: Seen, ended: asyncio.Event) -> None:
    """200 articles a second, ten posts a second, one of twenty lines each; one article a second is withdrawn."""
    stream, due, posts = arriving(seen, 10), time.monotonic(), 0
    old = sorted(seen.newest)[::97]
    while not ended.is_set():
        try:
            await post(client, seen, list({one["id"]: one for one in islice(stream, _A_POST)}.values()))
            if posts % 10 == 0 and old:
                article_id = old.pop()
                gone = await client.delete(f"/v1/articles/{article_id.replace(':', '%3A')}")
                seen.failed += [] if gone.status_code == 202 else [f"withdrawal: {gone.status_code}"]
                seen.newest[article_id] = None
                seen.shown.pop(article_id, None)
        except httpx.HTTPError as problem:
            seen.failed.append(f"post: {problem!r}")
        posts += 1
        due += _A_POST / _RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def keep_looking(index: httpx.AsyncClient, seen: Seen, ended: asyncio.Event) -> None:
    """A reader who never may miss what was there, nor see an older version than before."""
    dice = random.Random(6)
    while not ended.is_set():
        looked_at = dice.sample(sorted(seen.shown), min(_LOOKED_AT, len(seen.shown)))
        newest = {"match": {"body": "harbor"}}
        of_them = {"terms": {"id": looked_at}}
        try:
            pages = [await found(index, of_them, len(looked_at)), await found(index, newest, 50)]
        except (httpx.HTTPError, KeyError) as problem:
            seen.failed.append(f"search: {problem!r}")
            continue
        seen.searches += 2
        still = [one for one in looked_at if one in seen.shown]
        seen.gone += [one for one in still if pages[0].get(one, -1) < seen.shown[one]]
        for article_id, version in {**pages[0], **pages[1]}.items():
            if seen.newest.get(article_id) is not None:
                seen.shown[article_id] = max(version, seen.shown.get(article_id, 0))
        await asyncio.sleep(0.02)


async def found(index: httpx.AsyncClient, query: dict[str, Any], size: int) -> dict[str, int]:
    body = {"query": query, "size": size, "_source": ["version"], "sort": [{"accepted_at": "desc"}]}
    answer = await index.post(f"/{_INDEX}/_search", json=body)
    hits = answer.raise_for_status().json()["hits"]["hits"]
    return {hit["_id"]: hit["_source"]["version"] for hit in hits}


async def whole(index: httpx.AsyncClient, seen: Seen) -> tuple[int, int]:
    """How many articles are lost, and how many stale, once all is indexed; waits for that five minutes at most."""
    until = time.monotonic() + _WITHIN
    while True:
        there: dict[str, int] = {}
        after: list[Any] = []
        while page := await next_page(index, after):
            there |= {hit["_id"]: hit["_source"]["version"] for hit in page}
            after = page[-1]["sort"]
        wanted = {one: version for one, version in seen.newest.items() if version is not None}
        lost = len(wanted.keys() - there.keys()) + len(there.keys() - wanted.keys())
        stale = sum(there[one] < version for one, version in wanted.items() if one in there)
        if not (lost or stale) or time.monotonic() > until:
            return lost, stale
        await asyncio.sleep(0.5)


async def next_page(index: httpx.AsyncClient, after: list[Any]) -> list[dict[str, Any]]:
    body = {
        "size": 10_000,
        "_source": ["version"],
        "sort": [{"id": "asc"}],
        **({"search_after": after} if after else {}),
    }
    hits: list[dict[str, Any]] = (await index.post(f"/{_INDEX}/_search", json=body)).json()["hits"]["hits"]
    return hits


async def run(stack: Stack) -> int:
    """Fills, reindexes under load, compares; prints what came of it."""
    seen, ended = Seen(), asyncio.Event()
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    async with (
        httpx.AsyncClient(base_url=stack.ingest_url, headers=headers, timeout=60, trust_env=False) as client,
        httpx.AsyncClient(base_url=stack.opensearch_url, timeout=60, trust_env=False) as index,
    ):
        print(f"filling with {_ARTICLES:,} articles", flush=True)
        first = ({**one, "version": 1} for one in articles(_ARTICLES, seed=3))
        while lines := list(islice(first, 1000)):
            await post(client, seen, lines)
        lost, stale = await whole(index, seen)
        seen.shown = dict.fromkeys(islice(seen.newest, 20_000), 1)
        print(f"{_ARTICLES - lost:,} are there; reindexing while {_RATE} a second arrive", flush=True)
        tasks = [
            asyncio.create_task(keep_posting(client, seen, ended)),
            asyncio.create_task(keep_looking(index, seen, ended)),
        ]
        await asyncio.sleep(2)
        before, began = seen.posted, time.monotonic()
        exit_code = await asyncio.to_thread(reindex, stack)
        seconds, rate = time.monotonic() - began, (seen.posted - before) / (time.monotonic() - began)
        await asyncio.sleep(2)
        ended.set()
        await asyncio.gather(*tasks)
        lost, stale = await whole(index, seen)
    for line in [*seen.failed[:3], *[f"gone or older for a moment: {one}" for one in seen.gone[:3]]]:
        print(line)
    missed = exit_code or lost or stale or seen.failed or seen.gone or rate < 0.9 * _RATE
    print(
        f"reindex: {'MISSED' if missed else 'met'}: {_ARTICLES:,} articles in {seconds:.1f} s while {rate:.0f} "
        f"a second arrived and {seen.searches:,} searches looked on: {lost} lost, {stale} stale, "
        f"{len(seen.gone)} gone for a moment, {len(seen.failed)} requests failed"
    )
    return int(bool(missed))


def reindex(stack: Stack) -> int:
    """Runs the command as an operator does; its exit code."""
    servers = {"WIREDESK_REDIS_URL": stack.redis_url, "WIREDESK_OPENSEARCH_URL": stack.opensearch_url}
    command = [sys.executable, "-c", "from services.cli import app; app()", "reindex"]
    return subprocess.run(command, env={**os.environ, **servers}, check=False, timeout=600).returncode


def main() -> int:
    """Starts the servers and the services, and ends them."""
    with embedded.scratch_directory() as directory:
        stack = build_stack(Wanted(Path(directory), embedded_only=True), None)
        try:
            stack.start()
            if not wait_until_ready(stack):
                print("reindex: MISSED: the servers did not get ready")
                return 1
            return asyncio.run(run(stack))
        finally:
            stack.stop()


if __name__ == "__main__":
    sys.exit(main())
