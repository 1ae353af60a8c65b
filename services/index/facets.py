"""What a search can be narrowed by, and how many articles each choice would leave: pure functions.

The counts of a field whose values are alternatives are made as if nothing were chosen of it. Only what is chosen costs
a query of its own; everything else is counted beside the hits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.index.asked import Asked
from services.index.scoring import matching

ALTERNATIVES = {"sources": "source", "languages": "language", "publishers": "publisher"}
"""From the fields of Asked of whose values one is enough to the fields of the index."""
NAMES = ("tags", *ALTERNATIVES, "dates")
_VALUES = 12
_MOST_BARS = 80
_MONTHS = {"M": 1, "y": 12}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def beside_hits(asked: Asked) -> dict[str, Any]:
    """The aggregations that count what was found."""
    return {name: _aggregation(name) for name in NAMES if not _is_chosen(asked, name)}


def apart(asked: Asked) -> dict[str, dict[str, Any]]:
    """For each facet of which something is chosen, the body of a `_search` that counts as if nothing were."""
    return {
        name: {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"filter": [matching(_without(asked, name))]}},  # nothing is scored
            "aggs": {name: _aggregation(name)},
        }
        for name in NAMES
        if _is_chosen(asked, name)
    }


def counts(hits: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Each facet's aggregation, out of the answer to the search and the answers to those apart."""
    return {name: others.get(name, hits)["aggregations"][name] for name in NAMES}


def choices(facet: Mapping[str, Any], chosen: Sequence[str]) -> dict[str, int]:
    """A facet's values and how many articles have each, what is chosen first where nothing has it."""
    found = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in facet["buckets"]}
    return {**{value: 0 for value in chosen if value not in found}, **found}


def ends_at(start: datetime, interval: str) -> datetime:
    """Where a bar of this interval, such as `12h`, `7d` or `1M`, ends."""
    number, unit = int(interval[:-1]), interval[-1]
    if unit in _MONTHS:
        months = start.month - 1 + number * _MONTHS[unit]
        return start.replace(year=start.year + months // 12, month=months % 12 + 1)
    return start + number * _UNITS[unit]


def _is_chosen(asked: Asked, name: str) -> bool:
    if name == "dates":
        return bool(asked.since or asked.until)
    return name in ALTERNATIVES and bool(getattr(asked, name))


def _without(asked: Asked, name: str) -> Asked:
    return replace(asked, since=None, until=None) if name == "dates" else replace(asked, **{name: ()})  # type: ignore[arg-type]


def _aggregation(name: str) -> dict[str, Any]:
    if name == "dates":
        # hours to years, whatever gives no more bars than can be told apart
        return {"auto_date_histogram": {"field": "recency_at", "buckets": _MOST_BARS, "minimum_interval": "hour"}}
    return {"terms": {"field": ALTERNATIVES.get(name, name), "size": _VALUES}}
