"""`make test-restore`: back up, destroy, restore, compare every document and key; then the archive alone.

Everything runs as `wiredesk up` runs it. Three empty stacks are filled one after the other: from a backup of a stack
that rests, from one taken while articles arrived, and from the archive. What is there is read here without the code
that is tried. The last line sums up; the exit code is 1 where anything is missing, stale or different.
"""

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import orjson
import redis

from benchmarks.articles import articles, page
from services import embedded
from services.cli.stack import Stack, Wanted, build_stack
from services.cli.up import wait_until_ready

_ARTICLES = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
_WITHDRAWN, _HELD, _WAITING, _POISON = 100, 20, 50, 5
_RATE, _A_POST = 200, 20
_WITHIN = 120.0
_LINES = {"Content-Type": "application/x-ndjson"}
_INDICES = ("articles-write", "articles-held", "article-versions", "alerts")
_OF_THE_MOMENT = ("indexed_at",)
Documents = dict[str, dict[str, Any]]

_FEED = """<rss version="2.0"><channel><title>Quay</title><link>https://quay.example/</link><description>x</description>
%s</channel></rss>"""
_ITEM = """<item><guid isPermaLink="false">feed-%d</guid><title>Berth %d is dredged</title>
<description>The harbor master of berth %d said that dredging ends on day %d, weather permitting.</description>
<link>https://quay.example/berths/%d</link></item>"""


