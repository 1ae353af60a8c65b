"""What templates write."""

from datetime import UTC, datetime

import pytest

from services.index.asked import Asked
from services.search.asking import Page, query_string
from services.search.histogram_view import ends, histogram
from services.search.model import DateBucket, DateFacet
from services.search.rendering import article_path, begun, marked, moment, outgoing, spoken


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 10, number, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("a <mark>b</mark> &amp; c", "a <mark>b</mark> &amp; c"),
        ("<mark onclick=x>b</mark><script>", "&lt;mark onclick=x&gt;b</mark>&lt;script&gt;"),
        ("&lt;mark&gt;", "&lt;mark&gt;"),
    ],
)
def test_marks_are_the_only_tags(given: str, written: str) -> None:
    assert marked(given) == written


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://quay.example/a", True),
        ("http://quay.example/", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT://quay.example/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("//quay.example", False),
        ("https://[broken", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str | None, is_link: bool) -> None:
    assert (outgoing(url) == url) == (is_link or url is None)


def test_a_fragment_does_not_begin_with_what_is_left_of_another_sentence() -> None:
    assert begun("–Japan <mark>supply</mark>") == "Japan <mark>supply</mark>"
    assert begun("“Nobody builds") == "“Nobody builds"
    assert begun("&amp; Sons") == "&amp; Sons"


def test_texts_say_their_language_and_direction() -> None:
    assert spoken("ja") == ' lang="ja" dir="ltr"'
    assert spoken("ar-EG") == ' lang="ar-EG" dir="rtl"'
    assert spoken("und") == ' dir="auto"'
    assert spoken('en" onclick="x') == ' dir="auto"'


def test_ids_are_one_part_of_the_path() -> None:
    assert article_path("quay:a/b?c#d") == "/articles/quay%3Aa%2Fb%3Fc%23d"


def test_moments_are_written_as_people_do() -> None:
    assert moment(day(7, 9)) == "7 Oct 2026"
    assert moment(day(7, 9), exact=True) == "7 Oct 2026, 09:00 UTC"


def test_whole_days_are_asked_for_by_their_dates() -> None:
    assert ends(day(1), day(8)) == ("2026-10-01", "2026-10-07")
    assert ends(day(1, 6), day(1, 12)) == ("2026-10-01T06:00:00Z", "2026-10-01T12:00:00Z")


def test_bars_are_as_high_as_their_counts_and_lead_to_their_days() -> None:
    buckets = tuple(
        DateBucket(since=day(number), until=day(number + 1), count=count)
        for number, count in ((1, 1), (2, 0), (3, 100))
    )
    asked = Asked("ferry", since=day(2), until=day(4))
    shown = histogram(DateFacet(interval="1d", buckets=buckets), asked, lambda one: query_string(one, Page()))
    assert [bar.height for bar in shown.bars] == [2, 0, 48]
    assert [bar.chosen for bar in shown.bars] == [False, True, True]
    assert shown.bars[2].href == "?q=ferry&from=2026-10-03&to=2026-10-03"
    assert shown.bars[2].label == "3 Oct 2026: 100 articles"
    assert (shown.since, shown.until, shown.width) == ("2026-10-02", "2026-10-03", 30)


def test_no_articles_make_no_bars() -> None:
    assert histogram(DateFacet(interval="1d"), Asked(), lambda one: "/").bars == ()
