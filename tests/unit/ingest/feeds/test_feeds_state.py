"""What Redis is given of a feed's state, and what is made of what it gives back."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.feeds.state import Polled, Subscription

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {b"failures": b"many"},
        {b"next_at": b"tomorrow"},
        {b"next_at": b"2026-11-03T12:00:00"},
        {b"gone": b"perhaps"},
        {b"etag": b"\xff"},
        {b"pause": b"P"},
    ],
)
def test_a_state_that_cannot_be_read_is_as_good_as_none(fields: dict[bytes, bytes]) -> None:
    assert Polled.decode({b"status": b"200 changed", **fields}) == Polled()


def test_what_a_later_version_added_is_left_alone() -> None:
    assert Polled.decode({b"failures": b"2", b"colour": b"blue"}) == Polled(failures=2)
    assert Subscription.decode({b"hub_status": b"verified"}).hub_status == "verified"


def test_a_promise_to_push_holds_until_its_lease_ends() -> None:
    until = NOW + timedelta(days=1)
    held = Subscription(hub_status="verified", lease_until=until)
    assert (held.pushed_until(NOW), held.pushed_until(until)) == (until, None)
    assert Subscription(hub_status="denied", lease_until=until).pushed_until(NOW) is None
    assert Subscription(hub_status="verified").pushed_until(NOW) is None
