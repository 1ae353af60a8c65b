"""A search, as the body of a `_search` on the alias `articles`: pure functions, every shape with its reason."""

from collections.abc import Mapping
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
_BY_SCORE: list[dict[str, Any]] = [{"_score": "desc"}, {"id": "asc"}]
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
    by_date = _is_by_date(asked)
    return {
        "from": start,
        "size": size,
        "track_total_hits": True,
        "query": scored(asked, now),
        "sort": BY_DATE if by_date else _BY_SCORE,
        "track_scores": by_date,  # else it is what is sorted by, and would be worked out once more
        "_source": SHOWN,
        "highlight": {**HIGHLIGHT, "highlight_query": marked(asked)},
        **(_COLLAPSED if collapse else {}),
    }


def hits_of(answer: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """The hits of the answer to such a search, each with its `_score`."""
    raw: list[dict[str, Any]] = answer["hits"]["hits"]
    return raw if _is_by_date(asked) else [{**hit, "_score": hit["sort"][0]} for hit in raw]


def _is_by_date(asked: Asked) -> bool:
    return asked.sort == "date" or asked.is_everything


def marked(asked: Asked) -> Query:
    """What to mark: what must be there, and that alone, because to look for phrases beside it takes twice the time."""
    must = matching(asked).get("bool", {}).get("must")
    return {"bool": {"must": must}} if must else {"match_none": {}}
