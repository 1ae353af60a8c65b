"""What the reading room sends to OpenSearch, beside what services/index has: pure functions."""

from collections.abc import Sequence
from typing import Any

from services.index.asked import Asked
from services.index.facets import beside_hits
from services.index.queries import marked, search_body
from services.search.asking import Page

HIT_FIELDS = [
    *("id", "title", "summary", "url", "published_at", "updated_at", "recency_at", "publisher", "source", "authors"),
    *("section", "language", "tags", "version", "supersedes", "cluster_id"),
]
OTHER_FIELDS = ["id", "title", "publisher", "source"]
NOT_SHOWN = ["content_hash", "field_hashes", "acronyms", "indexed_at", "embargoed_until"]
MOST_LISTED = 10_000
"""Hits of a list by number that OpenSearch gives: its `max_result_window`."""
_CLUSTER, _VERSIONS = 10, 200
_MARKS: dict[str, Any] = {"type": "unified", "encoder": "html", "pre_tags": ["<mark>"], "post_tags": ["</mark>"]}
_SNIPPETS = {"title": {"number_of_fragments": 0}, "body": {"number_of_fragments": 2, "fragment_size": 150}}
TITLE_AS_TYPED = {**_MARKS, "fields": {"title.exact": {"number_of_fragments": 0}}}


def first_page(asked: Asked, page: Page) -> dict[str, Any]:
    """The hits of the first page, one more than it shows, and the facets of which nothing is chosen."""
    body = search_body(asked, page.size + 1, collapse=page.collapse)
    body |= {"_source": HIT_FIELDS, "highlight": _marks(asked)}
    if page.facets:
        body["aggs"] = {**body.get("aggs", {}), **beside_hits(asked)}
    return body


def further_page(asked: Asked, page: Page, size: int, now: str, pit: dict[str, str], after: Any) -> dict[str, Any]:
    """The ids of so many hits of a point in time, after a number of them or after the sort values of one."""
    start = after or 0 if page.collapse else 0
    body = search_body(asked, size, start, page.collapse, now) | {"_source": ["id", "cluster_id"], "pit": pit}
    del body["highlight"]
    if after and not page.collapse:
        body["search_after"] = after
    if page.facets:
        body["aggs"] = {**body.get("aggs", {}), **beside_hits(asked)}
    return body


def these(ids: Sequence[str], asked: Asked) -> dict[str, Any]:
    """These articles as the alias shows them now, with marks of what is asked."""
    return {
        "size": len(ids),
        "track_total_hits": False,
        "query": {"bool": {"filter": [{"ids": {"values": list(ids)}}]}},
        "_source": HIT_FIELDS,
        "highlight": _marks(asked),
    }


def those_found(asked: Asked, ids: Sequence[str]) -> dict[str, Any]:
    """Those of these articles that a search finds."""
    body = search_body(asked, len(ids)) | {"_source": HIT_FIELDS, "highlight": _marks(asked)}
    body["query"] = {"bool": {"must": body["query"], "filter": [{"ids": {"values": list(ids)}}]}}
    return body


def whole_article(article_id: str, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """One article. A search, because reading by id would pass the alias' filter by."""
    shown: Any = list(fields) if fields else {"excludes": NOT_SHOWN}
    return {"size": 1, "track_total_hits": False, "query": {"ids": {"values": [article_id]}}, "_source": shown}


def cluster(article_id: str, cluster_id: str) -> dict[str, Any]:
    """The other articles of a cluster, newest first."""
    return {
        "size": _CLUSTER,
        "track_total_hits": False,
        "query": {
            "bool": {"filter": [{"term": {"cluster_id": cluster_id}}], "must_not": [{"term": {"id": article_id}}]}
        },
        "sort": [{"recency_at": "desc"}, {"id": "asc"}],
        "_source": HIT_FIELDS,
    }


def versions(article_id: str, fields: Sequence[str], revision: int | None = None) -> dict[str, Any]:
    """The versions of an article, or one, newest first."""
    asked: list[dict[str, Any]] = [{"term": {"id": article_id}}]
    if revision is not None:
        asked.append({"term": {"revision": revision}})
    return {
        "size": _VERSIONS,
        "track_total_hits": False,
        "query": {"bool": {"filter": asked}},
        "sort": [{"revision": "desc"}],
        "_source": list(fields),
    }


def _marks(asked: Asked) -> dict[str, Any]:
    return {**_MARKS, "fields": _SNIPPETS, "highlight_query": marked(asked)}
