"""One bulk's way: take entries, decide each, store, hand over to be settled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from time import time_ns
from typing import Any

from schemas.outcome import Status
from schemas.reasons import Reason
from schemas.versions import version_id
from services.index.names import IndexNames
from services.indexer.brake import Brake
from services.indexer.decide import Bury, Dead, Decision, Put
from services.indexer.intake import Entry, Intake
from services.indexer.settle import Settler
from services.indexer.settled import Settled, dead_letter
from services.indexer.store import Item, Store
from services.indexer.suspects import Suspects
from services.indexer.verdicts import Answer, Meaning
from services.tracing import NO_SPAN, OFF, Span, Traces

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Flow:
    """What every worker shares. `now` is the clock."""

    intake: Intake
    suspects: Suspects
    brake: Brake
    store: Store
    settler: Settler
    names: IndexNames
    bulk_items: int
    bulk_bytes: int
    now: Callable[[], datetime]
    traces: Traces = OFF
    keep_versions: bool = True

    async def work(self) -> None:
        """Handles bulk after bulk until the intake is closed and empty, or it ends with the brake on."""
        while await self.brake.is_free() and (entries := await self.intake.take(self.bulk_items, self.bulk_bytes)):
            settled = await self.handle(entries)
            self.settler.collect(settled)
            self.brake.note(one.reason is not None for one in settled)

    async def handle(self, entries: list[Entry]) -> list[Settled]:
        """The end of each entry's way, after the index has given its verdict."""
        now, since = self.now(), time_ns()
        decided = list(zip(entries, await self.suspects.decide_all(entries, now), strict=True))
        spans = [self.traces.processing(entry.entry_id, one.origin.traceparent, since) for entry, one in decided]
        made = [
            items_of(decision, self.names, span, self.keep_versions)
            for (_, decision), span in zip(decided, spans, strict=True)
        ]
        answers = iter(await self.store.write(list(chain.from_iterable(made))))
        return [
            self._settled(entry, decision, span, list(islice(answers, len(items))))
            for (entry, decision), span, items in zip(decided, spans, made, strict=True)
        ]

    def _settled(self, entry: Entry, decision: Decision, span: Span, answers: list[Answer]) -> Settled:
        told: Any = {"version": decision.origin.version, "span": span}
        if isinstance(decision, Dead):
            return dead_letter(entry, decision.reason, decision.detail, decision.id, decision.revision, **told)
        first, *others = answers
        if self.keep_versions and others and others[0].meaning is Meaning.DEAD:
            log.error("a version is missing from the history", extra={"id": decision.id, "cause": others[0].cause})
        named = (decision.id, decision.revision)
        if first.meaning is Meaning.DEAD:
            return dead_letter(entry, Reason.REFUSED_BY_INDEX, first.cause, *named, first.attempts, **told)
        status = _status(decision, first)
        change = decision.change if status in ("indexed", "withdrawn") else None
        return Settled(entry.entry_id, status, *named, first.attempts, change=change, **told)


def _status(decision: Put | Bury, answer: Answer) -> Status:
    """What an answer that is no refusal means for the entry."""
    if answer.meaning is Meaning.SUPERSEDED:
        return "superseded"
    if isinstance(decision, Bury):
        return "withdrawn"
    return "held" if decision.held else "indexed"


def items_of(decision: Decision, names: IndexNames, span: Span = NO_SPAN, keep_versions: bool = True) -> list[Item]:
    """What is sent to the index for a decision: the document, its version, and of a tombstone what must not wait.

    The version stays when newer ones have come; it is written even where it comes too late.
    """
    if isinstance(decision, Dead):
        return []
    article_id, revision, document, entry = decision.id, decision.revision, decision.document, decision.entry
    is_held = isinstance(decision, Put) and decision.held
    items = [Item(names.held if is_held else names.write, article_id, revision, document, span)]
    if keep_versions and entry is not None:
        items.append(Item(names.versions, version_id(article_id, revision), revision, entry, span))
    if isinstance(decision, Bury):
        items.append(Item(names.held, article_id, revision, None, span))
    return items
