"""Signed requests."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.signature import Signed, target_as_sent, verify

SECRET = "a-signing-secret-for-tests"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WINDOW = timedelta(seconds=300)
TIMESTAMP = str(int(NOW.timestamp()))
TARGET = b"/v1/articles?url=https%3A%2F%2Fquay.example%2Fa&tags=a,b"
BODY = '{"title": "Fähre"}'.encode()


def signature(**changes: Any) -> str:
    parts: dict[str, Any] = {
        "secret": SECRET,
        "timestamp": TIMESTAMP,
        "method": "POST",
        "target": TARGET,
        "body": BODY,
        **changes,
    }
    text = b".".join((parts["timestamp"].encode(), parts["method"].encode(), parts["target"])) + b"." + parts["body"]
    return "sha256=" + hmac.new(parts["secret"].encode(), text, hashlib.sha256).hexdigest()


def check(**changes: Any) -> None:
    arguments: dict[str, Any] = {
        "secret": SECRET,
        "timestamp": TIMESTAMP,
        "signature": signature(),
        "method": "POST",
        "target": TARGET,
        "body": BODY,
        "now": NOW,
        "window": WINDOW,
        **changes,
    }
    verify(**arguments)


def refusal(**changes: Any) -> str:
    with pytest.raises(Rejected) as caught:
        check(**changes)
    assert caught.value.reason is Reason.UNAUTHORIZED
    assert SECRET not in str(caught.value)
    return caught.value.detail


def test_the_signature_is_the_hmac_that_the_documents_describe() -> None:
    # printf '1700000000.POST./v1/articles.{}' | openssl dgst -sha256 -hmac opensesame
    documented = "sha256=79dd65aa0a7ddfdde326efef621c39d57c97ed9d414f96259dc533d35b48c839"
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    verify("opensesame", "1700000000", documented, "POST", b"/v1/articles", b"{}", at, WINDOW)


def test_a_signed_request_is_taken() -> None:
    check()
    check(method="post")
    check(signature=signature().upper().replace("SHA256", "sha256"))
    check(body=b"", signature=signature(body=b""))


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "another-signing-secret"},
        {"body": BODY + b" "},
        {"body": b""},
        {"method": "PUT"},
        {"target": b"/v1/articles"},
        {"target": TARGET.replace(b"%3A", b":")},
        {"timestamp": str(int(TIMESTAMP) + 1)},
        {"signature": signature()[:-1] + ("0" if signature()[-1] != "0" else "1")},
    ],
)
def test_a_signature_of_anything_else_is_refused(changes: dict[str, Any]) -> None:
    assert "not of this request" in refusal(**changes)


@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_header_is_named(missing: str | None) -> None:
    assert "expected the header Wiredesk-Timestamp" in refusal(timestamp=missing)
    assert "expected the header Wiredesk-Signature" in refusal(signature=missing)


@pytest.mark.parametrize(
    "timestamp", ["now", "1.5", "-1", " 1", "1\n", "٣", "2026-11-01T12:00:00Z", "1" * 13, "1" * 5000]
)
def test_an_unreadable_time_is_refused(timestamp: str) -> None:
    assert "seconds since 1970" in refusal(timestamp=timestamp)


@pytest.mark.parametrize("off", [-300, -1, 0, 299, 300])
def test_a_request_counts_within_the_window(off: int) -> None:
    timestamp = str(int(TIMESTAMP) + off)
    check(timestamp=timestamp, signature=signature(timestamp=timestamp))


@pytest.mark.parametrize(
    ("off", "words"), [(-301, "301 s behind"), (301, "301 s ahead of"), (-86400, "86400 s behind")]
)
def test_a_request_outside_the_window_is_refused_with_how_far_off_it_is(off: int, words: str) -> None:
    timestamp = str(int(TIMESTAMP) + off)
    assert words in refusal(timestamp=timestamp, signature=signature(timestamp=timestamp))


@pytest.mark.parametrize(
    "text",
    ["sha256=", "sha1=" + "0" * 40, "0" * 64, "sha256=" + "0" * 63, "sha256=" + "é" * 64, ",", "sha256=" + "0" * 65],
)
def test_an_unreadable_signature_is_refused(text: str) -> None:
    assert "sha256= and 64" in refusal(signature=text)


def test_one_good_signature_of_several_is_enough() -> None:
    old = signature(secret="the-secret-before-this-one")
    check(signature=f"{old}, {signature()}")
    check(signature=f"{signature()},{old},sha1=ff")
    refusal(signature=f"{old}, {old}")


def test_every_signature_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    compare_digest = hmac.compare_digest

    def counting(one: str, other: str) -> bool:
        compared.append(other)
        return compare_digest(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counting)
    old = signature(secret="the-secret-before-this-one")
    check(signature=f"{signature()}, {old}, {old}")
    assert len(compared) == 3


def test_a_body_may_come_in_parts() -> None:
    signed = Signed(SECRET, TIMESTAMP, signature(), "POST", TARGET, NOW, WINDOW)
    for place in range(0, len(BODY), 5):
        signed.update(BODY[place : place + 5])
    signed.finish()


def test_a_body_that_lost_a_part_is_refused() -> None:
    signed = Signed(SECRET, TIMESTAMP, signature(), "POST", TARGET, NOW, WINDOW)
    signed.update(BODY[5:])
    with pytest.raises(Rejected):
        signed.finish()


@pytest.mark.parametrize(
    ("scope", "target"),
    [
        ({"path": "/v1/articles", "raw_path": b"/v1/articles", "query_string": b""}, b"/v1/articles"),
        ({"path": "/a:b/é", "raw_path": b"/a%3Ab/%C3%A9", "query_string": b"x=%20+"}, b"/a%3Ab/%C3%A9?x=%20+"),
        ({"path": "/é", "raw_path": None, "query_string": b""}, b"/%C3%A9"),
        ({"path": "/é"}, b"/%C3%A9"),
    ],
)
def test_the_target_is_what_the_client_sent(scope: dict[str, Any], target: bytes) -> None:
    assert target_as_sent(scope) == target
