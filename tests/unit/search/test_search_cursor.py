"""Where to go on in a list of hits."""

import string
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.reasons import Reason
from services.errors import Rejected
from services.search.cursor import Cursor, Seal, cut, mark

SEAL = Seal(b"a key")
CURSORS = st.builds(
    Cursor,
    st.just(mark("a search")),
    st.lists(st.text().map(mark), max_size=100).map(tuple),
    st.none() | st.text(),
    st.none() | st.text(),
    st.none() | st.integers(0, 10_000) | st.lists(st.none() | st.integers(-(2**60), 2**60) | st.text(), min_size=1),
)


@given(CURSORS)
def test_a_cursor_comes_out_as_it_went_in(cursor: Cursor) -> None:
    assert SEAL.opened(SEAL.sealed(cursor), cursor.of) == cursor


@given(CURSORS)
def test_a_cursor_may_stand_in_an_address(cursor: Cursor) -> None:
    assert set(SEAL.sealed(cursor)) <= set(string.ascii_letters + string.digits + "-_")


def test_a_cursor_of_a_full_page_is_short() -> None:
    marks = tuple(mark(str(number)) for number in range(100))
    assert len(SEAL.sealed(Cursor("x", marks, "p" * 400, "2026-10-27T09:40:00+00:00", [1.5, 2, 3, "id"]))) < 2_000


def test_a_cursor_of_another_search_is_refused() -> None:
    with pytest.raises(Rejected) as refused:
        SEAL.opened(SEAL.sealed(Cursor("one")), "other")
    assert refused.value.reason is Reason.INVALID_FIELD


def test_a_cursor_of_another_key_is_over() -> None:
    with pytest.raises(Rejected) as refused:
        SEAL.opened(Seal(b"another key").sealed(Cursor("one")), "one")
    assert refused.value.reason is Reason.GONE


def test_no_changed_cursor_is_taken() -> None:
    sealed = SEAL.sealed(Cursor("one", after=20))
    for place in range(len(sealed) - 1):  # the last character has bits that say nothing
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(Rejected):
            SEAL.opened(changed, "one")


@given(st.text(max_size=200))
def test_no_text_is_a_fault(text: str) -> None:
    with pytest.raises(Rejected):
        SEAL.opened(text, "one")


@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(0, 30), st.integers(0, 12))
def test_pages_show_everything_that_was_not_shown_once_and_in_order(
    seed: int, size: int, hits: int, shown: int
) -> None:
    random = Random(seed)
    marks = [f"m{number}" for number in range(hits)]
    left = tuple(random.sample([*marks, *(f"gone{number}" for number in range(12))], min(shown, hits + 12)))
    wanted = [one for one in marks if one not in left]
    pages, start, more = [], 0, True
    while more:
        asked_for = size + len(left) + 1
        page = cut(marks[start : start + asked_for], left, size)
        pages += [marks[start + number] for number in page.kept]
        assert len(page.kept) == size or not page.more
        start, left, more = start + page.passed, page.shown, page.more
    assert pages == wanted


def test_what_was_passed_is_remembered_no_longer() -> None:
    assert cut(["a", "b", "c", "d"], ["a", "c", "z"], 1).shown == ("c", "z")
    assert cut(["a", "b"], ["a", "z"], 1).shown == ("z",)
