"""What does normalizing cost: CPU of a 2 KB article (0.4 ms) and a 100 KB page (15 ms), the event loop held (20 ms)?"""

import asyncio
import gc
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import TypeVar

from anyio import CapacityLimiter

from benchmarks.articles import article, body, page
from schemas.submission import Submission
from services.ingest.cleaning import CLEANING
from services.ingest.draft import Draft
from services.ingest.formats.page_html import read_page_html
from services.ingest.language import LanguageReader
from services.ingest.normalize import UNDERSTANDING, Tables, begin, normalize
from services.ingest.read import Given, read_items
from services.ingest.readers import Readers
from services.ingest.receive import content_type
from services.vocabulary.gazetteer import load

_ARTICLES, _PAGES = 3000, 60
_ASKED_BYTES = 1870
"""The last paragraph is always finished, so this gives 2,048 on average."""
_LIMITS = {"CPU of a 2 KB article": 0.4, "CPU of a 100 KB page": 15.0, "the event loop held": 20.0}
_MOST_TEXT = 1_000_000
T = TypeVar("T")


def milliseconds(work: Callable[[T], object], on: Sequence[T]) -> list[float]:
    """CPU milliseconds that the work takes on each of these."""
    costs = []
    for one in on:
        started = time.process_time_ns()
        work(one)
        costs.append((time.process_time_ns() - started) / 1e6)
    return costs


def article_costs(tables: Tables) -> tuple[float, dict[str, float]]:
    """CPU milliseconds of normalizing an article, and of each of its steps by itself, on average."""
    random = Random(7)
    posted = [Submission.model_validate(article(random, str(n), _ASKED_BYTES)) for n in range(_ARTICLES)]
    print(f"articles of {statistics.mean(len(one.body.encode()) for one in posted):,.0f} bytes on average")
    started = time.process_time_ns()
    for one in posted:
        normalize(one, "quay", tables, _MOST_TEXT)
    whole = (time.process_time_ns() - started) / 1e6 / _ARTICLES
    drafts = [begin(one, "quay", True) for one in posted]
    steps = {}
    for cleaning in CLEANING:
        steps[cleaning.__name__] = sum(milliseconds(cleaning, drafts)) / _ARTICLES
    for understanding in UNDERSTANDING:
        with_tables = partial(_understand, understanding, tables)
        steps[understanding.__name__] = sum(milliseconds(with_tables, drafts)) / _ARTICLES
    return whole, steps


def _understand(step: Callable[[Draft, Tables], None], tables: Tables, draft: Draft) -> None:
    step(draft, tables)


def page_costs(tables: Tables) -> tuple[float, dict[str, float]]:
    """CPU milliseconds of reading and normalizing a page, and of the parts of it; medians."""
    random = Random(7)
    html, given = content_type("text/html; charset=utf-8"), Given({}, datetime.now(UTC))
    pages = [page(random, 100_000) for _ in range(_PAGES)]
    readings = [read_items(html, one, given) for one in pages]
    contents = [reading.items[0].content for reading in readings]
    submissions = [content for content in contents if isinstance(content, Submission)]
    reading = statistics.median(milliseconds(lambda one: read_items(html, one, given), pages))
    extracting = statistics.median(milliseconds(lambda one: read_page_html(one, "utf-8"), pages))
    normalizing = statistics.median(milliseconds(lambda one: normalize(one, "quay", tables, _MOST_TEXT), submissions))
    parts = {"read_page_html": extracting, "check": reading - extracting, "normalize": normalizing}
    return reading + normalizing, parts


async def longest_hold(tables: Tables) -> dict[str, float]:
    """Milliseconds for which one article keeps everything else in the process waiting, at most, by its kind."""
    random = Random(7)
    now, text = datetime.now(UTC), body(random, 900_000)
    bodies = {
        "3 MB page": ("text/html; charset=utf-8", page(random, 2_900_000)),
        "100 KB page": ("text/html; charset=utf-8", page(random, 100_000)),
        "50 KB page": ("text/html; charset=utf-8", page(random, 50_000)),
        "900 KB of JSON": ("application/json", json.dumps({"title": "Long", "body": text}).encode()),
        "900 KB of text": ("text/plain; charset=utf-8", text.encode()),
        "20 KB of JSON": ("application/json", json.dumps({"title": "Long", "body": body(random, 19_000)}).encode()),
    }
    with ThreadPoolExecutor(2) as threads:
        readers = Readers(threads, CapacityLimiter(1))

        async def take(kind: str, content: bytes) -> None:
            reading = await readers.read(content_type(kind), content, Given({}, now))
            posted = reading.items[0].content
            assert isinstance(posted, Submission)
            await readers.aside(len(posted.body), lambda: normalize(posted, "quay", tables, _MOST_TEXT))

        await take(*bodies["100 KB page"])
        return {name: min([await _held(take(*one)) for _ in range(3)]) for name, one in bodies.items()}


async def _held(work: Coroutine[object, object, None]) -> float:
    """The longest time, in milliseconds, that a task which asks for every turn had to wait for one during the work."""
    task = asyncio.create_task(work)
    longest, before = 0.0, time.perf_counter()
    while not task.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    await task
    return longest * 1000


def report(what: str, whole: float, parts: dict[str, float]) -> bool:
    """Prints one table; whether it is within its limit."""
    limit = _LIMITS[what]
    print(f"{what}: {whole:.3f} ms, at most {limit} wanted")
    total = sum(parts.values())
    for name, cost in parts.items():
        print(f"  {name:<24}{cost:8.4f} ms {100 * cost / total:5.1f} %")
    return whole <= limit


def main() -> int:
    """1 where a limit is exceeded."""
    tables = Tables(load(), LanguageReader())
    normalize(Submission(title="Warm", body="Warm.", language="en"), "quay", tables, _MOST_TEXT)
    gc.freeze()  # as the service does
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    held = asyncio.run(longest_hold(tables))
    met = {
        "CPU of a 2 KB article": report("CPU of a 2 KB article", *article_costs(tables)),
        "CPU of a 100 KB page": report("CPU of a 100 KB page", *page_costs(tables)),
        "the event loop held": report("the event loop held", max(held.values()), held),
    }
    missed = [what for what, within in met.items() if not within]
    print(f"over the limit: {', '.join(missed)}" if missed else "all within their limits")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
