"""One line of the archive: a body as it was posted, how it was to be read, and what became of it."""

import base64
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.errors import WiredeskError
from services.ingest.draft import Became
from services.ingest.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Sent:
    """A body as it came, unpacked, with its Content-Type and the native fields of its query; `at` is when it was read.

    A withdrawal by DELETE has the article's id for a body.
    """

    kind: Literal["post", "delete"]
    content_type: str
    fields: dict[str, Any]
    body: bytes
    at: datetime


class Taken(BaseModel):
    """An item that was accepted, by its number in its body from 0, and the versions that it became: none for a hint."""

    model_config = ConfigDict(frozen=True)

    item: int
    became: tuple[Became, ...] = ()

    def without(self, there: Collection[tuple[str, int]]) -> "Taken | None":
        """The same without these versions, ids with revisions; None where nothing is left of it."""
        missing = tuple(one for one in self.became if (one.id, one.revision) not in there)
        return None if self.became and not missing else Taken(item=self.item, became=missing)


class Record(BaseModel):
    """A submission that was accepted, wholly or in part. `publisher` is whose articles it is about."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["post", "delete"]
    at: AwareDatetime
    publisher: str
    content_type: str = ""
    fields: dict[str, Any] = Field(default_factory=dict)
    republish: bool = False
    body: str
    base64: bool = False
    items: int = 1
    taken: tuple[Taken, ...]

    def content(self) -> bytes:
        """The body's bytes."""
        return base64.b64decode(self.body) if self.base64 else self.body.encode()

    def ids(self) -> set[str]:
        """The articles that it made versions of."""
        return {version.id for one in self.taken for version in one.became}

    def without(self, article_id: str) -> "Record | None":
        """What may stay when this article's texts are to be forgotten.

        A withdrawal has none. Of lines all others stay; of any other body that holds it nothing, for what stands around
        it may tell of it too.
        """
        if article_id not in self.ids() or self.kind == "delete":
            return self
        if not self.content_type.startswith("application/x-ndjson"):
            return None
        stay = [one for one in self.taken if article_id not in {version.id for version in one.became}]
        lines = self.content().split(b"\n")
        body, is_base64 = _as_text(b"\n".join(lines[one.item] for one in stay))
        renumbered = tuple(Taken(item=number, became=one.became) for number, one in enumerate(stay))
        changed = {"body": body, "base64": is_base64, "items": len(stay), "taken": renumbered}
        return self.model_copy(update=changed) if stay else None


class Missed(BaseModel):
    """A hole: so many submissions were accepted and could not be written, between these instants."""

    model_config = ConfigDict(frozen=True)

    missed: int
    since: AwareDatetime
    until: AwareDatetime


def taken(prepared: Sequence[Prepared | WiredeskError], first: int = 0) -> Iterator[Taken]:
    """Which of these items were accepted; the first of them has this number in its body."""
    for number, one in enumerate(prepared, start=first):
        if not isinstance(one, Prepared):
            continue
        became = tuple(work.became for work in one.work if work.became)
        if became or (not one.work and one.told):
            yield Taken(item=number, became=became)


def record(sent: Sent, publisher: str, republish: bool, items: int, accepted: Sequence[Taken]) -> Record:
    """The line of what was accepted of a body with so many items."""
    body, is_base64 = _as_text(sent.body)
    return Record(
        kind=sent.kind,
        at=sent.at,
        publisher=publisher,
        content_type=sent.content_type,
        fields=sent.fields,
        republish=republish,
        body=body,
        base64=is_base64,
        items=items,
        taken=tuple(accepted),
    )


def read_line(line: bytes) -> Record | Missed:
    """What a line says. Raises ValueError."""
    return Missed.model_validate_json(line) if line.startswith(b'{"missed"') else Record.model_validate_json(line)


def _as_text(body: bytes) -> tuple[str, bool]:
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True
