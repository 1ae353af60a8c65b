"""Days and instants as people write them, and back: pure functions. Whatever names no zone is in UTC."""

from datetime import MAXYEAR, UTC, date, datetime, time, timedelta

_DAY = timedelta(days=1)
_FIRST_YEAR = 1


def since(text: str) -> datetime:
    """The beginning of a day, or the instant. Raises ValueError, which says what is expected."""
    return _instant(text, timedelta())


def until(text: str) -> datetime:
    """The end of a day, which is the beginning of the next, or the instant. Raises ValueError likewise."""
    return _instant(text, _DAY)


def as_since(instant: datetime) -> str:
    """What `since` reads as this instant: a day where it begins one."""
    return _written(instant, timedelta())


def as_until(instant: datetime) -> str:
    """What `until` reads as this instant: a day where it ends one."""
    return _written(instant, _DAY)


def _instant(text: str, more: timedelta) -> datetime:
    try:
        if len(text) == len("2026-10-27"):
            instant = datetime.combine(date.fromisoformat(text), time(0), UTC) + more
        else:
            instant = datetime.fromisoformat(text.replace(" ", "+"))  # what an unescaped + becomes in an address
            instant = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
        if not _FIRST_YEAR < instant.year < MAXYEAR:
            raise ValueError
    except (ValueError, OverflowError):
        raise ValueError("a day as 2026-10-27, or an instant as 2026-10-27T09:40:00Z") from None
    return instant


def _written(instant: datetime, less: timedelta) -> str:
    if instant.timetz() == time(0, tzinfo=UTC):
        return (instant - less).date().isoformat()
    return instant.isoformat().replace("+00:00", "Z")
