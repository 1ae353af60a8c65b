"""Where a posted version stands in the order of its article's versions: pure decisions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.ingest.draft import Draft

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of an article that ingest accepted. `dead` says that it could not be indexed."""

    revision: int
    number: int | None
    content_hash: str
    dead: bool = False

    @property
    def version(self) -> int:
        """What publishers call it: their own number, else the revision."""
        return self.number or self.revision


@dataclass(frozen=True, slots=True)
class Placed:
    """The decision. `revision` and `version` are those that count now: the posted one's if accepted, else the known."""

    status: Literal["accepted", "unchanged", "superseded"]
    revision: int
    version: int


def microseconds(instant: datetime) -> int:
    """µs since 1970."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant(microseconds_since_1970: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds_since_1970)


def place(draft: Draft, known: Known | None, now: int, republish: bool = False) -> Placed:
    """Whether this version counts, and from when.

    It counts from its `updated_at`, never later than acceptance (`now`, µs since 1970), else from acceptance. Where
    both versions are numbered by the publisher, the higher number wins. A version that counts always gets a higher
    revision than the known one.
    """
    wanted = max(1, min(microseconds(draft.updated_at), now)) if draft.updated_at else now
    if known is None:
        return Placed("accepted", wanted, draft.number or wanted)
    if not (republish or known.dead):
        by_number = _compare_numbers(draft.number, known.number)
        if by_number < 0:
            return Placed("superseded", known.revision, known.version)
        if by_number == 0 and draft.content_hash == known.content_hash:
            return Placed("unchanged", known.revision, known.version)
        if by_number == 0 and draft.updated_at and wanted < known.revision:
            return Placed("superseded", known.revision, known.version)
    revision = max(wanted, known.revision + 1)
    return Placed("accepted", revision, draft.number or revision)


def _compare_numbers(posted: int | None, known: int | None) -> int:
    return 0 if posted is None or known is None else (posted > known) - (posted < known)
