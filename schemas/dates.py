"""Instants as publishers write them, read into UTC."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def parse_instant(value: object) -> datetime:
    """The instant in UTC that a date string names.

    RFC 3339 and ISO 8601 with any offset (`Z`, `+09:00`, `+0900`), RFC 822, and a day alone (its midnight). A value
    without an offset is UTC. Raises ValueError for anything else, numbers included: is it seconds or milliseconds?
    """
    if isinstance(value, datetime):
        instant = value
    elif isinstance(value, str):
        instant = _read(value.strip())
    else:
        raise ValueError("expected a date as text, such as 2026-01-31T09:00:00+09:00")
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("this date is outside the years 1 to 9999 in UTC") from problem


def _read(text: str) -> datetime:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    raise ValueError("not a date; expected RFC 3339 (2026-01-31T09:00:00+09:00) or RFC 822")
