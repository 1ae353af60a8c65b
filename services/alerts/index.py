"""The index of saved searches: a percolator that reads articles as the index of articles does."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from services.alerts.alert import Alert, compiled
from services.index.analysis import ANALYSIS
from services.index.mapping import PROPERTIES
from services.index.names import SCHEMA_VERSION

_OWN: dict[str, Any] = {
    "query": {"type": "percolator"},
    "alert_id": {"type": "keyword"},
    "alert": {"type": "object", "enabled": False},  # kept as it was, so that no name of it is one of an article's
    "broken": {"type": "keyword", "index_options": "docs", "ignore_above": 8191},
}
READ_AS = hashlib.sha256(json.dumps([PROPERTIES, ANALYSIS], sort_keys=True).encode()).hexdigest()[:8]
"""Differs when articles are read differently: a percolator keeps its queries as the analysis made them."""


@dataclass(frozen=True, slots=True)
class AlertNames:
    """The alias, and the index behind it, whose name says how articles are read."""

    alias: str
    index: str

    @classmethod
    def with_prefix(cls, prefix: str) -> "AlertNames":
        """The names for this prefix."""
        return cls(f"{prefix}alerts", f"{prefix}alerts-v{SCHEMA_VERSION}-{READ_AS}")


def alerts_body(replicas: int) -> dict[str, Any]:
    """Settings and mappings of a new index of saved searches."""
    return {
        "settings": {
            "index": {"number_of_shards": 1, "number_of_replicas": replicas, "analysis": ANALYSIS},
        },
        "mappings": {"dynamic": "strict", "properties": {**PROPERTIES, **_OWN}},
    }


def alert_document(alert: Alert) -> dict[str, Any]:
    """What the index holds of an alert: the query that is asked, and everything it was made of."""
    kept = alert.model_dump(mode="json", exclude={"broken"}, exclude_none=True)
    broken = {"broken": alert.broken} if alert.broken else {}
    return {"query": compiled(alert), "alert_id": alert.id, "alert": kept, **broken}


def alert_of(source: dict[str, Any]) -> Alert:
    """The alert that the index holds so. Raises ValueError for what is none."""
    return Alert.model_validate({**source.get("alert", {}), "broken": source.get("broken")})


def percolated(article: dict[str, Any]) -> dict[str, Any]:
    """The article as far as saved searches know its fields: a newer indexer may write others."""
    return {name: value for name, value in article.items() if name in PROPERTIES}


def percolation(documents: list[dict[str, Any]], ids: list[str] | None, after: str | None, size: int) -> dict[str, Any]:
    """The search for alerts that match any of the documents, those of `ids` only, in order of their ids."""
    narrowed = [] if ids is None else [{"terms": {"alert_id": ids}}]
    return {
        "size": size,
        "_source": ["alert", "broken"],
        "sort": [{"alert_id": "asc"}],
        "track_total_hits": False,
        "query": {
            "bool": {
                "filter": [*narrowed, {"percolate": {"field": "query", "documents": documents}}],
                "must_not": [{"exists": {"field": "broken"}}],
            }
        },
        **({"search_after": [after]} if after else {}),
    }
