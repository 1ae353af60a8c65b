"""What is wrong with an article's dates."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.date_flags import Dates, flags_of

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_dates_that_can_be_right_have_no_flag() -> None:
    assert flags_of(Dates(None), NOW) == ()
    assert flags_of(Dates(NOW - DAY, NOW), NOW) == ()
    assert flags_of(Dates(NOW, NOW - timedelta(hours=23)), NOW) == ()


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=14)])
def test_what_another_zone_explains_is_no_future(ahead: timedelta) -> None:
    assert flags_of(Dates(NOW + ahead, NOW + ahead), NOW) == ()


def test_a_date_in_the_future_is_flagged() -> None:
    later = NOW + timedelta(hours=15)
    assert flags_of(Dates(later), NOW) == ("published-in-future",)
    assert flags_of(Dates(NOW, later), NOW) == ("updated-in-future",)


def test_what_is_embargoed_may_be_published_when_its_embargo_ends() -> None:
    later = NOW + 30 * DAY
    assert flags_of(Dates(later, embargoed_until=later), NOW) == ()
    assert flags_of(Dates(later + DAY, embargoed_until=later), NOW) == ("published-in-future",)


def test_an_update_more_than_a_day_before_the_publication_is_flagged() -> None:
    assert flags_of(Dates(NOW, NOW - DAY), NOW) == ()
    assert flags_of(Dates(NOW, NOW - DAY - timedelta(seconds=1)), NOW) == ("updated-before-published",)


def test_an_archive_is_believed_and_a_page_of_before_there_were_pages_is_not() -> None:
    old = datetime(1970, 1, 1, tzinfo=UTC)
    assert flags_of(Dates(old), NOW) == ()
    assert flags_of(Dates(old, is_read=True), NOW) == ("published-before-web",)
    assert flags_of(Dates(datetime(1990, 1, 1, tzinfo=UTC), is_read=True), NOW) == ()


def test_what_is_known_already_is_told_first() -> None:
    dates = Dates(NOW + DAY, known=("updated-impossible",))
    assert flags_of(dates, NOW) == ("updated-impossible", "published-in-future")
