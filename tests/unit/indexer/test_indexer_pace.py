"""When what was written is made searchable."""

from services.indexer.pace import LONGEST_SECONDS, may_wait


def test_what_comes_in_time_does_not_wait() -> None:
    assert not may_wait(collected=1, in_hand=2, max_in_hand=20_000, late=0.3, since=1.0)


def test_what_is_late_waits_a_tenth_of_that_longer() -> None:
    assert may_wait(collected=1, in_hand=2, max_in_hand=20_000, late=30, since=2.9)
    assert not may_wait(collected=1, in_hand=2, max_in_hand=20_000, late=30, since=3.1)


def test_nothing_waits_for_more_than_five_seconds() -> None:
    assert may_wait(collected=1, in_hand=2, max_in_hand=20_000, late=86_400, since=LONGEST_SECONDS - 0.1)
    assert not may_wait(collected=1, in_hand=2, max_in_hand=20_000, late=86_400, since=LONGEST_SECONDS)


def test_nothing_waits_where_nothing_else_is_in_hand() -> None:
    assert not may_wait(collected=2, in_hand=2, max_in_hand=20_000, late=86_400, since=0.0)


def test_nothing_waits_until_the_reader_has_to_stop_for_it() -> None:
    assert may_wait(collected=9_999, in_hand=19_000, max_in_hand=20_000, late=86_400, since=0.0)
    assert not may_wait(collected=10_000, in_hand=19_000, max_in_hand=20_000, late=86_400, since=0.0)
