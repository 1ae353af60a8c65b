"""When a feed is asked next, without any waiting."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.feeds import poll
from services.ingest.feeds.discover import Discovered
from services.ingest.feeds.fetch import Answer
from services.ingest.feeds.poll import Pace
from services.ingest.feeds.state import Polled

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
TEN = timedelta(minutes=10)
NONE = timedelta(0)
CHANCE = st.floats(0, 1)


def answer(status: int, body: bytes = b"", moved_to: str | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, "https://harbour.example/feed", moved_to, httpx.Headers(named, encoding="utf-8"), body)


def after(before: Polled, given_answer: Answer, pause: timedelta | None = None, chance: float = 0.5) -> Polled:
    return poll.after_answer(before, given_answer, Discovered(pause=pause), Pace(TEN), NOW, chance)


@pytest.mark.parametrize(("chance", "minutes"), [(0, 9), (0.5, 10), (1, 11)])
def test_the_schedule_is_the_interval_ten_percent_more_or_less(chance: float, minutes: float) -> None:
    assert Pace(TEN).regular(NOW, NONE, chance) == NOW + timedelta(minutes=minutes)


@given(CHANCE)
def test_a_longer_pause_that_is_asked_for_is_never_cut_short(chance: float) -> None:
    assert Pace(TEN).regular(NOW, timedelta(hours=1), chance) >= NOW + timedelta(hours=1)


def test_a_pause_of_a_year_is_a_day() -> None:
    assert Pace(TEN).regular(NOW, timedelta(days=365), 0) == NOW + timedelta(days=1)


@given(CHANCE)
def test_a_feed_whose_hub_pushes_is_polled_every_six_hours_or_so(chance: float) -> None:
    wait = Pace(TEN, pushed_until=NOW + timedelta(days=9)).regular(NOW, NONE, chance) - NOW
    assert timedelta(hours=5.4) <= wait <= timedelta(hours=6.6)


def test_when_a_hubs_lease_ends_the_feed_is_polled_again() -> None:
    assert Pace(TEN, pushed_until=NOW + timedelta(hours=1)).regular(NOW, NONE, 0.5) == NOW + timedelta(hours=1)
    assert Pace(TEN, pushed_until=NOW - timedelta(hours=1)).regular(NOW, NONE, 0.5) == NOW + TEN


def test_a_feed_that_is_followed_once_a_day_is_not_polled_more_often_for_its_hub() -> None:
    pace = Pace(timedelta(days=1), pushed_until=NOW + timedelta(days=9))
    assert pace.regular(NOW, NONE, 0.5) == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("failures", "most"), [(1, TEN * 2), (3, TEN * 8), (8, timedelta(days=1)), (10**6, timedelta(days=1))]
)
def test_failures_double_the_range_of_the_wait_up_to_a_day(failures: int, most: timedelta) -> None:
    assert Pace(TEN).after_failure(NOW, failures, NONE, 0) == NOW + TEN
    assert Pace(TEN).after_failure(NOW, failures, NONE, 1) == NOW + most
    assert Pace(TEN).after_failure(NOW, failures, NONE, 0.5) == NOW + (TEN + most) / 2


def test_an_interval_over_a_day_is_not_shortened_by_failures() -> None:
    assert Pace(timedelta(days=7)).after_failure(NOW, 1, NONE, 1) == NOW + timedelta(days=7)


@given(CHANCE)
def test_retry_after_is_waited_for(chance: float) -> None:
    assert Pace(TEN).after_failure(NOW, 1, timedelta(hours=5), chance) >= NOW + timedelta(hours=5)


def test_of_an_endless_retry_after_a_week_counts() -> None:
    assert Pace(TEN).after_failure(NOW, 1, timedelta(days=3650), 0) == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Tue, 03 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Tue, 03 Nov 2026 13:00:00 -0000", timedelta(hours=1)),
        ("Tue, 03 Nov 2026 11:00:00 GMT", NONE),
        ("", NONE),
        ("soon", NONE),
        ("-5", NONE),
        ("9" * 400, NONE),
        ("٣", NONE),
        ("Tue, 99 Nov 99999 13:00:00 GMT", NONE),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, wait: timedelta) -> None:
    assert poll.retry_after({"retry-after": value}, NOW) == wait


@pytest.mark.parametrize(
    ("control", "age", "seconds"),
    [
        ("max-age=600", "", 600),
        ("public, Max-Age=600, immutable", "100", 500),
        ('max-age="600"', "700", 0),
        ("no-cache, max-age=600", "", 0),
        ("no-store, max-age=600", "", 0),
        ("s-maxage=600", "", 0),
        ("max-age=-1", "", 0),
        ("max-age", "", 0),
        ("", "", 0),
    ],
)
def test_freshness_is_what_is_left_of_max_age(control: str, age: str, seconds: int) -> None:
    assert poll.freshness({"cache-control": control, "age": age}) == timedelta(seconds=seconds)


def test_a_new_body_leaves_its_validators_and_clears_failures() -> None:
    told = answer(200, b"<rss/>", ETag='W/"7"', Last_Modified="Tue, 03 Nov 2026 11:00:00 GMT")
    known = after(Polled(failures=4), told)
    assert (known.status, known.failures, known.next_at) == ("200 changed", 0, NOW + TEN)
    assert poll.conditions(known) == {
        "If-None-Match": 'W/"7"',
        "If-Modified-Since": "Tue, 03 Nov 2026 11:00:00 GMT",
    }
    assert after(known, told).status == "200 unchanged"
    assert after(known, answer(200, b"<rss>2</rss>")).status == "200 changed"


@pytest.mark.parametrize("value", ["naïve", "a\tb", "x" * 1001])
def test_a_validator_that_cannot_be_sent_back_is_not_kept(value: str) -> None:
    known = after(Polled(), answer(200, b"x", ETag=value))
    assert poll.conditions(known) == {}


def test_an_unchanged_feed_keeps_the_pause_that_it_asked_for_before() -> None:
    known = after(Polled(), answer(200, b"x", ETag='"1"'), pause=timedelta(hours=2))
    assert known.next_at == NOW + timedelta(hours=2.1)
    again = after(known, answer(304))
    assert (again.status, again.etag, again.next_at) == ("304 unchanged", '"1"', NOW + timedelta(hours=2.1))


def test_the_longer_of_max_age_and_ttl_counts() -> None:
    told = answer(200, b"x", Cache_Control="max-age=7200")
    assert after(Polled(), told, pause=timedelta(hours=1), chance=0).next_at == NOW + timedelta(hours=2)
    assert after(Polled(), told, pause=timedelta(hours=3), chance=0).next_at == NOW + timedelta(hours=3)


def test_a_gone_feed_is_not_asked_again() -> None:
    gone = after(Polled(), answer(410))
    assert (gone.gone, gone.status) == (True, "410 gone")
    assert not poll.is_due(gone, NOW + timedelta(days=400))


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 500, 502])
def test_any_other_status_is_a_failure(status: int) -> None:
    known = after(Polled(failures=1, moved_to="https://moved.example/feed"), answer(status), chance=1)
    assert (known.failures, known.status, known.next_at) == (2, str(status), NOW + TEN * 4)
    assert known.moved_to is None


@pytest.mark.parametrize(("status", "wait"), [(429, timedelta(hours=3)), (503, timedelta(hours=3)), (500, TEN)])
def test_retry_after_counts_with_429_and_503(status: int, wait: timedelta) -> None:
    assert after(Polled(), answer(status, Retry_After="10800"), chance=0).next_at == NOW + wait


def test_a_permanent_redirect_is_remembered_until_it_fails() -> None:
    moved = after(Polled(), answer(200, b"x", moved_to="https://moved.example/feed"))
    assert after(moved, answer(304)).moved_to == "https://moved.example/feed"
    assert after(moved, answer(404)).moved_to is None


def test_a_feed_that_could_not_be_delivered_has_not_failed() -> None:
    before = Polled(etag='"1"', digest="d")
    known = poll.postponed(before, timedelta(seconds=30), NOW, 0.5)
    assert (known.failures, known.etag, known.digest) == (0, '"1"', "d")
    assert known.next_at == NOW + timedelta(seconds=45)


def test_only_the_first_of_many_failures_is_a_change_for_the_worse() -> None:
    well, once = Polled(), poll.failed(Polled(), "timeout", Pace(TEN), NOW, 0)
    twice = poll.failed(once, "timeout", Pace(TEN), NOW, 0)
    stuck = poll.postponed(well, TEN, NOW, 0)
    gone = after(well, answer(410))
    assert [poll.is_worse(well, one) for one in (once, stuck, gone)] == [True, True, True]
    assert not any(poll.is_worse(*pair) for pair in ((once, twice), (twice, well), (stuck, stuck), (gone, gone)))


def test_what_is_not_known_is_due_at_once() -> None:
    assert poll.is_due(Polled(), NOW)
    assert poll.is_due(Polled(next_at=NOW), NOW)
    assert not poll.is_due(Polled(next_at=NOW + timedelta(seconds=1)), NOW)
