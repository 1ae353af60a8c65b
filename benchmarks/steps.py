"""What is done for an article on its way, and for a search: each step alone, on articles of natural lengths."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import orjson

from benchmarks.archive import lines
from benchmarks.articles import article, articles, page
from schemas.article import own_cluster
from schemas.events import encode, published
from schemas.outcome import Outcome
from schemas.receipt import Accepted, Links
from schemas.submission import Submission
from services.index.names import IndexNames
from services.indexer.decide import Put, decide
from services.indexer.flow import items_of
from services.indexer.outcomes import Row
from services.indexer.verdicts import of_item
from services.ingest.cleaning import CLEANING
from services.ingest.clusters import first_alike
from services.ingest.draft import Draft
from services.ingest.known import to_state
from services.ingest.language import LanguageReader
from services.ingest.normalize import UNDERSTANDING, Tables, begin
from services.ingest.order import Known, microseconds, place
from services.ingest.read import Given, read_items, read_line
from services.ingest.receive import content_type
from services.ingest.shingles import packed
from services.search.asking import read
from services.search.bodies import first_page
from services.vocabulary.gazetteer import load
from services.vocabulary.names import canonical_tag

_ARTICLES, _PAGES, _PAGE_BYTES, _SEARCHES, _CANDIDATES = 60, 3, 50_000, 60, 8
_NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """A step and what it is done with; `fresh` makes, before each time, what the step may change."""

    name: str
    on: Sequence[Any]
    work: Callable[[Any], object]
    fresh: Callable[[Any], Any] = lambda one: one


def steps() -> list[Step]:
    """All of them, in the order of the way."""
    tables = Tables(load(), LanguageReader())
    posted = [orjson.dumps(one) for one in articles(_ARTICLES, seed=11)]
    given = Given({}, _NOW)
    random, html, text = Random(7), content_type("text/html; charset=utf-8"), content_type("text/plain; charset=utf-8")
    pages = [page(random, _PAGE_BYTES) for _ in range(_PAGES)]
    texts = [_as_copied(random) for _ in range(_PAGES)]
    readings = [*(read_items(html, one, given) for one in pages), *(read_items(text, one, given) for one in texts)]
    items = [*(read_line(one, "", given)[0] for one in posted), *(one.items[0] for one in readings)]
    submissions = [one.content for one in items if isinstance(one.content, Submission)]
    drafts = [begin(one, "quay", True) for one in submissions]
    return [
        Step("read JSON", posted, lambda line: read_line(line, "", given)),
        Step("read a page", pages, lambda body: read_items(html, body, given)),
        Step("begin", submissions, lambda one: begin(one, "quay", True)),
        *_normalizing(drafts, tables),
        *_publishing(drafts),
        *_indexing([_event(draft) for draft in drafts]),
        *_searching(tables),
    ]


def _as_copied(random: Random) -> bytes:
    """The text of a page with what stands around the article."""
    story, teasers = article(random, "page", 3000), [article(random, "teaser", 0)["title"] for _ in range(40)]
    above = ("Menu", "Log in", *teasers[:20], story["title"], f"By {story['authors'][0]}", "November 24, 2026")
    below = ("Most read", *teasers[20:], "© 2026 Quay News. All rights reserved.")
    return "\n".join([*above, story["body"], *below]).encode()


def _normalizing(drafts: Sequence[Draft], tables: Tables) -> Iterator[Step]:
    """The steps of normalize; the drafts are normalized when all of these were made."""
    in_order: list[tuple[str, Callable[[Draft], object]]] = [
        *((one.__name__, one) for one in CLEANING),
        *((one.__name__, partial(_understood, one, tables)) for one in UNDERSTANDING),
    ]
    for name, work in in_order:
        yield Step(name.replace("_", " "), [copy.copy(draft) for draft in drafts], work, copy.copy)
        for draft in drafts:
            work(draft)


def _understood(step: Callable[[Draft, Tables], None], tables: Tables, draft: Draft) -> None:
    step(draft, tables)


def _publishing(drafts: Sequence[Draft]) -> Iterator[Step]:
    now = microseconds(_NOW)
    known = [Known(now, None, one.content_hash, field_hashes=one.field_hashes) for one in drafts]
    kept = [
        number.to_bytes(4) + bytes.fromhex(own_cluster(one.id)) + packed(one.sketch)
        for number, one in enumerate(drafts)
        if one.sketch
    ]
    yield Step("place in the order", drafts, lambda draft: place(draft, None, now))
    yield Step("pack the sketch", [one.sketch for one in drafts if one.sketch], packed)
    yield Step("find the cluster", drafts, lambda draft: first_alike(draft.sketch, kept[:_CANDIDATES], {}))
    yield Step("make the event", drafts, lambda draft: published(draft.article(now, _NOW)))
    yield Step("encode the event", [published(one.article(now, _NOW)) for one in drafts], encode)
    yield Step("keep the state", known, lambda one: to_state(one, now))
    accepted = [
        Accepted(
            id=one.id, version=now, status="accepted", tags=one.tags, links=Links(receipt=f"/v1/articles/{one.id}")
        )
        for one in drafts
    ]
    yield Step("answer", accepted, lambda one: one.model_dump_json(exclude_none=True).encode())


def _event(draft: Draft) -> bytes:
    return encode(published(draft.article(microseconds(_NOW), _NOW)))


def _indexing(events: Sequence[bytes]) -> Iterator[Step]:
    names = IndexNames.with_prefix("")
    puts = [put for one in events if isinstance(put := decide(one, _NOW), Put)]
    outcome = Outcome("indexed", microseconds(_NOW))
    rows = [Row("1795608000000-0", outcome, put.id, put.revision, change=put.change) for put in puts]
    yield Step("decide", events, lambda event: decide(event, _NOW))
    yield Step(
        "build the bulk", puts, lambda put: b"".join(part for item in items_of(put, names) for part in item.lines())
    )
    yield Step("read the verdict", [{"status": 201}] * len(puts), of_item)
    yield Step("write the outcome", rows, Row.arguments)


def _searching(tables: Tables) -> Iterator[Step]:
    gazetteer = tables.gazetteer
    asked = [[("q", line), ("tag", "Japan"), ("from", "2026-01-01")] for line in lines(_SEARCHES)]

    def canonical(label: str) -> str:
        return canonical_tag(label, gazetteer.aliases, gazetteer.shorts)

    yield Step("read a search", asked, lambda one: read(one, canonical))
    yield Step("build the query", [read(one, canonical) for one in asked], lambda one: first_page(*one))
