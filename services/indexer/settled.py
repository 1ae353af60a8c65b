"""How an entry ended, and what Redis is told of it: pure."""

import base64
from dataclasses import dataclass
from datetime import datetime

from schemas.changes import Change
from schemas.dead_letter import DeadLetter
from schemas.outcome import Outcome, Status
from schemas.reasons import Reason
from services.indexer.intake import Entry
from services.indexer.outcomes import Row
from services.tracing import NO_SPAN, Span


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of one entry's way, after so many requests to the index. Its bytes are kept for dead letters only."""

    entry_id: str
    status: Status
    id: str | None = None
    revision: int | None = None
    attempts: int = 0
    reason: Reason | None = None
    detail: str = ""
    raw: bytes | None = None
    change: Change | None = None
    version: int | None = None
    span: Span = NO_SPAN


def dead_letter(
    entry: Entry,
    reason: Reason,
    detail: str,
    article_id: str | None,
    revision: int | None,
    attempts: int = 0,
    version: int | None = None,
    span: Span = NO_SPAN,
) -> Settled:
    """The end of an entry that can never be indexed."""
    named = (article_id, revision, attempts, reason, detail[:2000], entry.raw or b"")
    return Settled(entry.entry_id, "dead-lettered", *named, version=version, span=span)


def row_of(one: Settled, now: datetime) -> Row:
    """What is written of it at this moment: its acknowledgement, receipt, change or dead letter."""
    outcome = Outcome(one.status, int(now.timestamp() * 1_000_000), one.reason, one.detail)
    letter = _letter(one, one.reason, now) if one.reason else None
    return Row(one.entry_id, outcome, one.id, one.revision, letter, one.change)


def _letter(one: Settled, reason: Reason, now: datetime) -> DeadLetter:
    raw = one.raw or b""
    try:
        event, coded = raw.decode(), False
    except UnicodeDecodeError:
        event, coded = base64.b64encode(raw).decode(), True
    return DeadLetter(
        reason=reason,
        detail=one.detail,
        entry_id=one.entry_id,
        dead_at=now,
        article_id=one.id,
        revision=one.revision,
        event=event,
        event_base64=coded,
    )
