"""The answers of the reading room: the JSON of its API, and what its pages show."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from schemas.versions import Kind

Html = Annotated[str, Field(description="Escaped HTML whose only tag is <mark>.")]


class Answer(BaseModel):
    """Anything that is answered; it never changes."""

    model_config = ConfigDict(frozen=True)


class Other(Answer):
    """Another article of the same cluster, in short."""

    id: str
    title: str
    publisher: str
    source: str | None = None


class Hit(Answer):
    """An article among others."""

    id: str
    title: str
    title_html: Html
    summary: str | None = None
    snippets_html: tuple[Html, ...] = ()
    url: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    recency_at: datetime | None = None
    publisher: str
    source: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    language: str = "und"
    tags: tuple[str, ...] = ()
    version: int
    corrected: bool = False
    score: float | None = None
    copies: int = Field(0, description="How many more of its cluster were found.")
    also: tuple[Other, ...] = Field((), description="The best of them.")


class FacetValue(Answer):
    """One value to narrow by, and how many articles have it."""

    value: str
    label: str
    count: int
    selected: bool = False


class DateBucket(Answer):
    """How many articles there are from one instant until before another."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)

    since: datetime = Field(alias="from")
    until: datetime = Field(alias="to")
    count: int


class DateFacet(Answer):
    """Articles over time; `interval` is `1h`, `1d`, `7d`, `1M` or `1y`."""

    interval: str
    buckets: tuple[DateBucket, ...] = ()


class Facets(Answer):
    """What the search can be narrowed by."""

    tags: tuple[FacetValue, ...] = ()
    sources: tuple[FacetValue, ...] = ()
    languages: tuple[FacetValue, ...] = ()
    publishers: tuple[FacetValue, ...] = ()
    dates: DateFacet


class Found(Answer):
    """A page of hits."""

    total: int = Field(description="How many articles were found.")
    clusters: int | None = Field(None, description="In how many clusters, where those are collapsed.")
    took_ms: int
    hits: tuple[Hit, ...] = ()
    facets: Facets | None = None
    did_you_mean: str | None = None
    next: str | None = Field(None, description="The cursor of the next page.")
    query: str = Field(description="The shortest query string that asks the same.")


class GivenTag(Answer):
    """A tag of an article, and why it has it. `start` and `end` count characters of `field`."""

    slug: str
    label: str
    origin: str = Field(serialization_alias="from", description="`publisher` or `text`.")
    reason: str
    field: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    rule: str | None = None
    kind: str | None = None
    score: float | None = None


class VersionSummary(Answer):
    """One version of an article, without its text."""

    version: int
    revision: int
    accepted_at: datetime
    kind: Kind
    changed: tuple[str, ...] = ()
    correction: str | None = None
    title: str | None = None


class ArticleView(Hit):
    """A whole article."""

    revision: int
    subtitle: str | None = None
    body: str
    headings: tuple[str, ...] = ()
    dateline: str | None = None
    rights: str | None = None
    image: str | None = None
    editor_note: str | None = None
    correction: str | None = None
    cluster: tuple[Hit, ...] = ()
    tags: tuple[GivenTag, ...] = ()  # type: ignore[assignment]
    versions: tuple[VersionSummary, ...] = ()
    related: str = Field("", description="Where articles are that say something like it.")


class VersionText(Answer):
    """One version of an article. `article` is as it was published then."""

    id: str
    revision: int
    article: dict[str, Any]


class Related(Answer):
    """Articles that say something like another."""

    hits: tuple[Hit, ...] = ()


class SuggestedTitle(Answer):
    """An article whose title goes on as somebody types."""

    id: str
    title: str
    title_html: Html


class TagCount(Answer):
    """A tag, and how many articles have it."""

    slug: str
    label: str
    count: int


class Suggestions(Answer):
    """What somebody may be about to type."""

    titles: tuple[SuggestedTitle, ...] = ()
    tags: tuple[TagCount, ...] = ()


class Tags(Answer):
    """Tags, the most frequent first."""

    tags: tuple[TagCount, ...] = ()
