"""The events on the stream: CloudEvents 1.0 in structured JSON mode.

Source: CloudEvents 1.0.2 and its JSON event format, https://github.com/cloudevents/spec.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.article import Article, Tombstone

PUBLISHED = "com.wiredesk.article.published"
WITHDRAWN = "com.wiredesk.article.withdrawn"
DATASCHEMA = "urn:wiredesk:schema:article:1"


class _CloudEvent(BaseModel):
    """The attributes that both kinds share; attributes of newer producers are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(
        min_length=1,
        description="The article's id, `@`, its revision, where it was retagged `#` and the version of the tags: "
        "the same again is the same event.",
    )
    source: str = Field(min_length=1, description="`urn:wiredesk:publisher:` and the publisher's name.")
    subject: str = Field(description="The article's id.")
    time: datetime = Field(description="When ingest accepted it.")
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Literal["urn:wiredesk:schema:article:1"] = "urn:wiredesk:schema:article:1"
    traceparent: str | None = Field(None, description="W3C Trace Context, the distributed-tracing extension.")


class ArticlePublished(_CloudEvent):
    """A new version of an article counts from now on."""

    type: Literal["com.wiredesk.article.published"] = "com.wiredesk.article.published"
    cause: str | None = Field(
        None,
        description="Absent where a publisher posted it; `retagged`: the same version with other automatic tags; "
        "`replayed`: out of the archive, no news to anybody.",
    )
    data: Article


class ArticleWithdrawn(_CloudEvent):
    """An article is to be found no longer."""

    type: Literal["com.wiredesk.article.withdrawn"] = "com.wiredesk.article.withdrawn"
    data: Tombstone


ArticleEvent = Annotated[ArticlePublished | ArticleWithdrawn, Field(discriminator="type")]
ARTICLE_EVENT: TypeAdapter[ArticlePublished | ArticleWithdrawn] = TypeAdapter(ArticleEvent)
"""Reads an event from JSON; raises pydantic.ValidationError."""


def published(article: Article, traceparent: str | None = None) -> ArticlePublished:
    """The event that says this version of the article counts from now on."""
    return ArticlePublished(
        id=f"{article.id}@{article.revision}",
        source=f"urn:wiredesk:publisher:{article.publisher}",
        subject=article.id,
        time=article.accepted_at,
        traceparent=traceparent,
        data=article,
    )


def retagged(article: Article) -> ArticlePublished:
    """The event that says this version of the article, published before, has other tags now."""
    event = published(article)
    return event.model_copy(update={"id": f"{event.id}#{article.tags_version}", "cause": "retagged"})


def replayed(article: Article) -> ArticlePublished:
    """The event that says this version of the article, published once before, is there again."""
    return published(article).model_copy(update={"cause": "replayed"})


def withdrawn(tombstone: Tombstone, traceparent: str | None = None) -> ArticleWithdrawn:
    """The event that says this article is to be found no longer."""
    return ArticleWithdrawn(
        id=f"{tombstone.id}@{tombstone.revision}",
        source=f"urn:wiredesk:publisher:{tombstone.publisher}",
        subject=tombstone.id,
        time=tombstone.accepted_at,
        traceparent=traceparent,
        data=tombstone,
    )


def encode(event: ArticlePublished | ArticleWithdrawn) -> bytes:
    """The event as it stands in the stream entry: UTF-8 JSON without empty fields."""
    return event.model_dump_json(exclude_none=True).encode()
