"""A search, as the body of a `_search` on the alias `articles`: pure functions, every shape with its reason."""

from typing import Any

from services.index.asked import Asked
from services.index.scoring import Query, matching, scored

_COLLAPSED: dict[str, Any] = {
    "collapse": {"field": "cluster_id"},
    "aggs": {"clusters": {"cardinality": {"field": "cluster_id", "precision_threshold": 40_000}}},
}
SHOWN = [
    *("id", "title", "published_at", "publisher", "source", "tags", "url", "version", "language", "summary"),
    "cluster_id",
]
BY_DATE: list[dict[str, Any]] = [
    {"recency_at": {"order": "desc", "missing": "_last", "unmapped_type": "date"}},
    {"published_at": {"order": "desc", "missing": "_last"}},  # of what was indexed before there was the other
    {"id": "asc"},
]
HIGHLIGHT: dict[str, Any] = {
    "type": "unified",
    "encoder": "html",
    "pre_tags": ["<em>"],
    "post_tags": ["</em>"],
    "fields": {
        "title": {"number_of_fragments": 0},
        "body": {"number_of_fragments": 2, "fragment_size": 160},
        "summary": {"number_of_fragments": 0},
    },
}


def search_body(
    asked: Asked, size: int = 10, start: int = 0, collapse: bool = False, now: str = "now"
) -> dict[str, Any]:
    """What to send. `*` or an empty line finds everything; a line of nothing but punctuation finds nothing.

    `collapse` shows the best article of each cluster (`copies_body` asks for the others), and counts the clusters in
    the aggregation `clusters`; the total counts articles still. Age is counted at `now`, an instant.
    """
    return {
        "from": start,
        "size": size,
        "track_total_hits": True,
        "query": scored(asked, now),
        "sort": BY_DATE if asked.sort == "date" or asked.is_everything else [{"_score": "desc"}, *BY_DATE],
        "track_scores": True,
        "_source": SHOWN,
        "highlight": {**HIGHLIGHT, "highlight_query": marked(asked)},
        **(_COLLAPSED if collapse else {}),
    }


def marked(asked: Asked) -> Query:
    """What to mark: what must be there, and that alone, because to look for phrases beside it takes twice the time."""
    must = matching(asked).get("bool", {}).get("must")
    return {"bool": {"must": must}} if must else {"match_none": {}}
