"""Where a posted version stands in the order of its article's versions: pure decisions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.ingest.draft import Became, Burial, Draft

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of an article that ingest accepted.

    `dead` says that it could not be indexed, `withdrawn` that it is a withdrawal; content and fields are then those of
    the version before it.
    """

    revision: int
    number: int | None
    content_hash: str
    dead: bool = False
    withdrawn: bool = False
    field_hashes: str = ""
    cluster_id: str = ""

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
    both versions are numbered by the publisher, the higher number wins. A withdrawn article stays withdrawn for all
    but a higher number, or other content that says it is later. A version that counts always gets a higher revision
    than the known one.
    """
    wanted = _wanted(draft.updated_at, now)
    if known is None:
        return Placed("accepted", wanted, draft.number or wanted)
    if known.withdrawn and not (republish or _stands_again(draft, known, now)):
        return Placed("superseded", known.revision, known.version)
    if not (republish or known.dead or known.withdrawn):
        by_number = _compare_numbers(draft.number, known.number)
        if by_number < 0:
            return Placed("superseded", known.revision, known.version)
        if by_number == 0 and draft.content_hash == known.content_hash:
            return Placed("unchanged", known.revision, known.version)
        if by_number == 0 and draft.updated_at and wanted < known.revision:
            return Placed("superseded", known.revision, known.version)
    revision = max(wanted, known.revision + 1)
    return Placed("accepted", revision, draft.number or revision)


def place_burial(burial: Burial, known: Known | None, now: int) -> Placed:
    """Whether this withdrawal counts, and from when: its own instant, never later than acceptance (`now`)."""
    wanted = _wanted(burial.at, now)
    if known is None:
        return Placed("accepted", wanted, burial.number or wanted)
    if known.withdrawn and not known.dead:
        return Placed("unchanged", known.revision, known.version)
    by_number = _compare_numbers(burial.number, known.number)
    if by_number < 0 or (by_number == 0 and burial.at and wanted < known.revision):
        return Placed("superseded", known.revision, known.version)
    revision = max(wanted, known.revision + 1)
    return Placed("accepted", revision, burial.number or revision)


def place_again(work: Draft | Burial, again: Became, known: Known | None) -> Placed:
    """The place that this version had before, whatever came since: the index keeps the newest."""
    if known is not None and known.revision == again.revision and not known.dead:
        return Placed("unchanged", known.revision, known.version)
    return Placed("accepted", again.revision, work.number or again.revision)


def _wanted(stated: datetime | None, now: int) -> int:
    """The revision that a version asks for: the publisher's instant, else acceptance."""
    return max(1, min(microseconds(stated), now)) if stated else now


def _stands_again(draft: Draft, known: Known, now: int) -> bool:
    """Whether this version of a withdrawn article is one that its publisher wrote after the withdrawal."""
    if by_number := _compare_numbers(draft.number, known.number):
        return by_number > 0
    stated = draft.updated_at or draft.published_at
    is_later = stated is not None and _wanted(stated, now) > known.revision
    return is_later and draft.content_hash != known.content_hash


def _compare_numbers(posted: int | None, known: int | None) -> int:
    return 0 if posted is None or known is None else (posted > known) - (posted < known)
