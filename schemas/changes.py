"""An entry of the stream `articles.changes`: that an article can be found, was corrected, or was withdrawn."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from schemas.article import Article, Tombstone
from schemas.versions import Kind, kind_of


class Change(BaseModel):
    """One change, without any text: which article, which version, what happened."""

    model_config = ConfigDict(frozen=True)

    id: str
    publisher: str
    version: int
    kind: Kind

    def fields(self) -> dict[str, str]:
        """The fields of its stream entry."""
        return {"id": self.id, "publisher": self.publisher, "version": str(self.version), "kind": self.kind}

    @classmethod
    def read(cls, fields: Mapping[bytes, bytes]) -> "Change":
        """Reads what `fields` wrote; raises pydantic.ValidationError."""
        return cls.model_validate({name.decode(): value.decode() for name, value in fields.items()})


def change_of(data: Article | Tombstone) -> Change:
    """The change that indexing this version is."""
    return Change(id=data.id, publisher=data.publisher, version=data.version, kind=kind_of(data))


class ListedChange(Change):
    """A change as it is answered; `cursor` is where to go on after it, `at` when it could be found."""

    cursor: str
    at: datetime


class Changes(BaseModel):
    """A part of the feed of changes. `next` is what to ask for next, `more` whether that finds something by now."""

    model_config = ConfigDict(frozen=True)

    changes: tuple[ListedChange, ...]
    next: str
    more: bool
