"""The subscriber's side of WebSub, decision by decision."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from services.ingest.feeds import websub
from services.ingest.feeds.discover import Discovered
from services.ingest.feeds.model import new_feed
from services.ingest.feeds.state import HubStatus, Subscription

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOPIC = "https://harbour.example/feed"
HUB = "https://hub.example/"
SECRET = "a-secret-of-some-length"
ASKED = websub.asked(Subscription(hub=HUB, topic=TOPIC), NOW)
BODY = "<rss>café</rss>".encode()


def signed(method: str, body: bytes = BODY, secret: str = SECRET) -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


def call(before: Subscription = ASKED, is_removed: bool = False, **query: str) -> websub.Reply | None:
    named = {"hub.topic": TOPIC, "hub.challenge": "c-1", **{f"hub.{name}": value for name, value in query.items()}}
    return websub.reply(named, is_removed, before, NOW)


def verified(lease: timedelta = 10 * DAY) -> Subscription:
    reply = call(mode="subscribe", lease_seconds=str(int(lease.total_seconds())))
    assert reply is not None
    return reply.subscription


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_a_right_signature_is_taken(method: str) -> None:
    header = signed(method)
    assert websub.is_signed(header, BODY, SECRET, allow_sha1=False)
    assert websub.is_signed(header.upper(), BODY, SECRET, allow_sha1=False)


def test_sha1_is_taken_only_if_that_is_allowed() -> None:
    assert not websub.is_signed(signed("sha1"), BODY, SECRET, allow_sha1=False)
    assert websub.is_signed(signed("sha1"), BODY, SECRET, allow_sha1=True)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256",
        "sha256=",
        signed("sha256")[:-1],
        signed("sha256") + "0",
        signed("sha256", BODY + b" "),
        signed("sha256", secret="another"),
        signed("sha512").replace("sha512", "sha256"),
        signed("md5"),
        "none=" + signed("sha256").partition("=")[2],
        "sha256=" + "ü" * 64,
        signed("sha256").partition("=")[2],
        signed("sha256") + "," + signed("sha256"),
        "sha1=" + signed("sha256").partition("=")[2],
    ],
)
def test_any_other_signature_is_not(header: str | None) -> None:
    assert not websub.is_signed(header, BODY, SECRET, allow_sha1=True)


def test_the_request_has_the_secret_and_an_address_of_the_feeds_own() -> None:
    feed = new_feed(TOPIC, "harbour", None, NOW)
    form = websub.request_form("subscribe", feed, TOPIC, "https://desk.example/in/")
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": f"https://desk.example/in/websub/{feed.callback_token}",
        "hub.secret": feed.secret,
        "hub.lease_seconds": "864000",
    }
    assert "hub.secret" not in websub.request_form("unsubscribe", feed, TOPIC, "https://desk.example")


def test_what_was_asked_for_is_verified_with_the_challenge() -> None:
    reply = call(mode="subscribe", challenge="x/y z", lease_seconds="86400")
    assert reply is not None
    assert reply.text == "x/y z"
    assert reply.subscription.pushed_until(NOW) == NOW + DAY
    assert reply.subscription.ask_at == NOW + DAY * 0.8


@pytest.mark.parametrize(
    ("lease_seconds", "lease"),
    [
        ("", timedelta(days=10)),
        ("soon", timedelta(days=10)),
        ("-1", timedelta(days=10)),
        ("0", timedelta(minutes=1)),
        ("999999999", timedelta(days=90)),
        ("9" * 5000, timedelta(days=10)),
    ],
)
def test_an_odd_lease_becomes_a_sensible_one(lease_seconds: str, lease: timedelta) -> None:
    reply = call(mode="subscribe", lease_seconds=lease_seconds)
    assert reply is not None
    assert reply.subscription.lease_until == NOW + lease


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "subscribe", "topic": TOPIC + "/"},
        {"mode": "subscribe", "topic": ""},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"mode": ""},
        {"mode": "subscribe", "challenge": ""},
        {"mode": "subscribe", "challenge": "x" * 4097},
        {"mode": "denied", "topic": "https://other.example/feed"},
    ],
)
def test_what_was_not_asked_for_is_not_answered(query: dict[str, str]) -> None:
    assert call(ASKED, False, **query) is None


def test_a_hub_that_was_never_asked_is_not_answered() -> None:
    assert call(Subscription(), mode="subscribe") is None
    assert call(Subscription(hub=HUB, topic=TOPIC), mode="subscribe") is None
    assert call(Subscription(hub=HUB, topic=TOPIC), mode="denied") is None


def test_a_denied_subscription_is_verified_only_after_it_was_asked_for_again() -> None:
    reply = call(mode="denied", reason="not for you")
    assert reply is not None
    denied = reply.subscription
    assert (denied.hub_status, denied.hub_detail, denied.ask_at) == ("denied", "not for you", NOW + DAY)
    assert call(denied, mode="subscribe") is None
    assert call(websub.asked(denied, NOW + DAY), mode="subscribe") is not None


def test_a_verified_subscription_can_be_denied_later() -> None:
    reply = call(verified(), mode="denied")
    assert reply is not None
    assert reply.subscription.pushed_until(NOW) is None


@pytest.mark.parametrize("status", get_args(HubStatus))
def test_of_a_removed_feed_only_the_farewell_is_verified(status: HubStatus) -> None:
    before = Subscription(hub=HUB, topic=TOPIC, hub_status=status)
    assert call(before, is_removed=True, mode="subscribe") is None
    assert call(before, is_removed=True, mode="denied") is None
    reply = call(before, is_removed=True, mode="unsubscribe")
    assert reply is not None
    assert (reply.text, reply.subscription.hub_status) == ("c-1", "unsubscribed")


def test_a_hub_that_refused_or_said_nothing_is_asked_a_day_later() -> None:
    for before in (ASKED, websub.refused(ASKED, "400 no", NOW)):
        assert not websub.is_due(before, NOW + DAY - timedelta(seconds=1))
        assert websub.is_due(before, NOW + DAY)
    assert websub.has_lapsed(ASKED, NOW + DAY)
    assert websub.asked(ASKED, NOW + DAY).hub_detail == websub.NOT_VERIFIED


def test_while_it_is_renewed_a_subscription_stays_verified() -> None:
    later = NOW + 8 * DAY
    renewing = websub.asked(verified(), later)
    assert renewing.pushed_until(later) == NOW + 10 * DAY
    assert renewing.ask_at == later + DAY / 2
    assert websub.refused(renewing, "503", later).pushed_until(later) == NOW + 10 * DAY


def test_a_short_lease_does_not_make_its_hub_be_asked_all_the_time() -> None:
    short = verified(timedelta(minutes=1))
    later = NOW + timedelta(seconds=48)
    assert websub.asked(short, later).ask_at == later + timedelta(minutes=5)


def test_a_lease_that_ran_out_is_no_promise() -> None:
    until = NOW + 11 * DAY
    assert verified().pushed_until(until) is None
    asked_again = websub.asked(verified(), until)
    assert (asked_again.hub_status, asked_again.lease_until) == ("asked", None)


def test_another_hub_or_topic_begins_anew() -> None:
    held = verified()
    assert websub.offered(held, Discovered((HUB,), TOPIC), TOPIC) is held
    assert websub.offered(held, Discovered((HUB,)), TOPIC) is held
    assert websub.offered(held, Discovered((HUB,)), "https://u:p@harbour.example/feed") is held
    moved = websub.offered(held, Discovered(("https://new.example/",), TOPIC), TOPIC)
    assert moved == Subscription(hub="https://new.example/", topic=TOPIC)
    assert websub.is_due(moved, NOW)
    assert websub.offered(held, Discovered((HUB,), "https://harbour.example/2"), TOPIC).hub_status is None
    assert websub.offered(held, Discovered(), TOPIC) == Subscription()


def test_the_secret_is_not_sent_over_http_for_a_feed_that_came_over_https() -> None:
    both = Discovered(("http://hub.example/", HUB))
    plain = Discovered(("http://hub.example/",), "http://harbour.example/feed")
    assert websub.offered(Subscription(), both, TOPIC).hub == HUB
    assert websub.offered(Subscription(), plain, TOPIC).hub is None
    assert websub.offered(Subscription(), plain, "http://harbour.example/feed").hub == "http://hub.example/"
