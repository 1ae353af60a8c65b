"""A full stream of different articles as ingest puts them there, and how long indexers take to empty it."""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain, islice
from typing import Any

import redis

from benchmarks.articles import articles
from benchmarks.processes import DONE_SECONDS, until
from schemas.events import encode, published
from schemas.streams import ARTICLES_STREAM, EVENT_FIELD, INDEXER_GROUP
from schemas.submission import Submission
from services.index.names import IndexNames
from services.indexer.decide import Put, decide
from services.indexer.flow import items_of
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.ingest.order import microseconds
from services.vocabulary.gazetteer import load

IN_A_BULK = 500
_A_SEED, _PROCESSES = 1000, 2
_MOST_TEXT = 1_000_000
_AT_ONCE = 500
_NEVER = "18446744073709551614-0"
"""A group that stands there is given nothing."""


def events(count: int, median_bytes: int = 2000) -> list[bytes]:
    """So many events of different articles, normalized as ingest does it; half have over `median_bytes` of body."""
    seeds = range(1, -(-count // _A_SEED) + 1)
    with ProcessPoolExecutor(_PROCESSES) as pool:
        made = pool.map(partial(_events_of, median_bytes=median_bytes), seeds)
        return list(chain.from_iterable(made))[:count]


def _events_of(seed: int, median_bytes: int) -> list[bytes]:
    posted = (Submission.model_validate(one) for one in articles(_A_SEED, seed, median_bytes))
    drafts = [normalize(one, "quay", _tables(), _MOST_TEXT) for one in posted]
    now = datetime.now(UTC)
    return [encode(published(draft.article(microseconds(now), now))) for draft in drafts]


@cache
def _tables() -> Tables:
    return Tables(load(), LanguageReader())


def puts(events: Sequence[bytes]) -> list[Put]:
    """What the indexer decides on these events. Raises RuntimeError where one would not be indexed."""
    now = datetime.now(UTC)
    decided = [decide(one, now) for one in events]
    kept = [one for one in decided if isinstance(one, Put) and not one.held]
    if len(kept) != len(decided):
        raise RuntimeError("an article of the benchmark is not indexed")
    return kept


def bulks(events: Sequence[bytes], names: IndexNames, in_a_bulk: int = IN_A_BULK) -> list[bytes]:
    """Bodies of `_bulk` with the very actions that the indexer sends for these events."""
    lines = [b"".join(part for item in items_of(put, names) for part in item.lines()) for put in puts(events)]
    return [b"".join(lines[at : at + in_a_bulk]) for at in range(0, len(lines), in_a_bulk)]


class FullStream:
    """A stream of this Redis, whose one group is given entries when it is told to, and as often."""

    def __init__(
        self, server: "redis.Redis", name: str = ARTICLES_STREAM, group: str = INDEXER_GROUP, field: str = EVENT_FIELD
    ) -> None:
        self._server = server
        self._name, self._group, self._field = name, group, field
        self._begin, self._before = "0", 0

    def hold(self, again: bool = False) -> None:
        """Gives the group nothing from now on; `drained` gives it what is added after this, or all of it `again`."""
        if not self._server.exists(self._name):
            self._server.xgroup_create(self._name, self._group, id=_NEVER, mkstream=True)
        stream = self._server.xinfo_stream(self._name)
        end = (stream["last-generated-id"], stream["entries-added"])
        self._begin, self._before = ("0", 0) if again else end
        self._server.xgroup_setid(self._name, self._group, _NEVER)

    def add(self, bodies: Iterable[bytes]) -> None:
        """Puts them at the end, each into the one field of an entry."""
        waiting = iter(bodies)
        while some := list(islice(waiting, _AT_ONCE)):
            with self._server.pipeline(transaction=False) as pipeline:
                for one in some:
                    pipeline.xadd(self._name, {self._field: one})
                pipeline.execute()

    def drained(self, seconds: float = DONE_SECONDS) -> float:
        """Seconds until those who read it, who are there and wait, have acknowledged what they are given now."""
        began = time.monotonic()
        self.release()
        until(self.is_empty, seconds, pause=0.02)
        return time.monotonic() - began

    def release(self) -> None:
        """Gives the group what it was held from."""
        self._server.xgroup_setid(self._name, self._group, self._begin, entries_read=self._before)

    def waiting(self) -> int:
        """Entries that the group has not been given."""
        return int(self._told()["lag"])

    def done(self) -> int:
        """Entries acknowledged since `hold`."""
        told = self._told()
        return int(told["entries-read"]) - self._before - int(told["pending"])

    def is_empty(self) -> bool:
        """Whether the group is done with all."""
        told = self._told()
        return bool(told["lag"] == 0 and told["pending"] == 0)

    def _told(self) -> dict[str, Any]:
        (group,) = self._server.xinfo_groups(self._name)
        return dict(group)
