"""The bars over time on the search page: pure functions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from services.index.asked import Asked
from services.search.model import DateBucket, DateFacet
from services.search.rendering import counted, moment

BAR_WIDTH = 10
HEIGHT = 48
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `first` and `last` are its ends as the parameters `from` and `to` take them."""

    x: int
    height: float
    first: str
    last: str
    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """The bars, their ends in words, and the days that are asked for as date fields take them."""

    bars: tuple[Bar, ...]
    width: int
    label: str
    begins: str
    ends: str
    since: str
    until: str


def histogram(dates: DateFacet, asked: Asked, href: Callable[[Asked], str]) -> Histogram:
    """The facet as bars; `href` gives the address of a search."""
    most = max((bucket.count for bucket in dates.buckets), default=0) or 1
    bars = tuple(_bar(number, bucket, most, asked, href) for number, bucket in enumerate(dates.buckets))
    begins = moment(dates.buckets[0].since) if bars else ""
    ends = moment(dates.buckets[-1].until - _INSTANT) if bars else ""
    return Histogram(
        bars=bars,
        width=len(bars) * BAR_WIDTH,
        label=f"Articles over time, {begins} to {ends}; drag to choose a range",
        begins=begins,
        ends=ends,
        since=asked.since.date().isoformat() if asked.since else "",
        until=(asked.until - _INSTANT).date().isoformat() if asked.until else "",
    )


def _bar(number: int, bucket: DateBucket, most: int, asked: Asked, href: Callable[[Asked], str]) -> Bar:
    span = replace(asked, since=bucket.since, until=bucket.until)
    first, last = ends(bucket.since, bucket.until)
    begins, finishes = moment(bucket.since), moment(bucket.until - _INSTANT)
    days = begins if begins == finishes else f"{begins} to {finishes}"
    if bucket.until - bucket.since < timedelta(days=1):
        days = f"{bucket.since:%-d %b %Y, %H:%M}"
    return Bar(
        x=number * BAR_WIDTH,
        height=round(max(2, bucket.count / most * HEIGHT), 2) if bucket.count else 0,
        first=first,
        last=last,
        label=f"{days}: {counted(bucket.count, 'article')}",
        href=href(span),
        chosen=bool(asked.since or asked.until)
        and (not asked.since or asked.since < bucket.until)
        and (not asked.until or bucket.since < asked.until),
    )


def ends(since: datetime, until: datetime) -> tuple[str, str]:
    """A span as `from` and `to` take it: days where it has whole ones, the last one included; else instants."""
    if since.time() == until.time() == time(0):
        return since.date().isoformat(), (until - timedelta(days=1)).date().isoformat()
    return _instant(since), _instant(until)


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
