"""Where a withdrawal stands in the order of versions, and what may stand again after it."""

import pytest

from services.ingest.draft import Burial, Draft
from services.ingest.order import Known, Placed, instant, place, place_burial

NOW = 1_769_850_000_000_000
HOUR = 3_600_000_000
EARLIER = NOW - HOUR


def draft(
    content: str = "new", number: int | None = None, updated: int | None = None, published: int | None = None
) -> Draft:
    return Draft(
        publisher="quay",
        title="t",
        body="b",
        number=number,
        updated_at=None if updated is None else instant(updated),
        published_at=None if published is None else instant(published),
        content_hash=content,
    )


def burial(number: int | None = None, at: int | None = None) -> Burial:
    return Burial("quay", "quay:1", number=number, at=None if at is None else instant(at))


def withdrawn(number: int | None = None, content: str = "old", dead: bool = False) -> Known:
    return Known(EARLIER, number, content, dead=dead, withdrawn=True)


def test_a_withdrawal_of_what_is_not_known_is_accepted_as_of_its_instant() -> None:
    assert place_burial(burial(at=EARLIER), None, NOW) == Placed("accepted", EARLIER, EARLIER)
    assert place_burial(burial(), None, NOW) == Placed("accepted", NOW, NOW)


def test_a_withdrawal_counts_after_what_it_withdraws() -> None:
    assert place_burial(burial(), Known(NOW, None, "c"), NOW) == Placed("accepted", NOW + 1, NOW + 1)


def test_a_second_withdrawal_changes_nothing() -> None:
    assert place_burial(burial(), withdrawn(), NOW) == Placed("unchanged", EARLIER, EARLIER)


def test_a_withdrawal_that_could_not_be_indexed_may_be_sent_again() -> None:
    assert place_burial(burial(), withdrawn(dead=True), NOW).status == "accepted"


def test_a_withdrawal_from_before_the_newest_version_is_superseded() -> None:
    assert place_burial(burial(at=EARLIER - 1), Known(EARLIER, None, "c"), NOW).status == "superseded"


@pytest.mark.parametrize(
    ("number", "status"), [(2, "superseded"), (3, "accepted"), (4, "accepted"), (None, "accepted")]
)
def test_a_numbered_withdrawal_is_compared_by_its_number(number: int | None, status: str) -> None:
    assert place_burial(burial(number), Known(EARLIER, 3, "c"), NOW).status == status


@pytest.mark.parametrize(
    "again",
    [
        draft(),
        draft("old"),
        draft(updated=EARLIER),
        draft(updated=EARLIER - HOUR),
        draft(published=EARLIER - HOUR),
        draft("old", updated=NOW),
        draft("old", published=NOW),
    ],
)
def test_a_withdrawn_article_never_comes_back_by_itself(again: Draft) -> None:
    assert place(again, withdrawn(), NOW) == Placed("superseded", EARLIER, EARLIER)


@pytest.mark.parametrize("again", [draft(updated=NOW), draft(published=NOW), draft(updated=EARLIER + 1)])
def test_other_content_from_after_the_withdrawal_stands_again(again: Draft) -> None:
    placed = place(again, withdrawn(), NOW)
    assert placed.status == "accepted"
    assert placed.revision > EARLIER


@pytest.mark.parametrize(("number", "status"), [(2, "superseded"), (3, "superseded"), (4, "accepted")])
def test_a_higher_number_stands_again_even_with_the_same_content(number: int, status: str) -> None:
    assert place(draft("old", number), withdrawn(3), NOW).status == status


def test_an_explicit_restore_stands_again() -> None:
    assert place(draft("old"), withdrawn(), NOW, republish=True).status == "accepted"


def test_a_dead_lettered_withdrawal_lets_nothing_back_in() -> None:
    assert place(draft(), withdrawn(dead=True), NOW).status == "superseded"


def test_an_update_in_the_future_is_not_later_than_a_withdrawal_of_this_moment() -> None:
    assert place(draft(updated=NOW + HOUR), Known(NOW, None, "old", withdrawn=True), NOW).status == "superseded"
