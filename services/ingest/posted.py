"""What a body may hold beside articles, and what reading it gives: items, each with its own answer."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.receipt import FieldWarning
from schemas.submission import Address, Instant, Language, Name, Names, OwnId, Submission, Text
from services.errors import Rejected


class _Named(BaseModel):
    """One article, by the publisher's own id or by its address."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: OwnId | None = None
    url: Address | None = None

    @model_validator(mode="after")
    def _is_named(self) -> "_Named":
        if self.id is None and self.url is None:
            raise ValueError("names no article: neither an id nor an address")
        return self


class Withdrawal(_Named):
    """The publisher takes an article back. `at` is when, `version` its own number of this step."""

    at: Instant | None = None
    version: Annotated[int, Field(ge=1, le=2**53)] | None = None
    correction: Text | None = None


class Hint(BaseModel):
    """What a sitemap tells of an address."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: Address
    title: Text | None = None
    published_at: Instant | None = None
    updated_at: Instant | None = None
    language: Language | None = None
    source: Name | None = None
    tags: Names = ()
    image: Address | None = None


def _names_to_nothing(value: object) -> object:
    """A list of names as a mapping: each of these fields goes as a whole."""
    return dict.fromkeys(value) if isinstance(value, list) else value


class Update(_Named):
    """A change of some fields: `replace` sets, `add` adds to lists, `delete` takes from them, or all of a field."""

    replace: dict[str, Any] = Field(default_factory=dict)
    add: dict[str, Any] = Field(default_factory=dict)
    delete: Annotated[dict[str, list[Any] | None], BeforeValidator(_names_to_nothing)] = Field(default_factory=dict)


class Restore(_Named):
    """The publisher lets a withdrawn article stand again, as it was."""


Posted = Submission | Withdrawal | Hint | Update | Restore


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a body: what it is, or why it cannot be used; where it stands, and what of it was not used."""

    pointer: str
    content: Posted | Rejected
    warnings: tuple[FieldWarning, ...] = ()
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """All items of a body. `several` says that they are answered item by item, be they one or many."""

    format: str
    items: tuple[Item, ...]
    several: bool
