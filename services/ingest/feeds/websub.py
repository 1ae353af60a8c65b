"""WebSub (W3C Recommendation, 23 January 2018), the subscriber's side: decisions without any input or output."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.ingest.feeds.discover import Discovered, usable_hub
from services.ingest.feeds.model import Feed
from services.ingest.feeds.state import Subscription
from services.web_address import without_credentials

CALLBACK_PATH = "/websub/"
LEASE = timedelta(days=10)
_SHORTEST_LEASE = timedelta(minutes=1)
_LONGEST_LEASE = timedelta(days=90)
NOT_VERIFIED = "the last request was not verified in time"
_RETRY = timedelta(days=1)
_SOONEST_RETRY = timedelta(minutes=5)
_MOST_CHALLENGE_CHARACTERS = 4_096
_MOST_DETAIL_CHARACTERS = 200
_SIGNATURE = re.compile(r"(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})", re.IGNORECASE)


def request_form(mode: Literal["subscribe", "unsubscribe"], feed: Feed, topic: str, public_url: str) -> dict[str, str]:
    """What is posted to the hub (section 5.1)."""
    form = {
        "hub.mode": mode,
        "hub.topic": topic,
        "hub.callback": public_url.rstrip("/") + CALLBACK_PATH + feed.callback_token,
    }
    if mode == "subscribe":
        form |= {"hub.secret": feed.secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}
    return form


def offered(before: Subscription, found: Discovered, url: str) -> Subscription:
    """The subscription after its feed was read at `url`: begun anew where the hub or the topic is another one."""
    hub, topic = usable_hub(found, url), found.topic or without_credentials(url)
    if hub is None:
        return Subscription()
    return before if (before.hub, before.topic) == (hub, topic) else Subscription(hub=hub, topic=topic)


def is_due(subscription: Subscription, now: datetime) -> bool:
    """Whether the hub is to be asked now."""
    return subscription.hub is not None and (subscription.ask_at is None or subscription.ask_at <= now)


def asked(before: Subscription, now: datetime) -> Subscription:
    """The subscription when the hub is asked for it; a promise that still holds is kept.

    The next request comes a day later, sooner where the lease would end before.
    """
    if until := before.pushed_until(now):
        soon = min(_RETRY, max(_SOONEST_RETRY, (until - now) / 4))
        return before.model_copy(update={"asked_at": now, "ask_at": now + soon})
    detail = NOT_VERIFIED if has_lapsed(before, now) else None
    changes = {"hub_status": "asked", "hub_detail": detail, "asked_at": now, "ask_at": now + _RETRY}
    return before.model_copy(update={**changes, "lease_until": None})


def leaving(before: Subscription) -> Subscription:
    """The subscription when its hub is asked to push no more; that is asked once."""
    return before.model_copy(update={"hub_status": "unsubscribing"})


def refused(before: Subscription, detail: str, now: datetime) -> Subscription:
    """The subscription when the hub did not take the request."""
    status = before.hub_status if before.pushed_until(now) else "refused"
    return before.model_copy(update={"hub_status": status, "hub_detail": detail[:_MOST_DETAIL_CHARACTERS]})


def has_lapsed(before: Subscription, now: datetime) -> bool:
    """Whether the last request came to nothing: never verified, or verified and run out."""
    return before.hub_status in ("asked", "verified") and not before.pushed_until(now)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the hub is told, and how the subscription stands now."""

    text: str
    subscription: Subscription


def reply(query: Mapping[str, str], is_removed: bool, before: Subscription, now: datetime) -> Reply | None:
    """The answer to a hub's GET (sections 5.2 and 5.3); None for anything that was not asked for."""
    if before.topic is None or query.get("hub.topic") != before.topic or before.hub_status is None:
        return None
    mode, challenge = query.get("hub.mode"), query.get("hub.challenge", "")
    if mode == "denied" and not is_removed:
        detail = query.get("hub.reason", "")[:_MOST_DETAIL_CHARACTERS] or None
        changes = {"hub_status": "denied", "hub_detail": detail, "ask_at": now + _RETRY, "lease_until": None}
        return Reply("", before.model_copy(update=changes))
    if not 0 < len(challenge) <= _MOST_CHALLENGE_CHARACTERS:
        return None
    if mode == "subscribe" and not is_removed and before.hub_status in ("asked", "verified", "refused"):
        return Reply(challenge, _verified(before, _lease(query.get("hub.lease_seconds", "")), now))
    if mode == "unsubscribe" and is_removed:
        return Reply(challenge, before.model_copy(update={"hub_status": "unsubscribed", "lease_until": None}))
    return None


def _verified(before: Subscription, lease: timedelta, now: datetime) -> Subscription:
    """It is renewed when four fifths of the lease have passed."""
    changes = {"hub_status": "verified", "hub_detail": None, "lease_until": now + lease, "ask_at": now + lease * 0.8}
    return before.model_copy(update=changes)


def _lease(seconds: str) -> timedelta:
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 9):
        return LEASE
    return min(_LONGEST_LEASE, max(_SHORTEST_LEASE, timedelta(seconds=int(seconds))))


def is_signed(header: str | None, body: bytes, secret: str, allow_sha1: bool) -> bool:
    """Whether `X-Hub-Signature: method=hex` is the HMAC of the body as it came (section 7.1); sha1 only if allowed.

    Compared in constant time.
    """
    signature = _SIGNATURE.fullmatch((header or "").strip())
    if signature is None:
        return False
    method, offered_hex = signature[1].lower(), signature[2].lower()
    if method == "sha1" and not allow_sha1:
        return False
    expected = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(expected, offered_hex)