@dataclass(slots=True)
class Posted:
    """What was answered with 202, by article: its newest version, None when withdrawn. `failed` are other answers."""

    newest: dict[str, int | None] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a stack holds: documents by index and id, keys of Redis by name."""

    documents: Documents
    keys: dict[str, Any]


def publisher_of(stack: Stack) -> httpx.Client:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    return httpx.Client(base_url=stack.ingest_url, headers=headers, timeout=60, trust_env=False)


def post(client: httpx.Client, posted: Posted, lines: list[dict[str, Any]]) -> None:
    answer = client.post("/v1/articles/batch", content=b"\n".join(map(orjson.dumps, lines)), headers=_LINES)
    told = [orjson.loads(line) for line in answer.content.splitlines()] if answer.status_code < 300 else []
    if [one.get("status") for one in told] != ["accepted"] * len(lines):
        posted.failed.append(f"batch: {answer.status_code} {answer.text[:200]}")
    for line in lines:
        posted.newest[f"local:{line['id']}"] = line["version"]


def fill(stack: Stack, posted: Posted) -> None:
    """Articles by batch and alone, in several formats, with corrections, withdrawals and embargoes."""
    dice = random.Random(4)
    with publisher_of(stack) as client:
        first = ({**one, "version": 1} for one in articles(_ARTICLES, seed=3))
        while lines := list(islice(first, 500)):
            post(client, posted, lines)
        again = ({**one, "version": 2} for one in articles(_ARTICLES // 3, seed=3))
        post(client, posted, [{**one, "title": f"{one['title']}, corrected"} for one in again])
        post(
            client,
            posted,
            [
                {**one, "id": f"held-{one['id']}", "url": None, "version": 1, "embargoed_until": "2099-01-01T00:00:00Z"}
                for one in articles(_HELD, seed=8)
            ],
        )
        for kind, content in (
            ("application/rss+xml", _FEED % "".join(_ITEM % ((number,) * 5) for number in range(10))),
            ("text/html", page(dice, 60_000).replace(b"quay.example/news/page", b"quay.example/own-page")),
            ("application/json", orjson.dumps({"url": "https://quay.example/free", "title": "Free", "body": "Tin."})),
        ):
            answer = client.post("/v1/articles", content=content, headers={"Content-Type": kind})
            posted.failed += [] if answer.status_code == 202 else [f"{kind}: {answer.text[:200]}"]
        for article_id in list(posted.newest)[:_WITHDRAWN]:
            gone = client.delete(f"/v1/articles/{article_id.replace(':', '%3A')}")
            posted.failed += [] if gone.status_code == 202 else [f"withdrawal: {gone.status_code}"]
            posted.newest[article_id] = None


@contextmanager
def arriving(stack: Stack, posted: Posted) -> Iterator[None]:
    """200 articles a second, as long as the context lasts: new ones, and corrections of old ones."""
    ended = threading.Event()

    def keep_posting() -> None:
        dice, fresh = random.Random(5), articles(1_000_000, seed=11)
        known = sorted(one for one, version in posted.newest.items() if version is not None and "held" not in one)
        with publisher_of(stack) as client:
            for number in range(10, 10**9):
                due = time.monotonic() + _A_POST / _RATE
                lines = [{**one, "version": number} for one in islice(fresh, _A_POST // 2)]
                old = dice.sample(known, _A_POST // 2)
                lines += [
                    {**line, "id": one.removeprefix("local:"), "url": f"https://quay.example/{one}"}
                    for line, one in zip([dict(one) for one in lines], old, strict=True)
                ]
                post(client, posted, lines)
                if ended.wait(max(0.0, due - time.monotonic())):
                    return

    poster = threading.Thread(target=keep_posting)
    poster.start()
    try:
        yield
    finally:
        ended.set()
        poster.join()


def command(stack: Stack, *words: str) -> tuple[int, str]:
    """Runs a command as an operator does: its exit code, and what it said."""
    environment = {
        "WIREDESK_REDIS_URL": stack.redis_url,
        "WIREDESK_OPENSEARCH_URL": stack.opensearch_url,
        "WIREDESK_INGEST_URL": stack.ingest_url,
        "WIREDESK_PUBLISHERS_FILE": stack.publishers_file,
        "WIREDESK_FEEDS_FILE": stack.feeds_file,
        "WIREDESK_API_KEY": stack.api_key,
    }
    run = subprocess.run(
        [sys.executable, "-c", "from services.cli import app; app()", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    return run.returncode, (run.stdout + run.stderr).strip()


def everything(stack: Stack) -> Found:
    documents: Documents = {}
    with httpx.Client(base_url=stack.opensearch_url, timeout=60, trust_env=False) as index:
        for alias in _INDICES:
            index.post(f"/{alias}/_refresh")
            documents |= {f"{alias} {hit['_id']}": hit for hit in hits(index, alias)}
    with redis.Redis.from_url(stack.redis_url) as client:
        names = sorted(client.scan_iter(count=1000))
        return Found(documents, {name.decode("latin-1"): key(client, name) for name in names})


def hits(index: httpx.Client, alias: str) -> Iterator[dict[str, Any]]:
    answer = index.post(f"/{alias}/_search?scroll=1m&version=true", json={"size": 1000})
    while found := answer.raise_for_status().json()["hits"]["hits"]:
        yield from ({"_id": hit["_id"], "_version": hit["_version"], **hit["_source"]} for hit in found)
        answer = index.post("/_search/scroll", json={"scroll": "1m", "scroll_id": answer.json()["_scroll_id"]})


def key(client: Any, name: bytes) -> Any:
    """A key as it is, with the instant when it expires; a stream with its groups, and what is pending."""
    match client.type(name):
        case b"stream":
            info = client.xinfo_stream(name)
            groups = [
                (one["name"], one["last-delivered-id"], one["entries-read"], one["lag"], _pending(client, name, one))
                for one in client.xinfo_groups(name)
            ]
            told = [info[field] for field in ("length", "last-generated-id", "entries-added", "max-deleted-entry-id")]
            return "stream", client.xrange(name), told, groups
        case b"hash":
            value: Any = client.hgetall(name)
        case b"zset":
            value = client.zrange(name, 0, -1, withscores=True)
        case b"list":
            value = client.lrange(name, 0, -1)
        case _:
            value = client.get(name)
    return client.execute_command("PEXPIRETIME", name), value


def _pending(client: Any, name: bytes, group: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = client.xpending_range(name, group["name"], "-", "+", 10_000)
    return [(one["message_id"], one["consumer"], one["times_delivered"]) for one in found]


def unlike(before: Found, after: Found) -> list[str]:
    """Documents and keys that are not the same; what has expired in between is no loss."""
    now_ms = time.time() * 1000
    told = [
        one
        for one in before.documents.keys() | after.documents.keys()
        if before.documents.get(one) != after.documents.get(one)
    ]
    for name in before.keys.keys() | after.keys.keys():
        was = before.keys.get(name)
        has_expired = was is not None and was[0] != "stream" and 0 < was[0] < now_ms
        if not has_expired and was != after.keys.get(name):
            told.append(name)
    return sorted(told)


def unlike_texts(before: Documents, after: Documents) -> tuple[list[str], dict[str, int]]:
    """Documents that are missing, too many or different, but for when they were indexed; and in which fields."""
    fields: dict[str, int] = {}
    told = []
    for one in sorted(before.keys() | after.keys()):
        was, now = before.get(one), after.get(one)
        if was is None or now is None:
            told.append(f"{one} is {'new' if was is None else 'missing'}")
            continue
        wrong = [
            name for name in was.keys() | now.keys() if name not in _OF_THE_MOMENT and was.get(name) != now.get(name)
        ]
        for name in wrong:
            fields[name] = fields.get(name, 0) + 1
        told += [f"{one} differs in {', '.join(wrong)}"] if wrong else []
    return told, fields


def settled(stack: Stack) -> bool:
    """Returns when every entry is acknowledged; whether that came in time."""
    until = time.monotonic() + _WITHIN
    with redis.Redis.from_url(stack.redis_url) as client:
        while time.monotonic() < until:
            groups: Any = client.xinfo_groups("articles") if client.exists("articles") else []
            if groups and all(not one["pending"] and not one["lag"] for one in groups if one["name"] == b"indexer"):
                return True
            time.sleep(0.1)
    return False


def lost(posted: dict[str, int | None], found: Found) -> list[str]:
    """What was accepted and is not there at this version or a newer one; a withdrawn one that stands."""
    told = []
    for article_id, version in posted.items():
        there = found.documents.get(f"articles-write {article_id}") or found.documents.get(
            f"articles-held {article_id}"
        )
        if there is None or (version is not None and there["version"] < version):
            told.append(f"{article_id} is {'missing' if there is None else 'stale'}")
        elif version is None and there["status"] != "withdrawn":
            told.append(f"{article_id} stands again")
    for name, state in found.keys.items():
        if name.startswith("article:") and b"revision" in state[1]:
            article_id, revision = name.removeprefix("article:"), int(state[1][b"revision"])
            if f"article-versions {article_id}@{revision}" not in found.documents:
                told.append(f"{name} knows {revision}, which is nowhere")
    return told


@contextmanager
def stack_in(directory: Path) -> Iterator[Stack]:
    """A stack, not started, whose data is destroyed at the end."""
    stack = build_stack(Wanted(directory, embedded_only=True, service_logs=False), None)
    try:
        yield stack
    finally:
        stack.stop()
        for port in stack.ports:
            port.lock.release()
        shutil.rmtree(directory)


def start_servers(stack: Stack) -> None:
    for child in stack.servers:
        child.start()
    until = time.monotonic() + _WITHIN
    while time.monotonic() < until:
        try:
            httpx.get(f"{stack.opensearch_url}/_cluster/health", timeout=2, trust_env=False).raise_for_status()
            with redis.Redis.from_url(stack.redis_url) as client:
                client.ping()
            return
        except (httpx.HTTPError, redis.RedisError):
            time.sleep(0.2)
    raise TimeoutError("the servers did not get ready")


def start_services(stack: Stack) -> None:
    for child in stack.services:
        child.start()
    if not wait_until_ready(stack):
        raise TimeoutError("the services did not get ready")


def stop_services(stack: Stack, *names: str) -> None:
    for child in stack.services:
        if child.name in names and child.process:
            child.process.terminate()
            child.wait(time.monotonic() + 20)


@dataclass(slots=True)
class Verdict:
    """What was tried, and what of it went wrong."""

    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def _seconds(self) -> str:
        return f"{time.monotonic() - self.began:4.0f} s "

    def note(self, what: str, wrong: list[str]) -> None:
        self.told.append(what)
        self.wrong += wrong
        print(f"{self._seconds()} {what}: {len(wrong)} wrong", flush=True)
        for one in wrong[:5]:
            print(f"    {one[:300]}", flush=True)

    def did(self, what: str, ended: tuple[int, str]) -> None:
        code, said = ended
        print(f"{self._seconds()} {what}: {said.splitlines()[-1] if said else ''}", flush=True)
        self.wrong += [] if code == 0 else [f"{what}: {said}"]


@dataclass(frozen=True, slots=True)
class Before:
    """The stack that is destroyed: what it held, and what was posted to it before either backup began."""

    found: Found
    before_load: dict[str, int | None]
    posted: dict[str, int | None]


def destroyed(scratch: Path, verdict: Verdict) -> Before:
    """Fills a stack, backs it up while articles arrive and again while it rests, and destroys it."""
    posted = Posted()
    with stack_in(scratch / "one") as stack:
        start_servers(stack)
        start_services(stack)
        verdict.did("an alert", command(stack, "alerts", "add", "harbor", "--stream", "told-of-harbor"))
        fill(stack, posted)
        with redis.Redis.from_url(stack.redis_url) as client:
            for number in range(_POISON):
                client.xadd("articles", {"__data__": b"\xff no event %d" % number})
        print(f"{len(posted.newest):,} articles are there; a backup while {_RATE} a second arrive", flush=True)
        with arriving(stack, posted):
            time.sleep(2)
            before_load = dict(posted.newest)
            verdict.did("backup under load", command(stack, "backup", str(scratch / "loaded")))
        stop_services(stack, "indexer", "alerts", "search")
        with publisher_of(stack) as publisher:
            post(publisher, posted, [{**one, "version": 1} for one in articles(_WAITING, seed=21)])
        verdict.note("requests", posted.failed)
        stop_services(stack, "ingest")
        verdict.did("backup at rest", command(stack, "backup", str(scratch / "resting")))
        found = everything(stack)
    print(f"destroyed: {len(found.documents):,} documents and {len(found.keys):,} keys", flush=True)
    return Before(found, before_load, posted.newest)


def from_rest(scratch: Path, before: Before, verdict: Verdict) -> Found:
    """Everything as it was; then what waited is indexed. What is there in the end."""
    was = before.found
    with stack_in(scratch / "two") as stack:
        start_servers(stack)
        verdict.did("restore", command(stack, "restore", str(scratch / "resting")))
        verdict.note(f"{len(was.documents):,} documents and {len(was.keys):,} keys", unlike(was, everything(stack)))
        start_services(stack)
        verdict.note("settling", [] if settled(stack) else ["the indexer did not get done"])
        found = everything(stack)
    verdict.note(f"{len(before.posted):,} articles after it", lost(before.posted, found))
    return found


def from_load(scratch: Path, before: Before, verdict: Verdict) -> None:
    """Nothing is missing that was accepted before, and nothing is taken for known that is not there."""
    with stack_in(scratch / "three") as stack:
        start_servers(stack)
        verdict.did("restore of the backup under load", command(stack, "restore", str(scratch / "loaded")))
        start_services(stack)
        verdict.note("settling", [] if settled(stack) else ["the indexer did not get done"])
        found = everything(stack)
    came = len(before.posted) - len(before.before_load) - _WAITING
    told = f"{len(before.before_load):,} articles accepted before a backup during which {came:,} new ones came"
    verdict.note(told, lost(before.before_load, found))


def from_archive(scratch: Path, wanted: Documents, verdict: Verdict) -> None:
    """The same documents, but for those of alerts, and but for when they were indexed."""
    with stack_in(scratch / "four") as stack:
        start_servers(stack)
        start_services(stack)
        verdict.did("replay of the archive", command(stack, "replay", str(scratch / "archive")))
        verdict.note("settling", [] if settled(stack) else ["the indexer did not get done"])
        found = everything(stack)
        told, fields = unlike_texts(wanted, found.documents)
        print(f"    fields that differ: {fields}", flush=True)
        verdict.note(f"{len(wanted):,} documents out of the archive alone", told)
        verdict.did("replay once more", command(stack, "replay", str(scratch / "archive")))
        verdict.note("settling", [] if settled(stack) else ["the indexer did not get done"])
        verdict.note("what it changed", unlike_texts(found.documents, everything(stack).documents)[0])


def run(scratch: Path, verdict: Verdict) -> None:
    """The whole of it."""
    os.environ["WIREDESK_ARCHIVE"] = str(scratch / "archive")
    before = destroyed(scratch, verdict)
    del os.environ["WIREDESK_ARCHIVE"]
    final = from_rest(scratch, before, verdict)
    from_load(scratch, before, verdict)
    wanted = {name: one for name, one in final.documents.items() if not name.startswith("alerts ")}
    from_archive(scratch, wanted, verdict)


def main() -> int:
    """Runs it in a scratch directory."""
    verdict = Verdict()
    with embedded.scratch_directory() as scratch:
        try:
            run(scratch, verdict)
        except (TimeoutError, httpx.HTTPError, redis.RedisError) as problem:
            verdict.wrong.append(f"{problem!r}")
    for one in verdict.wrong[:10]:
        print(one[:1000])
    met = "MISSED" if verdict.wrong else "met"
    parts = "; ".join(one for one in verdict.told if one[0].isdigit())
    print(f"restore: {met}: {parts}; {len(verdict.wrong)} wrong, in {time.monotonic() - verdict.began:.0f} s")
    return int(bool(verdict.wrong))


if __name__ == "__main__":
    sys.exit(main())
