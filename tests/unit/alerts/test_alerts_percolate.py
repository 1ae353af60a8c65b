"""One bad query, or one bad article, is found and stands in nobody's way."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.alerts.alert import Alert, new_alert
from services.alerts.percolate import NothingAnswers, Percolator
from services.alerts.registry import Match, Refused

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


class Index:
    """Answers that every alert matches every document, and refuses what a bad one is among."""

    def __init__(self, alerts: int, bad: set[int]) -> None:
        self.alerts: list[Alert] = [new_alert("*", NOW, None, stream="desk") for _ in range(alerts)]
        self.bad = {self.alerts[number].id for number in bad}
        self.asked = 0

    async def matches(self, documents: list[dict[str, Any]], ids: list[str] | None) -> list[Match]:
        self.asked += 1
        if any("unreadable" in document for document in documents):
            raise Refused("a bad document")
        meant = [alert for alert in self.alerts if ids is None or alert.id in ids]
        if any(alert.id in self.bad for alert in meant):
            raise Refused("a bad query")
        return [Match(alert, frozenset(range(len(documents)))) for alert in meant]

    async def ids(self) -> list[str]:
        return [alert.id for alert in self.alerts]

    def percolator(self) -> Percolator:
        return Percolator(self.matches, self.ids)


ARTICLES = {"local:one": {"title": "one"}, "local:two": {"title": "two"}}


async def test_where_nothing_is_bad_it_is_asked_once() -> None:
    index = Index(1000, set())
    found = await index.percolator().match(ARTICLES)
    assert index.asked == 1
    assert [len(found.by_article[article]) for article in ARTICLES] == [1000, 1000]


@pytest.mark.parametrize("bad", [{0}, {999}, {3, 500, 501}])
async def test_bad_queries_are_named_and_all_others_answer_once(bad: set[int]) -> None:
    index = Index(1000, bad)
    found = await index.percolator().match(ARTICLES)
    assert found.broken == dict.fromkeys(index.bad, "a bad query")
    assert index.asked < 80
    for article in ARTICLES:
        matched = [match.alert.id for match in found.by_article[article]]
        assert sorted(matched) == sorted(alert.id for alert in index.alerts if alert.id not in index.bad)


async def test_a_bad_article_is_passed_over_and_no_alert_is_blamed() -> None:
    index = Index(10, set())
    found = await index.percolator().match({"local:bad": {"unreadable": 1}, **ARTICLES})
    assert found.unreadable == {"local:bad": "a bad document"}
    assert found.broken == {}
    assert [len(found.by_article.get(article, [])) for article in ("local:bad", *ARTICLES)] == [0, 10, 10]


async def test_where_every_query_is_refused_nobody_is_blamed() -> None:
    with pytest.raises(NothingAnswers):
        await Index(3, {0, 1, 2}).percolator().match(ARTICLES)


async def test_where_even_an_empty_article_is_refused_no_article_is_blamed() -> None:
    async def closed(documents: list[dict[str, Any]], ids: list[str] | None) -> list[Match]:
        raise Refused("the index is closed")

    with pytest.raises(NothingAnswers, match="closed"):
        await Percolator(closed, Index(1, set()).ids).match(ARTICLES)


async def test_a_lone_bad_query_is_blamed() -> None:
    found = await Index(1, {0}).percolator().match(ARTICLES)
    assert len(found.broken) == 1


async def test_large_articles_are_asked_in_parts() -> None:
    index = Index(1, set())
    large = {f"local:{number}": {"body": "x" * 2_000_000} for number in range(5)}
    found = await index.percolator().match(large)
    assert set(found.by_article) == set(large)
    assert index.asked == 3
