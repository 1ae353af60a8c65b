"""What an alert's target is told: CloudEvents 1.0 in structured JSON mode, as a webhook's body or a stream entry."""

import hashlib
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

AlertKind = Literal["matched", "corrected", "withdrawn", "test"]


class ToldAlert(BaseModel):
    """The saved search whose target is told."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    query: str


class ToldArticle(BaseModel):
    """The article as far as it is told; of a withdrawn one nothing but what names it."""

    model_config = ConfigDict(frozen=True)

    id: str
    publisher: str
    version: int
    title: str | None = None
    url: str | None = None
    published_at: AwareDatetime | None = None
    source: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None


class Told(BaseModel):
    """What happened to an article that a saved search matches, or matched."""

    model_config = ConfigDict(frozen=True)

    alert: ToldAlert
    article: ToldArticle
    matches: bool | None = Field(
        description="Whether the search matches this version; absent where the search is broken meanwhile."
    )


class AlertEvent(BaseModel):
    """One message to an alert's target. The same id is the same message, however often it comes."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(pattern=r"^msg_[0-9a-f]{40}$", description="Also the header `webhook-id`.")
    type: Literal[
        "com.wiredesk.alert.matched",
        "com.wiredesk.alert.corrected",
        "com.wiredesk.alert.withdrawn",
        "com.wiredesk.alert.test",
    ]
    source: Literal["urn:wiredesk:alerts"] = "urn:wiredesk:alerts"
    subject: str = Field(description="The article's id.")
    time: AwareDatetime = Field(description="When Wiredesk saw it.")
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Literal["urn:wiredesk:schema:alert:1"] = "urn:wiredesk:schema:alert:1"
    data: Told


def message_id(alert_id: str, article_id: str, revision: int, kind: AlertKind) -> str:
    """The id of a message, always the same for the same; a hash, because Standard Webhooks allows no `.` in it."""
    told = "\n".join((alert_id, article_id, str(revision), kind))
    return f"msg_{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def alert_event(kind: AlertKind, told: Told, revision: int, at: AwareDatetime) -> AlertEvent:
    """The message that says this, of this revision of the article."""
    return AlertEvent.model_validate(
        {
            "id": message_id(told.alert.id, told.article.id, revision, kind),
            "type": f"com.wiredesk.alert.{kind}",
            "subject": told.article.id,
            "time": at,
            "data": told,
        }
    )
