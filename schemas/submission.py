"""What a publisher posts, before anything was made of it."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from schemas.dates import parse_instant


def _storable(text: str) -> str:
    """The text itself; ValueError where no JSON reader or search engine could hold it."""
    if "\x00" in text:
        raise ValueError("contains a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise ValueError("contains a lone surrogate, which is not text") from problem
    return text


def _listed(value: object) -> object:
    """A lone string where a list of them is meant; everything else unchanged."""
    return [value] if isinstance(value, str) else value


def _named(value: object) -> object:
    """A whole number as text, because many systems number their articles; everything else unchanged."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _counted(value: object) -> object:
    """The value; ValueError for true and false, which Python counts as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("expected a number")
    return value


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=1000)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed), Field(max_length=200)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]


class Fields(BaseModel):
    """The optional native fields, the same in JSON and as query parameters."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[Name, BeforeValidator(_named), Field(min_length=1)] | None = Field(
        None, description="The publisher's own id of the article."
    )
    url: Annotated[Text, Field(max_length=4096)] | None = Field(None, description="Where people read it.")
    summary: Text | None = Field(None, description="A short text for lists of articles.")
    authors: Names = Field((), description="One name an entry.")
    source: Name | None = Field(None, description="Whom the article credits, such as an agency.")
    section: Name | None = None
    tags: Names = Field((), description="The publisher's own tags, in any spelling.")
    language: (
        Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None
    ) = Field(None, description="BCP 47; recognized from the text when absent.")
    published_at: Instant | None = Field(None, description="RFC 3339 or RFC 822; UTC where no offset is given.")
    updated_at: Instant | None = Field(None, description="The instant from which this version counts.")
    version: Annotated[int, Field(ge=1, le=2**53), BeforeValidator(_counted)] | None = Field(
        None, description="The publisher's own numbering."
    )
    embargoed_until: Instant | None = Field(None, description="Not found by search before this instant.")
    expires_at: Instant | None = Field(None, description="Not found by search from this instant on.")


class Submission(Fields):
    """An article as a publisher posts it, whatever the wire format was."""

    title: Text
    body: Text
    from_page: bool = Field(False, exclude=True, description="The body is a page's whole text, furniture included.")
