"""What is sent to the index for a decision."""

from datetime import UTC, datetime

import pytest

from schemas.article import CANARY_PUBLISHER, Article, Tombstone
from schemas.events import encode, published, withdrawn
from services.index.names import IndexNames
from services.indexer.decide import decide
from services.indexer.flow import items_of

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
NAMES = IndexNames.with_prefix("")
ARTICLE = Article(
    id="quay:42",
    publisher="quay",
    title="A Bridge Opens",
    body="It opened.",
    version=5,
    revision=5,
    accepted_at=NOW,
    content_hash="abc",
)
TOMBSTONE = Tombstone(id="quay:42", publisher="quay", version=6, revision=6, accepted_at=NOW)


def sent(raw: bytes, keep_versions: bool = True) -> list[tuple[str, str, bool]]:
    """Index, id, and whether something is written there rather than deleted."""
    items = items_of(decide(raw, NOW), NAMES, keep_versions=keep_versions)
    return [(item.alias, item.id, item.document is not None) for item in items]


def test_an_article_is_sent_with_its_version() -> None:
    assert sent(encode(published(ARTICLE))) == [
        ("articles-write", "quay:42", True),
        ("article-versions", "quay:42@5", True),
    ]


def test_a_withdrawal_leaves_nothing_that_waits() -> None:
    assert sent(encode(withdrawn(TOMBSTONE))) == [
        ("articles-write", "quay:42", True),
        ("article-versions", "quay:42@6", True),
        ("articles-held", "quay:42", False),
    ]


@pytest.mark.parametrize("raw", [encode(published(ARTICLE)), encode(withdrawn(TOMBSTONE))])
def test_versions_can_be_left_away(raw: bytes) -> None:
    assert sent(raw, keep_versions=False) == [one for one in sent(raw) if one[0] != "article-versions"]


def test_of_a_canary_only_the_article_is_sent() -> None:
    canary = ARTICLE.model_copy(update={"publisher": CANARY_PUBLISHER})
    assert sent(encode(published(canary))) == [("articles-write", "quay:42", True)]


def test_what_is_dead_is_not_sent() -> None:
    assert sent(b"hello") == []
