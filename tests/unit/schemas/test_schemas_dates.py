"""Instants as publishers write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dates import parse_instant, precision_of

NINE = datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T09:00:00Z",
        "2026-01-31T09:00:00+00:00",
        "2026-01-31T09:00:00-00:00",
        "2026-01-31T18:00:00+09:00",
        "2026-01-31T18:00:00+0900",
        "2026-01-31T18:00:00+09",
        "2026-01-31T04:00:00-05:00",
        "2026-01-31T14:30:00+05:30",
        "2026-01-31T09:00:00.000Z",
        "2026-01-31 09:00:00Z",
        "2026-01-31T09:00Z",
        "20260131T090000Z",
        "  2026-01-31T09:00:00Z\n",
        "Sat, 31 Jan 2026 09:00:00 GMT",
        "Sat, 31 Jan 2026 18:00:00 +0900",
        "Sat, 31 Jan 2026 04:00:00 EST",
        "Sat, 31 Jan 2026 09:00 UT",
        "31 Jan 2026 09:00:00 +0000",
        "31 Jan 26 09:00:00 GMT",
    ],
)
def test_every_known_spelling_names_the_same_instant(text: str) -> None:
    assert parse_instant(text) == NINE


@pytest.mark.parametrize(
    "text", ["2026-01-31T09:00:00", "2026-01-31 09:00", "20260131T0900", "Sat, 31 Jan 2026 09:00:00 -0000"]
)
def test_an_instant_without_an_offset_is_utc(text: str) -> None:
    assert parse_instant(text) == NINE


@pytest.mark.parametrize("text", ["2026-01-31", "20260131"])
def test_a_day_alone_is_its_midnight_in_utc(text: str) -> None:
    assert parse_instant(text) == datetime(2026, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-01-31T09:00:00.5Z", 500_000),
        ("2026-01-31T09:00:00.123456Z", 123_456),
        ("2026-01-31T09:00:00.123456789Z", 123_456),
    ],
)
def test_fractions_of_a_second_are_kept_to_the_microsecond(text: str, microsecond: int) -> None:
    assert parse_instant(text) == NINE.replace(microsecond=microsecond)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "yesterday",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "2026-01-31T25:00:00Z",
        "2026-01-31T09:00:00+99:00",
        "09:00",
        "31.01.2026",
        "Sat, 32 Jan 2026 09:00:00 GMT",
        "Sat, 31 Foo 2026 09:00:00 GMT",
        "1769850000",
        "1.5",
        "\x00",
        "日本",
    ],
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        parse_instant(text)


@pytest.mark.parametrize("value", [0, 1769850000, 1769850000000, 1.5, True, None, [], {}, b"2026-01-31"])
def test_what_is_not_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected a date as text"):
        parse_instant(value)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-01:00", "Fri, 31 Dec 9999 23:00:00 -0900"]
)
def test_an_instant_outside_the_years_1_to_9999_in_utc_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "year"), [("0001-01-01T00:00:00Z", 1), ("9999-12-31T23:59:59Z", 9999), ("0001-01-01", 1)]
)
def test_the_first_and_the_last_year_are_taken(text: str, year: int) -> None:
    assert parse_instant(text).year == year


def test_a_datetime_is_moved_to_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert parse_instant(datetime(2026, 1, 31, 18, tzinfo=tokyo)) == NINE
    assert parse_instant(datetime(2026, 1, 31, 9)) == NINE


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_an_instant_in_utc_or_a_value_error(text: str) -> None:
    try:
        instant = parse_instant(text)
    except ValueError:
        return
    assert instant.tzinfo is UTC


@settings(deadline=None)
@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),
        max_value=datetime(9998, 12, 31),
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_iso_format_is_read_back_as_the_same_instant(instant: datetime) -> None:
    read = parse_instant(instant.isoformat())
    assert read == instant
    assert read.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("2026-01-31", "day"),
        ("31 Jan 2026", "day"),
        ("2026-01-31T09:00", "local"),
        ("2026-01-31 09:00:00.25", "local"),
        ("20260131T090000", "local"),
        ("2026-01-31T09:00:00Z", "instant"),
        ("2026-01-31T18:00:00+09:00", "instant"),
        ("2026-01-31T18:00:00 +0900", "instant"),
        ("2026-01-31T18:00+09", "instant"),
        ("20260131T090000Z", "instant"),
        ("Sat, 31 Jan 2026 09:00:00 GMT", "instant"),
        ("Sat, 31 Jan 2026 04:00 EST", "instant"),
        (NINE, "instant"),
        (NINE.replace(tzinfo=None), "local"),
        (1769850000, None),
        (None, None),
    ],
)
def test_a_date_says_a_day_a_time_or_an_instant(value: object, precision: str | None) -> None:
    assert precision_of(value) == precision
