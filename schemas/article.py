"""The normalized article: what travels in an event and what OpenSearch holds."""

import hashlib
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.submission import Subject


class AutoTag(BaseModel):
    """A tag that the gazetteer gave, with the place that caused it.

    `score` is what all its mentions weigh together, None where an older Wiredesk gave the tag. `start` and `end` count
    characters of the normalized `field`; `text` is what stands there.
    """

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    slug: str
    kind: str
    rule: str
    score: float | None = None
    field: Literal["title", "body"]
    start: int
    end: int
    text: str


class Article(BaseModel):
    """One version of an article in its canonical form.

    `revision` is the instant in µs since 1970 from which this version counts, the document's external version in
    OpenSearch. `version` is the publisher's own number where it gives one, else the revision. Instants are UTC.
    Fields of a newer schema are kept, so that an older indexer loses nothing silently.
    """

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    id: str = Field(min_length=1)
    publisher: str
    external_id: str | None = None
    url: str | None = None
    title: str
    subtitle: str | None = None
    summary: str | None = None
    body: str
    headings: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    source: str | None = None
    section: str | None = None
    genre: tuple[str, ...] = ()
    slugline: str | None = None
    dateline: str | None = None
    urgency: int | None = None
    image: str | None = None
    rights: str | None = None
    editor_note: str | None = None
    correction: str | None = None
    subjects: tuple[Subject, ...] = ()
    tags: tuple[str, ...] = ()
    tag_labels: tuple[str, ...] = ()
    auto_tags: tuple[AutoTag, ...] = ()
    tags_version: str | None = Field(None, description="Which rules and table gave the automatic tags.")
    acronyms: tuple[str, ...] = ()
    language: str = "und"
    language_confidence: float | None = Field(None, description="From 0 to 1; absent where the publisher said it.")
    status: Literal["published"] = "published"
    version: int
    revision: int = Field(ge=1, strict=True)
    supersedes: int | None = Field(None, description="The version that this one corrects; absent from the first.")
    changed: tuple[str, ...] = Field((), description="The fields in which it differs from that version.")
    field_hashes: str | None = Field(None, description="What tells which fields of the next version differ.")
    published_at: AwareDatetime | None = None
    published_precision: str | None = Field(
        None, description="`instant`, `local` (a time without its zone, read as UTC), or `day` (its midnight in UTC)."
    )
    published_from: str | None = Field(
        None, description="Who says so: `publisher`, or of a page `json-ld`, `microdata`, `meta`, `time`, `text`."
    )
    date_flags: tuple[str, ...] = Field((), description="What is wrong with its dates, such as `published-in-future`.")
    updated_at: AwareDatetime | None = None
    accepted_at: AwareDatetime
    embargoed_until: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    content_hash: str
    cluster_id: str | None = Field(None, description="The same in articles that say much the same.")


class Tombstone(BaseModel):
    """What stays of a withdrawn article: enough to keep older versions from coming back, and no text."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str = Field(min_length=1)
    publisher: str
    external_id: str | None = None
    status: Literal["withdrawn"] = "withdrawn"
    version: int
    revision: int = Field(ge=1, strict=True)
    supersedes: int | None = Field(None, description="The version that was withdrawn, where one was known.")
    withdrawn_at: AwareDatetime | None = None
    accepted_at: AwareDatetime
    content_hash: str | None = None
    cluster_id: str | None = Field(None, description="The article's, should it come back.")


Document = Article | Tombstone
"""What an event carries as its data."""


def own_cluster(article_id: str) -> str:
    """The cluster of an article that nothing else is like, and of what came after it and is: 16 hex digits."""
    return hashlib.blake2b(article_id.encode(), digest_size=8).hexdigest()


CANARY_PUBLISHER = "wiredesk-canary"
"""Whose articles only measure the way. It is nobody's name; their versions are not kept, and nobody is told of them."""

MAX_ID_BYTES = 512
"""OpenSearch refuses a whole bulk request for one longer `_id`."""
