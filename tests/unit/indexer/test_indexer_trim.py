"""Where the stream may be cut."""

from datetime import UTC, datetime, timedelta

import pytest

from services.indexer.trim import cut, first_needed

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
MILLISECONDS = 1_769_850_000_000
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("last_delivered", "oldest_pending", "needed"),
    [
        ("0-0", None, "0-1"),
        ("5-0", None, "5-1"),
        ("5-9", None, "5-10"),
        ("1769850000000-41", None, "1769850000000-42"),
        ("5-9", "3-2", "3-2"),
        ("5-9", "5-9", "5-9"),
        ("10-0", "9-0", "9-0"),
    ],
)
def test_the_first_entry_needed_is_the_oldest_pending_else_the_one_after_the_last_delivered(
    last_delivered: str, oldest_pending: str | None, needed: str
) -> None:
    assert first_needed(last_delivered, oldest_pending) == needed


@pytest.mark.parametrize(
    ("needed", "at"),
    [
        (f"{MILLISECONDS}-5", f"{MILLISECONDS - 3_600_000}-0"),
        (f"{MILLISECONDS - 3_600_001}-5", f"{MILLISECONDS - 3_600_001}-5"),
        (f"{MILLISECONDS - 3_600_000}-0", f"{MILLISECONDS - 3_600_000}-0"),
        (f"{MILLISECONDS - 3_600_000}-1", f"{MILLISECONDS - 3_600_000}-0"),
        ("0-1", "0-1"),
        ("9-0", "9-0"),
        ("999999999999-0", "999999999999-0"),
        ("9999999999999-0", f"{MILLISECONDS - 3_600_000}-0"),
    ],
)
def test_nothing_is_cut_that_is_needed_or_young(needed: str, at: str) -> None:
    assert cut(needed, NOW, HOUR) == at


@pytest.mark.parametrize(
    ("needed", "milliseconds", "at"),
    [
        ("9-0", 10, "9-0"),
        ("10-0", 9, "9-0"),
        ("100-0", 20, "20-0"),
        ("20-0", 100, "20-0"),
        ("9-10", 9, "9-0"),
    ],
)
def test_ids_are_compared_as_numbers_and_not_as_text(needed: str, milliseconds: int, at: str) -> None:
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert cut(needed, now, timedelta(0)) == at


def test_keeping_nothing_longer_than_needed_still_keeps_what_is_needed() -> None:
    assert cut("5-3", NOW, timedelta(0)) == "5-3"
    assert cut(f"{MILLISECONDS + 1}-0", NOW, timedelta(0)) == f"{MILLISECONDS}-0"
