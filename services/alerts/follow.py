"""From changes to messages: looks at each article that changed, asks who wants it, and writes down who is told."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from opensearchpy import AsyncOpenSearch
from pydantic import ValidationError

from schemas.changes import Change
from services.alerts.alert import Alert
from services.alerts.decide import Decision, Marks, Seen, decide
from services.alerts.index import percolated
from services.alerts.look import look
from services.alerts.percolate import Matches, Percolator
from services.alerts.registry import Registry
from services.alerts.told import ToldBook
from services.index.names import IndexNames
from services.metrics import AlertsMetrics

Entry = tuple[str, dict[bytes, bytes]]
"""An entry of the stream of changes: its id and its fields."""
_AGAIN = 10
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Follower:
    """Every method raises RedisError or OpenSearchException; what was not written is to be followed again."""

    client: AsyncOpenSearch
    names: IndexNames
    registry: Registry
    book: ToldBook
    metrics: AlertsMetrics
    now: Callable[[], datetime]

    async def follow(self, entries: Sequence[Entry]) -> int:
        """Writes down who is told of these changes, and acknowledges them; how many messages that makes."""
        waiting = {entry_id: _article_of(entry_id, fields) for entry_id, fields in entries}
        made = 0
        for _ in range(_AGAIN):
            if not waiting:
                break
            decisions = await self._decide(waiting)
            results = await self.book.write(decisions, self.now())
            for decision, messages in zip(decisions, results, strict=True):
                if messages is not None:
                    waiting.pop(decision.entry_id)
                    made += messages
                    self.metrics.changes.labels("told" if messages else "nobody told").inc()
        return made

    async def _decide(self, waiting: dict[str, str | None]) -> list[Decision]:
        ids = list(dict.fromkeys(article_id for article_id in waiting.values() if article_id))
        marks = await self.book.marks(ids)  # before the articles: what changes in between is seen when it is written
        seen = await look(self.client, self.names, ids) if ids else {}
        matches = await self._match(seen)
        followed = await self.registry.get_all(sorted({alert for known in marks.values() for alert in known.told}))
        now = self.now()
        return [
            _decision(entry_id, article_id, seen, marks, matches, followed, now)
            for entry_id, article_id in waiting.items()
        ]

    async def _match(self, seen: dict[str, Seen]) -> Matches:
        documents = {one: percolated(known.document) for one, known in seen.items() if known.document is not None}
        with self.metrics.percolate_seconds.time():
            matches = await Percolator(self.registry.matches, self.registry.ids).match(documents)
        for alert_id, reason in matches.broken.items():
            await self.registry.mark_broken(alert_id, reason)
            self.metrics.broken.inc()
            log.error("an alert is broken: its query is asked no more", extra={"alert": alert_id, "cause": reason})
        for article_id, reason in matches.unreadable.items():
            self.metrics.unreadable.inc()
            log.error("no alert can read this article", extra={"id": article_id, "cause": reason})
        return matches


def _decision(
    entry_id: str,
    article_id: str | None,
    seen: dict[str, Seen],
    marks: dict[str, Marks],
    matches: Matches,
    followed: dict[str, Alert],
    now: datetime,
) -> Decision:
    if article_id is None:
        return Decision(entry_id, "", Marks())
    before = marks[article_id]
    matching = {match.alert.id: match.alert for match in matches.by_article.get(article_id, [])}
    known = {alert_id: followed[alert_id] for alert_id in before.told if alert_id in followed}
    for alert_id in known.keys() & matches.broken.keys():
        known[alert_id] = known[alert_id].model_copy(update={"broken": matches.broken[alert_id]})
    return decide(entry_id, article_id, seen[article_id], before, matching, known, now)


def _article_of(entry_id: str, fields: dict[bytes, bytes]) -> str | None:
    """Which article changed; None, with a log line, for an entry that cannot be read."""
    try:
        return Change.read(fields).id
    except (ValidationError, UnicodeDecodeError) as problem:
        log.error("this is no change", extra={"entry": entry_id, "cause": str(problem)[:500]})
        return None
