"""Events as they stand on the stream."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.article import Article, AutoTag, Tombstone
from schemas.events import (
    ARTICLE_EVENT,
    DATASCHEMA,
    PUBLISHED,
    WITHDRAWN,
    ArticlePublished,
    encode,
    published,
    retagged,
    withdrawn,
)

ACCEPTED_AT = datetime(2026, 1, 31, 9, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def article(**fields: Any) -> Article:
    known: dict[str, Any] = {
        "id": "quay:42",
        "publisher": "quay",
        "title": "A Bridge Opens",
        "body": "It opened.",
        "version": 3,
        "revision": 1_769_850_000_000_000,
        "accepted_at": ACCEPTED_AT,
        "content_hash": "abc",
    }
    return Article.model_validate(known | fields)


def tombstone() -> Tombstone:
    return Tombstone(id="quay:42", publisher="quay", version=4, revision=5, accepted_at=ACCEPTED_AT)


def test_a_published_event_is_a_cloud_event_in_structured_json() -> None:
    event = json.loads(encode(published(article(), TRACE)))
    assert event.pop("data")["title"] == "A Bridge Opens"
    assert event == {
        "specversion": "1.0",
        "id": "quay:42@1769850000000000",
        "source": "urn:wiredesk:publisher:quay",
        "subject": "quay:42",
        "time": "2026-01-31T09:00:00Z",
        "type": PUBLISHED,
        "datacontenttype": "application/json",
        "dataschema": DATASCHEMA,
        "traceparent": TRACE,
    }


def test_a_withdrawn_event_carries_no_text() -> None:
    event = json.loads(encode(withdrawn(tombstone())))
    assert event["type"] == WITHDRAWN
    assert event["id"] == "quay:42@5"
    assert event["data"] == {
        "id": "quay:42",
        "publisher": "quay",
        "status": "withdrawn",
        "version": 4,
        "revision": 5,
        "accepted_at": "2026-01-31T09:00:00Z",
    }


def test_empty_fields_are_left_out() -> None:
    event = json.loads(encode(published(article())))
    assert "traceparent" not in event
    assert "url" not in event["data"]


def test_attribute_names_are_those_that_cloudevents_allows() -> None:
    event = json.loads(encode(published(article(), TRACE)))
    assert all(name.isascii() and name.isalnum() and name.islower() for name in event)


def test_text_stands_in_utf_8() -> None:
    assert "東京".encode() in encode(published(article(title="東京")))


@pytest.mark.parametrize("event", [published(article(url="https://e.example/1", tags=("japan",)), TRACE)])
def test_an_event_is_read_back_as_it_was_written(event: Any) -> None:
    assert ARTICLE_EVENT.validate_json(encode(event)) == event


def test_a_tombstone_is_read_back_as_it_was_written() -> None:
    event = withdrawn(tombstone(), TRACE)
    assert ARTICLE_EVENT.validate_json(encode(event)) == event


def test_the_same_revision_is_the_same_event() -> None:
    assert published(article(title="one")).id == published(article(title="two")).id
    assert published(article(revision=1)).id != published(article(revision=2)).id


def test_unknown_attributes_are_kept_on_reading() -> None:
    value = json.loads(encode(published(article()))) | {"sequence": "17", "partitionkey": "quay"}
    again = json.loads(encode(ARTICLE_EVENT.validate_python(value)))
    assert again["sequence"] == "17"
    assert again["partitionkey"] == "quay"


def test_unknown_article_fields_are_kept_on_reading() -> None:
    value = json.loads(encode(published(article())))
    value["data"] |= {"word_count": 2, "places": [{"lat": 1.5}]}
    again = json.loads(encode(ARTICLE_EVENT.validate_python(value)))
    assert again["data"]["word_count"] == 2
    assert again["data"]["places"] == [{"lat": 1.5}]


def test_unknown_fields_of_a_tombstone_are_kept_on_reading() -> None:
    value = json.loads(encode(withdrawn(tombstone())))
    value["data"]["withdrawn_by"] = "desk"
    assert json.loads(encode(ARTICLE_EVENT.validate_python(value)))["data"]["withdrawn_by"] == "desk"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("type", "com.wiredesk.article.liked"),
        ("dataschema", "urn:wiredesk:schema:article:2"),
        ("datacontenttype", "text/xml"),
        ("id", ""),
        ("source", ""),
        ("time", "noon"),
        ("data", None),
        ("data", {}),
    ],
)
def test_what_is_not_such_an_event_is_refused(name: str, value: object) -> None:
    event = json.loads(encode(published(article()))) | {name: value}
    with pytest.raises(ValidationError):
        ARTICLE_EVENT.validate_python(event)


@pytest.mark.parametrize("name", ["id", "source", "subject", "time", "type", "data"])
def test_a_required_attribute_may_not_be_missing(name: str) -> None:
    event = json.loads(encode(published(article())))
    del event[name]
    with pytest.raises(ValidationError):
        ARTICLE_EVENT.validate_python(event)


@pytest.mark.parametrize("revision", [0, -1])
def test_a_revision_is_at_least_one(revision: int) -> None:
    with pytest.raises(ValidationError):
        article(revision=revision)
    with pytest.raises(ValidationError):
        Tombstone(id="a", publisher="p", version=1, revision=revision, accepted_at=ACCEPTED_AT)


def test_an_article_is_never_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        article().title = "other"  # type: ignore[misc]


def test_an_automatic_tag_travels_with_its_reason() -> None:
    tag = AutoTag(slug="japan", kind="country", rule="name", field="title", start=0, end=5, text="Japan")
    event = ARTICLE_EVENT.validate_json(encode(published(article(title="Japan votes", auto_tags=(tag,)))))
    assert isinstance(event.data, Article)
    assert event.data.auto_tags == (tag,)


def test_a_retagged_version_is_another_event_of_the_same_revision() -> None:
    one = article(tags_version="2.abc")
    event = ARTICLE_EVENT.validate_json(encode(retagged(one)))
    assert isinstance(event, ArticlePublished)
    assert (event.id, event.cause, event.data) == (f"{one.id}@{one.revision}#2.abc", "retagged", one)
    assert "cause" not in json.loads(encode(published(one)))
