"""How new an article is to whoever sorts by date."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.article import Article
from services.index.recency import recency_at

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


def recency(**fields: Any) -> datetime:
    known = {"id": "quay:1", "publisher": "quay", "title": "t", "body": "b", "version": 1, "revision": 1}
    return recency_at(Article.model_validate({**known, "accepted_at": NOW, "content_hash": "x", **fields}))


def test_an_article_is_as_new_as_its_publication() -> None:
    assert recency(published_at=NOW - timedelta(days=3)) == NOW - timedelta(days=3)


def test_an_article_without_a_date_is_as_new_as_its_acceptance() -> None:
    assert recency() == NOW


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), timedelta(hours=3), timedelta(days=9000)])
def test_no_date_makes_an_article_newer_than_its_acceptance(ahead: timedelta) -> None:
    assert recency(published_at=NOW + ahead) == NOW


def test_a_date_that_is_not_believed_does_not_count() -> None:
    old = datetime(1970, 1, 1, tzinfo=UTC)
    assert recency(published_at=old, date_flags=("published-before-web",)) == NOW
    assert recency(published_at=old) == old


def test_what_was_embargoed_is_as_new_as_the_end_of_its_embargo() -> None:
    later = NOW + timedelta(days=2)
    assert recency(published_at=later, embargoed_until=later) == later
    assert recency(published_at=later + timedelta(days=1), embargoed_until=later) == later
