"""Outcomes as they stand in Redis."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outcome import Outcome, Status
from schemas.reasons import Reason

STATUSES: tuple[Status, ...] = get_args(Status)


@pytest.mark.parametrize("status", STATUSES)
def test_an_outcome_without_a_reason_is_read_back(status: Status) -> None:
    outcome = Outcome(status, 1_769_850_000_000_000)
    assert outcome.encode() == f"{status} 1769850000000000"
    assert Outcome.decode(outcome.encode().encode()) == outcome


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("detail", ["", "one", "two words", " leading", "double  blank ", "ä 日本 \n line", "5 6 7"])
def test_a_dead_letter_is_read_back_with_its_reason_and_detail(reason: Reason, detail: str) -> None:
    outcome = Outcome("dead-lettered", 7, reason, detail)
    assert Outcome.decode(outcome.encode().encode()) == outcome


@settings(deadline=None)
@given(
    st.sampled_from(STATUSES),
    st.integers(min_value=0, max_value=2**63),
    st.sampled_from(Reason),
    st.text(st.characters(codec="utf-8")),
)
def test_every_outcome_is_read_back(status: Status, at: int, reason: Reason, detail: str) -> None:
    outcome = Outcome(status, at, reason, detail)
    assert Outcome.decode(outcome.encode().encode()) == outcome


@pytest.mark.parametrize(
    "value", [b"", b"accepted", b"lost 5", b"accepted five", b"ACCEPTED 5", b"dead-lettered 5 because x", b"\xff 5"]
)
def test_anything_else_is_a_value_error(value: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Outcome.decode(value)


def test_every_reason_is_one_word_in_lower_case() -> None:
    assert all(reason.value.replace("_", "").isalpha() and reason.value.islower() for reason in Reason)
