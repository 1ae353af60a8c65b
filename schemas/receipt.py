"""What ingest answers: to a post, to the question what became of it, and when it says no."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.reasons import Reason


class Links(BaseModel):
    """Where to ask on."""

    model_config = ConfigDict(frozen=True)

    receipt: str


class FieldWarning(BaseModel):
    """Something in a submission that was not used; the rest was."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    detail: str


class Accepted(BaseModel):
    """The answer to one posted article, withdrawal or hint.

    `accepted`: the event is on the stream. `unchanged`: this version is known already, nothing was published.
    `superseded`: a newer version is known already, nothing was published. `kind` says what it was: the first version
    that is known here, a later one, a withdrawal, or a hint that is kept for when its article comes.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    version: int | None = None
    status: Literal["accepted", "unchanged", "superseded"]
    kind: Literal["published", "corrected", "withdrawn", "hint"] = "published"
    tags: tuple[str, ...] = ()
    links: Links
    warnings: tuple[FieldWarning, ...] | None = None


class DeadReason(BaseModel):
    """Why a version was dead-lettered."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    detail: str


class Receipt(BaseModel):
    """Where the newest accepted version of an article is.

    `accepted`: on the stream. `indexed`: searchable. `held`: waits in the index for the end of its embargo.
    `superseded`: the index has a newer version. `withdrawn`: a tombstone stands in its place.
    `dead-lettered`: it can never be indexed, `problem` says why.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    version: int
    status: Literal["accepted", "indexed", "held", "superseded", "withdrawn", "dead-lettered"]
    accepted_at: datetime | None = None
    indexed_at: datetime | None = None
    problem: DeadReason | None = None


class FieldError(BaseModel):
    """One thing wrong with a request body, with a JSON pointer to it (RFC 6901; `""` is the whole)."""

    model_config = ConfigDict(frozen=True)

    pointer: str
    detail: str


class Problem(BaseModel):
    """An error as RFC 9457 describes it; `reason` is the stable word for programs."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    reason: Reason
    errors: tuple[FieldError, ...] | None = None


class Refused(BaseModel):
    """The answer to one item that was not taken; `unavailable` may be sent again as it is.

    `pointer` says where the item stands in the body.
    """

    model_config = ConfigDict(frozen=True)

    status: Literal["rejected", "unavailable"]
    pointer: str | None = None
    problem: Problem


class Answers(BaseModel):
    """The answer to a body with several items: one answer an item, in their order."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Accepted | Refused, ...]


class HistoryEntry(BaseModel):
    """One version of an article. `changed` names the fields in which it differs from the version it supersedes."""

    model_config = ConfigDict(frozen=True)

    version: int
    kind: Literal["published", "corrected", "withdrawn"]
    at: datetime
    publisher: str
    supersedes: int | None = None
    changed: tuple[str, ...] = ()
    correction: str | None = None


class History(BaseModel):
    """The versions of an article that are kept, newest first."""

    model_config = ConfigDict(frozen=True)

    id: str
    versions: tuple[HistoryEntry, ...]
