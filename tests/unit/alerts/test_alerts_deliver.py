"""How messages are signed, what answers mean, and when a message is tried again."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from services.alerts.deliver import is_too_old, pause_after
from services.alerts.send import answered
from services.alerts.sign import signed_headers
from services.alerts.waiting import Failures

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
SECRET = f"whsec_{base64.b64encode(b'0123456789abcdef0123456789abcdef').decode()}"


def test_a_message_is_signed_as_standard_webhooks_has_it() -> None:
    headers = signed_headers(SECRET, "msg_1", b'{"a":1}', NOW)
    mac = hmac.new(b"0123456789abcdef0123456789abcdef", b'msg_1.1769850000.{"a":1}', hashlib.sha256).digest()
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1769850000",
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "delivered"), (204, "delivered"), (299, "delivered"), (410, "gone"), (301, "failed"), (308, "failed")]
    + [(status, "failed") for status in (400, 404, 422, 429, 500, 503)],
)
def test_what_an_answer_means(status: int, outcome: str) -> None:
    assert answered(status, httpx.Headers(), b"").outcome == outcome


@pytest.mark.parametrize(
    ("wished", "understood"),
    [("120", timedelta(seconds=120)), ("", None), ("soon", None), ("-1", None), ("99999999", None), ("²", None)],
)
def test_how_long_a_target_wants_to_be_left_alone(wished: str, understood: timedelta | None) -> None:
    headers = httpx.Headers([(b"retry-after", wished.encode("latin-1"))])
    assert answered(503, headers, b"").retry_after == understood


def test_an_answer_is_shown_on_one_short_line() -> None:
    assert answered(500, httpx.Headers(), b"it\n  is\xff " + b"x" * 5000).text == "500 it is� " + "x" * 193


def test_pauses_grow_to_the_longest_and_never_beyond() -> None:
    first, longest = timedelta(seconds=2), timedelta(hours=1)
    for tries, bound in ((1, 2.0), (2, 4.0), (5, 32.0), (12, 3600.0), (10_000, 3600.0)):
        pauses = [pause_after(tries, first, longest).total_seconds() for _ in range(200)]
        assert 0 <= min(pauses) <= max(pauses) <= bound
        assert max(pauses) > bound / 2
        assert min(pauses) < bound / 2


def test_a_message_is_too_old_when_its_time_is_over() -> None:
    body = orjson.dumps({"time": "2026-01-30T09:00:00Z"})
    assert is_too_old(body, timedelta(hours=24), NOW)
    assert not is_too_old(body, timedelta(hours=24), NOW - timedelta(seconds=1))


def test_failures_add_up_and_come_out_of_redis_as_they_went_in() -> None:
    first = Failures.after(None, NOW, "500")
    second = Failures.after(Failures.read(first.encode()), NOW + timedelta(hours=1), "503")
    assert second == Failures(2, NOW.timestamp(), "503")
    assert Failures.read(None) is None
