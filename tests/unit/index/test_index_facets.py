"""What a search can be narrowed by."""

from datetime import UTC, datetime

import pytest

from services.index.asked import Asked
from services.index.facets import NAMES, apart, beside_hits, choices, counts, ends_at

NOW = datetime(2026, 10, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        (Asked("deal"), set()),
        (Asked("deal", tags=("x",)), set()),
        (Asked("deal", authors=("x",), sections=("y",)), set()),
        (Asked("deal", sources=("x",)), {"sources"}),
        (Asked("deal", languages=("en",), publishers=("x",), until=NOW), {"languages", "publishers", "dates"}),
    ],
)
def test_only_what_is_chosen_is_counted_apart(asked: Asked, own: set[str]) -> None:
    assert set(apart(asked)) == own
    assert set(beside_hits(asked)) == set(NAMES) - own


def test_what_is_counted_apart_keeps_every_other_choice() -> None:
    asked = Asked("deal", tags=("t",), sources=("s",), languages=("en",), since=NOW)
    filters = {name: str(body["query"]) for name, body in apart(asked).items()}
    assert "'source'" not in filters["sources"]
    assert "recency_at" not in filters["dates"]
    for name, other in (("sources", "'language'"), ("languages", "'source'"), ("dates", "'tags': 't'")):
        assert other in filters[name]


def test_nothing_that_is_counted_apart_is_scored_or_listed() -> None:
    for body in apart(Asked("deal", sources=("s",), since=NOW)).values():
        assert body["size"] == 0
        assert set(body["query"]["bool"]) == {"filter"}


def test_a_choice_that_nothing_has_is_there_all_the_same() -> None:
    facet = {"buckets": [{"key": "a", "doc_count": 3}, {"key": "b", "doc_count": 1}]}
    assert choices(facet, ("c", "a")) == {"c": 0, "a": 3, "b": 1}


def test_counts_come_from_where_they_were_asked() -> None:
    hits = {"aggregations": dict.fromkeys(NAMES, "hits")}
    found = counts(hits, {"dates": {"aggregations": {"dates": "apart"}}})
    assert found == {**dict.fromkeys(NAMES, "hits"), "dates": "apart"}


@pytest.mark.parametrize(
    ("interval", "end"),
    [
        ("1h", datetime(2026, 11, 30, 1, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 30, 12, tzinfo=UTC)),
        ("7d", datetime(2026, 12, 7, tzinfo=UTC)),
        ("1M", datetime(2026, 12, 30, tzinfo=UTC)),
        ("3M", datetime(2027, 2, 28, tzinfo=UTC)),
        ("10y", datetime(2036, 11, 30, tzinfo=UTC)),
    ],
)
def test_a_bar_ends_where_the_next_begins(interval: str, end: datetime) -> None:
    day = 28 if interval == "3M" else 30
    assert ends_at(datetime(2026, 11, day, tzinfo=UTC), interval) == end
