"""One bulk's way: take entries, decide each, store, hand over to be settled."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

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

    async def work(self) -> None:
        """Handles bulk after bulk until the intake is closed and empty, or it ends with the brake on."""
        while await self.brake.is_free() and (entries := await self.intake.take(self.bulk_items, self.bulk_bytes)):
            settled = await self.handle(entries)
            self.settler.collect(settled)
            self.brake.note(one.reason is not None for one in settled)

    async def handle(self, entries: list[Entry]) -> list[Settled]:
        """The end of each entry's way, after the index has given its verdict."""
        now = self.now()
        decisions = list(zip(entries, await self.suspects.decide_all(entries, now), strict=True))
        items: list[Item] = []
        for _, decision in decisions:
            items.extend(self._items(decision))
        answers = iter(await self.store.write(items))
        return [self._settled(entry, decision, answers) for entry, decision in decisions]

    def _items(self, decision: Put | Bury | Dead) -> list[Item]:
        match decision:
            case Put(id=article_id, revision=revision, document=document, held=held):
                return [
                    Item(self.names.held if held else self.names.write, article_id, revision, document),
                    self._version(decision),
                ]
            case Bury(id=article_id, revision=revision, document=document):
                return [
                    Item(self.names.write, article_id, revision, document),
                    self._version(decision),
                    Item(self.names.held, article_id, revision, None),
                ]
            case Dead():
                return []

    def _version(self, decision: Put | Bury) -> Item:
        """What stays of this version when newer ones have come; it is written even where it comes too late."""
        return Item(self.names.versions, version_id(decision.id, decision.revision), decision.revision, decision.entry)

    @staticmethod
    def _settled(entry: Entry, decision: Put | Bury | Dead, answers: Iterator[Answer]) -> Settled:
        if isinstance(decision, Dead):
            return dead_letter(entry, decision.reason, decision.detail, decision.id, decision.revision)
        first, version = next(answers), next(answers)
        if version.meaning is Meaning.DEAD:
            log.error("a version is missing from the history", extra={"id": decision.id, "cause": version.cause})
        if isinstance(decision, Bury):
            next(answers)  # whether anything of it waited makes no difference
        if first.meaning is Meaning.DEAD:
            return dead_letter(entry, Reason.REFUSED_BY_INDEX, first.cause, decision.id, decision.revision)
        if first.meaning is Meaning.SUPERSEDED:
            return Settled(entry.entry_id, "superseded", decision.id, decision.revision)
        if isinstance(decision, Bury):
            return Settled(entry.entry_id, "withdrawn", decision.id, decision.revision, change=decision.change)
        if decision.held:
            return Settled(entry.entry_id, "held", decision.id, decision.revision)
        return Settled(entry.entry_id, "indexed", decision.id, decision.revision, change=decision.change)
