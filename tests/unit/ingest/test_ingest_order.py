"""Where a posted version stands in the order of its article's versions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.draft import Draft
from services.ingest.order import Known, Placed, instant, microseconds, place

NOW = 1_769_850_000_000_000
HOUR = 3_600_000_000
EARLIER = NOW - HOUR


def draft(content: str = "new", number: int | None = None, updated_at: int | None = None) -> Draft:
    return Draft(
        publisher="quay",
        title="t",
        body="b",
        number=number,
        updated_at=None if updated_at is None else instant(updated_at),
        content_hash=content,
    )


def known(revision: int = EARLIER, number: int | None = None, content: str = "old", dead: bool = False) -> Known:
    return Known(revision, number, content, dead)


def test_instants_and_microseconds_are_the_same_thing() -> None:
    assert instant(NOW) == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert microseconds(instant(NOW)) == NOW
    assert microseconds(instant(NOW) + timedelta(microseconds=1)) == NOW + 1
    assert microseconds(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1_000_000


@settings(deadline=None)
@given(st.integers(min_value=-(10**16), max_value=10**17))
def test_no_microsecond_is_lost(value: int) -> None:
    assert microseconds(instant(value)) == value


def test_the_first_version_counts_from_acceptance() -> None:
    assert place(draft(), None, NOW) == Placed("accepted", NOW, NOW)


def test_the_first_version_counts_from_its_update_in_the_past() -> None:
    assert place(draft(updated_at=EARLIER), None, NOW) == Placed("accepted", EARLIER, EARLIER)


@pytest.mark.parametrize("before", [None, known()])
@pytest.mark.parametrize("ahead", [1, HOUR, 1000 * HOUR])
def test_an_update_in_the_future_never_counts_later_than_acceptance(before: Known | None, ahead: int) -> None:
    assert place(draft(updated_at=NOW + ahead), before, NOW) == Placed("accepted", NOW, NOW)


@pytest.mark.parametrize("updated_at", [0, -HOUR, -50_000 * HOUR])
def test_an_update_before_1970_counts_from_the_first_microsecond(updated_at: int) -> None:
    assert place(draft(updated_at=updated_at), None, NOW).revision == 1


def test_the_publishers_number_is_the_version_that_publishers_see() -> None:
    assert place(draft(number=7), None, NOW) == Placed("accepted", NOW, 7)
    assert known(number=7).version == 7
    assert known().version == EARLIER


def test_changed_content_without_numbers_is_a_new_version() -> None:
    assert place(draft(), known(), NOW) == Placed("accepted", NOW, NOW)


def test_the_same_content_without_numbers_is_unchanged() -> None:
    assert place(draft("old"), known(), NOW) == Placed("unchanged", EARLIER, EARLIER)


@pytest.mark.parametrize("updated_at", [EARLIER - HOUR, EARLIER, NOW, NOW + HOUR])
def test_the_same_content_is_unchanged_whenever_it_was_updated(updated_at: int) -> None:
    assert place(draft("old", updated_at=updated_at), known(), NOW).status == "unchanged"


def test_an_update_older_than_the_known_version_is_superseded() -> None:
    assert place(draft(updated_at=EARLIER - 1), known(), NOW) == Placed("superseded", EARLIER, EARLIER)


def test_changed_content_of_the_same_instant_is_a_new_version() -> None:
    assert place(draft(updated_at=EARLIER), known(), NOW) == Placed("accepted", EARLIER + 1, EARLIER + 1)


@pytest.mark.parametrize("content", ["old", "new"])
@pytest.mark.parametrize("updated_at", [None, EARLIER - HOUR, NOW + HOUR])
def test_a_lower_number_is_superseded(content: str, updated_at: int | None) -> None:
    placed = place(draft(content, 3, updated_at), known(number=4), NOW)
    assert placed == Placed("superseded", EARLIER, 4)


@pytest.mark.parametrize("content", ["old", "new"])
@pytest.mark.parametrize("updated_at", [None, EARLIER - HOUR, EARLIER, NOW + HOUR])
def test_a_higher_number_counts_whatever_its_date_and_content(content: str, updated_at: int | None) -> None:
    placed = place(draft(content, 5, updated_at), known(number=4), NOW)
    assert placed.status == "accepted"
    assert placed.version == 5
    assert EARLIER < placed.revision <= NOW


def test_the_same_number_with_the_same_content_is_unchanged() -> None:
    assert place(draft("old", 4), known(number=4), NOW) == Placed("unchanged", EARLIER, 4)


def test_the_same_number_with_changed_content_is_a_new_version() -> None:
    assert place(draft("new", 4), known(number=4), NOW) == Placed("accepted", NOW, 4)


def test_the_same_number_with_changed_content_and_an_older_date_is_superseded() -> None:
    assert place(draft("new", 4, EARLIER - 1), known(number=4), NOW) == Placed("superseded", EARLIER, 4)


@pytest.mark.parametrize(("posted", "before"), [(5, None), (None, 5)])
def test_a_number_on_one_side_alone_decides_nothing(posted: int | None, before: int | None) -> None:
    assert place(draft("new", posted), known(number=before), NOW).status == "accepted"
    assert place(draft("old", posted), known(number=before), NOW).status == "unchanged"
    assert place(draft("new", posted, EARLIER - 1), known(number=before), NOW).status == "superseded"


@pytest.mark.parametrize("number", [None, 3, 4, 5])
@pytest.mark.parametrize("content", ["old", "new"])
@pytest.mark.parametrize("updated_at", [None, EARLIER - HOUR, NOW + HOUR])
@pytest.mark.parametrize("why", ["dead", "republish"])
def test_what_is_dead_or_republished_is_published_again(
    number: int | None, content: str, updated_at: int | None, why: str
) -> None:
    before = known(number=4, dead=why == "dead")
    placed = place(draft(content, number, updated_at), before, NOW, republish=why == "republish")
    assert placed.status == "accepted"
    assert placed.revision > EARLIER
    assert placed.version == (number or placed.revision)


def test_republishing_what_is_not_known_is_a_first_version() -> None:
    assert place(draft(), None, NOW, republish=True) == Placed("accepted", NOW, NOW)


def test_a_clock_that_runs_back_still_gives_a_higher_revision() -> None:
    assert place(draft(), known(NOW + HOUR), NOW, republish=True).revision == NOW + HOUR + 1
    assert place(draft(number=5), known(NOW + HOUR, number=4), NOW).revision == NOW + HOUR + 1


NUMBERS = st.none() | st.integers(1, 5)
MOMENTS = st.integers(1, 100)


@settings(deadline=None)
@given(NUMBERS, NUMBERS, st.none() | st.integers(-5, 150), MOMENTS, MOMENTS, st.booleans(), st.booleans())
def test_a_version_that_counts_always_has_a_higher_revision_than_the_known_one(
    posted: int | None,
    before: int | None,
    updated_at: int | None,
    revision: int,
    now: int,
    dead: bool,
    republish: bool,
) -> None:
    stand = known(revision, before, dead=dead)
    for content in ("old", "new"):
        placed = place(draft(content, posted, updated_at), stand, now, republish)
        if placed.status == "accepted":
            assert placed.revision > revision
            assert placed.revision <= max(now, revision + 1)
            assert placed.version == (posted or placed.revision)
        else:
            assert (placed.revision, placed.version) == (revision, stand.version)


@settings(deadline=None)
@given(NUMBERS, st.none() | st.integers(-5, 150), MOMENTS, MOMENTS)
def test_the_same_post_twice_is_accepted_once(number: int | None, updated_at: int | None, now: int, later: int) -> None:
    post = draft("same", number, updated_at)
    first = place(post, None, now)
    again = place(post, Known(first.revision, number, "same"), now + later)
    assert again == replace(first, status="unchanged")
