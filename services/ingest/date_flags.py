"""What is wrong with an article's dates."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BEFORE_THE_WEB = "published-before-web"
_WEB_BEGINS = datetime(1990, 1, 1, tzinfo=UTC)
_ZONES = timedelta(hours=14)
"""As much may the midnight of a day, or a time without its zone, lie ahead."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """An article's dates; `is_read` says that a page tells when it was published, `known` what is wrong already."""

    published_at: datetime | None
    updated_at: datetime | None = None
    embargoed_until: datetime | None = None
    is_read: bool = False
    known: tuple[str, ...] = ()


def flags_of(dates: Dates, accepted_at: datetime) -> tuple[str, ...]:
    """What cannot be right, in these words: published-in-future, updated-in-future, published-before-web,
    updated-before-published (by more than a day), and what is known already.

    What is embargoed may be published when its embargo ends. Archives that post their dates are believed; a page that
    was published before there were pages is not.
    """
    published, updated = dates.published_at, dates.updated_at
    latest = max(accepted_at, dates.embargoed_until or accepted_at) + _ZONES
    checks = {
        "published-in-future": published is not None and published > latest,
        "updated-in-future": updated is not None and updated > latest,
        BEFORE_THE_WEB: published is not None and dates.is_read and published < _WEB_BEGINS,
        "updated-before-published": published is not None and updated is not None and updated < published - _DAY,
    }
    return (*dates.known, *(flag for flag, holds in checks.items() if holds))
