"""Dates that no article can have: refused where the publisher says them, dropped where only a page does."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.dates import precision_of
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.ingest.formats.fields import invalid
from services.ingest.formats.provenance import inferred, origin
from services.ingest.formats.reading import Found

_EARLIEST = datetime(1600, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(days=1)
"""A day alone, or a time without its zone, may lie ahead by this much."""


def refuse_implausible(submission: Submission, now: datetime, places: Mapping[str, str]) -> None:
    """Raises Rejected for an instant that no article can have: before 1600, or more than a day ahead.

    What is embargoed may say that it was published when its embargo ends.
    """
    latest = max(now + _CLOCKS_DIFFER, submission.embargoed_until or now)
    errors = []
    for name in ("published_at", "updated_at", "embargoed_until", "expires_at"):
        instant: datetime | None = getattr(submission, name)
        if instant is None:
            continue
        pointer = places.get(name, f"/{name}")
        if instant < _EARLIEST:
            errors.append(FieldError(pointer=pointer, detail=f"{instant.isoformat()} is before the first newspaper"))
        elif instant > latest and name in ("published_at", "updated_at"):
            errors.append(FieldError(pointer=pointer, detail=f"{instant.isoformat()} is in the future"))
    if errors:
        raise invalid(errors)


def without_impossible(submission: Submission, now: datetime, found: Found) -> Submission:
    """The same without impossible dates that a page says: its publisher did not say them, so nothing is refused."""
    told: dict[str, Any] = {"inferred": inferred(found)}
    if submission.published_at is not None:
        told["published_from"] = origin(found.places.get("published_at", ""))
    for name in ("published_at", "updated_at"):
        instant: datetime | None = getattr(submission, name)
        if instant is None or name not in told["inferred"] or _EARLIEST <= instant <= now + _CLOCKS_DIFFER:
            continue
        found.warnings.append(FieldWarning(pointer=found.places[name], detail=f"not used: {instant.isoformat()}"))
        flag = name.replace("_at", "-impossible")
        told |= {name: None, "date_flags": (*told.get("date_flags", ()), flag)}
    return submission.model_copy(update=told)


def with_a_date(submission: Submission, found: Found) -> Submission:
    """What tells of its update alone was published then, as far as anyone knows."""
    if submission.published_at is not None or submission.updated_at is None:
        return submission
    found.places["published_at"] = place = found.places.get("updated_at", found.pointer)
    said = {"published_precision": precision_of(found.values.get("updated_at")), "published_from": origin(place)}
    return submission.model_copy(update={**said, "published_at": submission.updated_at})
