"""What else of the clusters of some hits a search finds: pure functions.

One query for all of them; the inner hits of `collapse` would be one for each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.index.asked import Asked
from services.index.scoring import matching

_BEST = 4


def copies_body(asked: Asked, clusters: Sequence[str], fields: Sequence[str]) -> dict[str, Any]:
    """The body of a `_search` for those of these clusters of which several are found, with the best of each."""
    several = {"field": "cluster_id", "include": list(clusters), "size": len(clusters), "min_doc_count": 2}
    best = {"size": _BEST, "_source": [*fields], "sort": [{"_score": "desc"}, {"recency_at": "desc"}, {"id": "asc"}]}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"must": matching(asked), "filter": [{"terms": {"cluster_id": list(clusters)}}]}},
        "aggs": {"several": {"terms": several, "aggs": {"best": {"top_hits": best}}}},
    }


def copies(answer: Mapping[str, Any]) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """By cluster how many of it are found, and the best of them."""
    buckets = answer["aggregations"]["several"]["buckets"]
    return {
        str(bucket["key"]): (int(bucket["doc_count"]), [one["_source"] for one in bucket["best"]["hits"]["hits"]])
        for bucket in buckets
    }
