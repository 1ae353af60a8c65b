"""What a publisher posts, before anything was made of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.dates import Precision, parse_instant, precision_of


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


def _short(text: str) -> str:
    """The text; ValueError where it is too long for an id."""
    if (size := len(text.encode())) > MAX_OWN_ID_BYTES:
        raise ValueError(f"has {size} bytes; an id has at most {MAX_OWN_ID_BYTES}")
    return text


MAX_OWN_ID_BYTES = 512
Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=1000)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed), Field(max_length=200)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
OwnId = Annotated[Name, BeforeValidator(_named), AfterValidator(_short), Field(min_length=1)]
Language = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")]
Address = Annotated[Text, Field(max_length=4096)]


class Fields(BaseModel):
    """The optional native fields, the same in JSON and as query parameters."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: OwnId | None = Field(None, description="The publisher's own id of the article, at most 512 bytes.")
    url: Address | None = Field(None, description="Where people read it.")
    subtitle: Name | None = Field(None, description="The second headline.")
    summary: Text | None = Field(None, description="A short text for lists of articles.")
    authors: Names = Field((), description="One name an entry.")
    source: Name | None = Field(None, description="Whom the article credits, such as an agency.")
    section: Name | None = Field(None, description="Where the publisher files it; becomes a tag too.")
    genre: Names = Field((), description="What kind of text it is, such as analysis.")
    slugline: Name | None = Field(None, description="The words by which an agency's newsroom calls the story.")
    dateline: Name | None = Field(None, description="Where it was reported from.")
    urgency: Annotated[int, Field(ge=1, le=9), BeforeValidator(_counted)] | None = Field(
        None, description="1 is the most urgent, 9 the least (IPTC)."
    )
    image: Address | None = Field(None, description="The address of its main picture.")
    rights: Text | None = Field(None, description="Copyright and terms of use, as the publisher words them.")
    editor_note: Text | None = Field(None, description="What the publisher tells editors, not readers.")
    correction: Text | None = Field(None, description="What this version corrects, as the publisher words it.")
    tags: Names = Field((), description="The publisher's own tags, in any spelling.")
    language: Language | None = Field(None, description="BCP 47; recognized from the text when absent.")
    published_at: Instant | None = Field(None, description="RFC 3339 or RFC 822; UTC where no offset is given.")
    updated_at: Instant | None = Field(None, description="The instant from which this version counts.")
    version: Annotated[int, Field(ge=1, le=2**53), BeforeValidator(_counted)] | None = Field(
        None, description="The publisher's own numbering."
    )
    embargoed_until: Instant | None = Field(None, description="Not found by search before this instant.")
    expires_at: Instant | None = Field(None, description="Not found by search from this instant on.")


class Subject(BaseModel):
    """What an article is about, by the publisher's or a standard's vocabulary; it has a name or a code."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Name | None = None
    code: Name | None = Field(None, description="As in the vocabulary, such as 20000344.")
    scheme: Name | None = Field(None, description="The vocabulary, as an alias (medtop) or an address.")
    kind: Name | None = Field(None, description="What it names: subject, person, organisation, place, event, category.")

    @model_validator(mode="after")
    def _named_or_coded(self) -> "Subject":
        if not (self.name or self.code):
            raise ValueError("a subject has a name or a code")
        return self


class Submission(Fields):
    """An article as a publisher posts it, whatever the wire format was."""

    title: Text
    body: Text
    subjects: Annotated[tuple[Subject, ...], Field(max_length=200)] = ()
    headings: Names = Field((), exclude=True, description="Those lines of the body that are section headings.")
    from_page: bool = Field(False, exclude=True, description="The body is a page's whole text, furniture included.")
    is_foreign: bool = Field(False, exclude=True, description="Read out of another format than the native one.")
    inferred: tuple[str, ...] = Field((), exclude=True, description="The fields that a page says, not its publisher.")
    published_precision: Precision | None = Field(None, exclude=True, description="How much the date says.")
    published_from: str | None = Field(None, exclude=True, description="Where the date was read.")
    date_flags: tuple[str, ...] = Field((), exclude=True, description="What is wrong with its dates.")

    @model_validator(mode="before")
    @classmethod
    def _with_precision(cls, values: object) -> object:
        """Notes how much the date says before it is read."""
        if not isinstance(values, Mapping) or values.get("published_precision"):
            return values
        return {**values, "published_precision": precision_of(values.get("published_at"))}
