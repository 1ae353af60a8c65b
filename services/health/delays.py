"""Whose newest articles took longest to get into the index: a pure function.

From `accepted_at` to `indexed_at`: from ingest's decision to the writing of the document, which can be searched a
refresh later, a second by default. What waited for its embargo is left out, and what was sent again counts anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from schemas.dates import parse_instant
from services.health.readings import PublisherDelay

SAMPLED = 500
_FIELDS = ("publisher", "accepted_at", "indexed_at")


def newest_body() -> dict[str, Any]:
    """The body of a `_search` for the documents that were indexed last."""
    return {
        "size": SAMPLED,
        "track_total_hits": True,
        "_source": False,
        "docvalue_fields": [*_FIELDS],
        "sort": [{"indexed_at": {"order": "desc", "unmapped_type": "date"}}],
        "query": {"bool": {"must_not": [{"exists": {"field": "embargoed_until"}}]}},
    }


def delays(hits: Iterable[Mapping[str, Any]]) -> tuple[PublisherDelay, ...]:
    """Each publisher among these hits, the one with the longest median first."""
    taken: dict[str, list[tuple[float, datetime]]] = defaultdict(list)
    for hit in hits:
        fields = hit.get("fields", {})
        if all(name in fields for name in _FIELDS):
            publisher, accepted, indexed = (fields[name][0] for name in _FIELDS)
            began, ended = parse_instant(accepted), parse_instant(indexed)
            taken[publisher].append((max(0.0, (ended - began).total_seconds()), began))
    found = [
        PublisherDelay(
            publisher=publisher,
            articles=len(ones),
            median=median(seconds for seconds, _ in ones),
            slowest=max(seconds for seconds, _ in ones),
            newest=max(accepted for _, accepted in ones),
        )
        for publisher, ones in taken.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.median, one.publisher)))
