"""One bulk's way: take entries, decide each, store, hand over to be settled."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from time import time_ns

from schemas.reasons import Reason
from schemas.versions import version_id
from services.index.names import IndexNames
from services.indexer.brake import Brake
from services.indexer.decide import Bury, Dead, Put
from services.indexer.intake import Entry, Intake
from services.indexer.settle import Settled, Settler, dead_letter
from services.indexer.store import Item, Store
from services.indexer.suspects import Suspects
from services.indexer.verdicts import Answer, Meaning
from services.tracing import OFF, Span, Traces

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
        items: list[Item] = []
        for (_, decision), span in zip(decided, spans, strict=True):
            items.extend(self._items(decision, span))
        answers = iter(await self.store.write(items))
        return [
            replace(self._settled(entry, decision, answers), version=decision.origin.version, span=span)
            for (entry, decision), span in zip(decided, spans, strict=True)
        ]

    def _items(self, decision: Put | Bury | Dead, span: Span) -> list[Item]:
        match decision:
            case Put(id=article_id, revision=revision, document=document, held=held):
                return [
                    Item(self.names.held if held else self.names.write, article_id, revision, document, span),
                    self._version(decision, span),
                ]
            case Bury(id=article_id, revision=revision, document=document):
                return [
                    Item(self.names.write, article_id, revision, document, span),
                    self._version(decision, span),
                    Item(self.names.held, article_id, revision, None, span),
                ]
            case Dead():
                return []

    def _version(self, decision: Put | Bury, span: Span) -> Item:
        """What stays of this version when newer ones have come; it is written even where it comes too late.

        Of a canary nothing stays: its item deletes what was never there.
        """
        name, revision = version_id(decision.id, decision.revision), decision.revision
        return Item(self.names.versions, name, revision, decision.entry, span)

    @staticmethod
    def _settled(entry: Entry, decision: Put | Bury | Dead, answers: Iterator[Answer]) -> Settled:
        if isinstance(decision, Dead):
            return dead_letter(entry, decision.reason, decision.detail, decision.id, decision.revision)
        first, version = next(answers), next(answers)
        if version.meaning is Meaning.DEAD:
            log.error("a version is missing from the history", extra={"id": decision.id, "cause": version.cause})
        if isinstance(decision, Bury):
            next(answers)  # whether anything of it waited makes no difference
        named = (decision.id, decision.revision, first.attempts)
        if first.meaning is Meaning.DEAD:
            return dead_letter(entry, Reason.REFUSED_BY_INDEX, first.cause, *named)
        if first.meaning is Meaning.SUPERSEDED:
            return Settled(entry.entry_id, "superseded", *named)
        if isinstance(decision, Bury):
            return Settled(entry.entry_id, "withdrawn", *named, change=decision.change)
        if decision.held:
            return Settled(entry.entry_id, "held", *named)
        return Settled(entry.entry_id, "indexed", *named, change=decision.change)
