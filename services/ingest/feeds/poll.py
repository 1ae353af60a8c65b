"""When a feed is asked next, and what is kept of an answer: decisions without any input or output.

`chance` is a random number from 0 to 1 wherever it is asked for.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from services.ingest.feeds.discover import Discovered
from services.ingest.feeds.fetch import Answer
from services.ingest.feeds.state import Polled

NOT_DELIVERED = "not delivered"

_DAY = timedelta(days=1)
_SAFETY_NET = timedelta(hours=6)
_LONGEST_RETRY_AFTER = timedelta(days=7)
_MOST_DOUBLINGS = 20
_MOST_VALIDATOR_CHARACTERS = 1_000
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a feed is asked; `pushed_until` is how long its hub tells of news, None without such a hub."""

    interval: timedelta
    pushed_until: datetime | None = None

    def regular(self, now: datetime, pause: timedelta, chance: float) -> datetime:
        """The next time after an answer: the interval, 10 % more or less, and never before the asked pause has passed.

        A pause over a day counts as a day. With a hub that pushes, six hours, or when its lease ends.
        """
        spread = 0.9 + 0.2 * chance
        due = now + self.interval * spread
        if self.pushed_until is not None and self.pushed_until > now:
            due = max(due, min(self.pushed_until, now + _SAFETY_NET * spread))
        return max(due, now + min(pause, _DAY) * (1 + 0.1 * chance))

    def after_failure(self, now: datetime, failures: int, retry_after: timedelta, chance: float) -> datetime:
        """The next time after so many failures in a row.

        It is a random time between the interval and the interval doubled as often, up to a day; never before
        `retry_after` has passed, of which a week counts.
        """
        most = min(_DAY, self.interval * 2.0 ** min(failures, _MOST_DOUBLINGS))
        wait = self.interval + max(_NOTHING, most - self.interval) * chance
        return now + max(wait, min(retry_after, _LONGEST_RETRY_AFTER) * (1 + 0.1 * chance))


def is_due(polled: Polled, now: datetime) -> bool:
    """Whether the feed is to be asked now."""
    return not polled.gone and (polled.next_at is None or polled.next_at <= now)


def conditions(polled: Polled) -> dict[str, str]:
    """The headers that let the server answer 304 (RFC 9110, section 13)."""
    headers = {"If-None-Match": polled.etag, "If-Modified-Since": polled.last_modified}
    return {name: value for name, value in headers.items() if value}


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long `Retry-After` asks to wait, in seconds or until a date (RFC 9110, 10.2.3); nothing where it does not."""
    value = headers.get("retry-after", "").strip()
    if _is_seconds(value):
        return timedelta(seconds=int(value))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _NOTHING
    return max(_NOTHING, (until if until.tzinfo else until.replace(tzinfo=UTC)) - now)


def freshness(headers: Mapping[str, str]) -> timedelta:
    """How much longer the answer is fresh by `Cache-Control: max-age` and `Age` (RFC 9111, sections 4.2 and 5.2)."""
    directives: dict[str, str] = {}
    for part in headers.get("cache-control", "").split(","):
        name, _, value = part.partition("=")
        directives.setdefault(name.strip().lower(), value.strip().strip('"'))
    age = headers.get("age", "").strip()
    seconds = directives.get("max-age", "")
    if not _is_seconds(seconds) or "no-cache" in directives or "no-store" in directives:
        return _NOTHING
    return timedelta(seconds=max(0, int(seconds) - (int(age) if _is_seconds(age) else 0)))


def digest(body: bytes) -> str:
    """What is kept of a body to know it again: its SHA-256, in hex."""
    return hashlib.sha256(body).hexdigest()


def after_answer(before: Polled, answer: Answer, found: Discovered, pace: Pace, now: datetime, chance: float) -> Polled:
    """What is known after this answer, whose body, if it was new, was delivered; `found` is what it says of itself."""
    match answer.status:
        case 200:
            pause = max(freshness(answer.headers), found.pause or _NOTHING)
            kept = {
                "status": "200 unchanged" if digest(answer.body) == before.digest else "200 changed",
                "etag": _validator(answer.headers.get("etag")),
                "last_modified": _validator(answer.headers.get("last-modified")),
                "digest": digest(answer.body),
                "moved_to": answer.moved_to or before.moved_to,
                "pause": found.pause,
            }
        case 304:
            pause = max(freshness(answer.headers), before.pause or _NOTHING)
            kept = {"status": "304 unchanged"}
        case 410:
            return before.model_copy(update={"status": "410 gone", "fetched_at": now, "next_at": None, "gone": True})
        case status:
            wait = retry_after(answer.headers, now) if status in (429, 503) else _NOTHING
            return failed(before, str(status), pace, now, chance, wait)
    next_at = pace.regular(now, pause, chance)
    return before.model_copy(update={**kept, "fetched_at": now, "next_at": next_at, "failures": 0})


def failed(before: Polled, status: str, pace: Pace, now: datetime, chance: float, wait: timedelta = _NOTHING) -> Polled:
    """What is known after a failure; a remembered redirect is forgotten with it."""
    failures = before.failures + 1
    next_at = pace.after_failure(now, failures, wait, chance)
    changes = {"status": status, "fetched_at": now, "next_at": next_at, "failures": failures, "moved_to": None}
    return before.model_copy(update=changes)


def postponed(before: Polled, wait: timedelta, now: datetime, chance: float) -> Polled:
    """What is known when the feed was well and could not be delivered."""
    changes = {"status": NOT_DELIVERED, "fetched_at": now, "next_at": now + wait * (1 + chance)}
    return before.model_copy(update=changes)


def is_worse(before: Polled, after: Polled) -> bool:
    """Whether all was well before and is not any more."""
    newly_failing = after.failures > 0 and before.failures == 0
    newly_stuck = after.status == NOT_DELIVERED != before.status
    return (after.gone and not before.gone) or newly_failing or newly_stuck


def _is_seconds(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _validator(value: str | None) -> str | None:
    """An ETag or Last-Modified, if it can be sent back."""
    fits = value and value.isascii() and value.isprintable() and len(value) <= _MOST_VALIDATOR_CHARACTERS
    return value if fits else None
