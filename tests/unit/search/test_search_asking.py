"""Query parameters into what is asked, and back."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Rejected
from services.index.asked import Asked
from services.search.asking import LISTS, Page, query_string, read
from services.vocabulary.names import slug

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).map(str.strip).filter(bool)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))


def given_in(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query.removeprefix("?"), keep_blank_values=True)


@given(
    line=TEXTS,
    lists=st.fixed_dictionaries(
        {field: st.lists(TEXTS, unique=True, max_size=3).map(tuple) for field in LISTS.values()}
    ),
    since=st.none() | INSTANTS,
    until=st.none() | INSTANTS,
    sort=st.sampled_from(["relevance", "date"]),
    page=st.builds(Page, st.integers(1, 100), st.none() | st.just("cursor"), st.booleans(), st.booleans()),
)
def test_a_query_string_asks_what_it_was_made_of(
    line: str, lists: dict[str, tuple[str, ...]], since: datetime, until: datetime, sort: str, page: Page
) -> None:
    lists["tags"] = tuple(dict.fromkeys(filter(None, map(slug, lists["tags"]))))
    asked = Asked(line, **lists, since=since, until=until, sort=sort)  # type: ignore[arg-type]
    assert read(given_in(query_string(asked, page)), slug) == (asked, page)


@given(
    st.lists(
        st.tuples(st.sampled_from([*LISTS, "q", "from", "to", "sort", "size", "cursor", "facets", "x"]), st.text())
    )
)
def test_any_parameters_are_read_or_refused(parameters: list[tuple[str, str]]) -> None:
    with suppress(Rejected):
        asked, page = read(parameters, slug)
        assert read(given_in(query_string(asked, page)), slug) == (asked, page)


@pytest.mark.parametrize(
    ("query", "shortest"),
    [
        ("?", ""),
        ("?q=", ""),
        ("?q=*&size=20&sort=relevance&collapse=1&facets=1", ""),
        ("?q=+deal+", "?q=deal"),
        ("?tag=U.S.&tag=us&tag=", "?tag=us"),
        ("?q=one&q=two", "?q=two"),
        ("?from=2026-10-27T00:00:00Z&to=2026-10-28T00:00:00Z", "?from=2026-10-27&to=2026-10-27"),
        ("?from=2026-10-27T02:00:00%2B02:00", "?from=2026-10-27"),
        ("?from=2026-10-27T02:00:00 02:00", "?from=2026-10-27"),
        ("?from=2026-10-27T09:40:00", "?from=2026-10-27T09%3A40%3A00Z"),
        ("?unknown=1", ""),
    ],
)
def test_one_state_has_one_shortest_query_string(query: str, shortest: str) -> None:
    assert query_string(*read(given_in(query), slug)) == shortest


def test_the_last_day_is_included() -> None:
    asked, _ = read([("from", "2026-10-27"), ("to", "2026-10-27")], slug)
    assert asked.since == datetime(2026, 10, 27, tzinfo=UTC)
    assert asked.until == asked.since + timedelta(days=1)


def test_every_wrong_parameter_is_pointed_at() -> None:
    with pytest.raises(Rejected) as refused:
        read([("size", "0"), ("sort", "x"), ("from", "x")], slug)
    assert [error.pointer for error in refused.value.errors] == ["/from", "/sort", "/size"]
