"""Instants as publishers write them, read into UTC."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

Precision = Literal["day", "local", "instant"]
"""How much a date says: a day alone, a time without its zone (read as UTC), or an instant."""
_A_TIME = re.compile(r"\d:\d\d|T\d\d")
_A_ZONE = re.compile(r"(?:[+-]\d\d:?(?:\d\d)?|Z|\b(?:UTC?|GMT|[ECMP][SD]T))$", re.IGNORECASE)


def precision_of(value: object) -> Precision | None:
    """What `parse_instant` was told by this value; None for what is neither a text nor a datetime."""
    if isinstance(value, datetime):
        return "local" if value.tzinfo is None else "instant"
    if not isinstance(value, str):
        return None
    if not (time := _A_TIME.search(value)):
        return "day"
    return "instant" if _A_ZONE.search(value[time.end() :].strip()) else "local"


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


_LONG_NUMBER = re.compile(r"\d{9,}(?:\.\d*)?")


def _read_rfc_822(text: str) -> datetime:
    read = parsedate_to_datetime(text)
    if read.tzinfo is None and text[-1:].isalpha() and not text.endswith(("Z", "UT", "UTC", "GMT")):
        raise ValueError("this zone has no known offset")
    return read


def _read(text: str) -> datetime:
    for read in () if _LONG_NUMBER.fullmatch(text) else (datetime.fromisoformat, _read_rfc_822):
        try:
            return read(text.upper())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    raise ValueError("not a date; expected RFC 3339 (2026-01-31T09:00:00+09:00) or RFC 822")
