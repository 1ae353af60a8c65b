"""What a canary posts."""

from datetime import UTC, datetime, timedelta

from schemas.submission import Submission
from services.ingest.canary import canary_body
from services.ingest.posted import Item
from services.ingest.read import Given, read_items
from services.ingest.receive import ContentType
from services.ingest.shingles import sketch

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


def posted(now: datetime) -> Submission:
    reading = read_items(ContentType("application/json", "utf-8"), canary_body(now), Given({}, now))
    (item,) = reading.items
    assert isinstance(item, Item)
    assert isinstance(item.content, Submission)
    assert item.warnings == ()
    return item.content


def test_a_canary_has_expired_before_it_is_posted() -> None:
    expires_at = posted(NOW).expires_at
    assert expires_at is not None
    assert expires_at < NOW - timedelta(days=365)


def test_every_canary_is_another_version_of_one_article() -> None:
    one, other = posted(NOW), posted(NOW + timedelta(microseconds=1))
    assert one.id == other.id == "canary"
    assert one.body != other.body


def test_a_canary_is_too_short_to_be_like_any_other_text() -> None:
    article = posted(NOW)
    assert sketch(f"{article.title} {article.body}") is None
