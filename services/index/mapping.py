"""The body of the index: which fields articles have, each with its reason.

Verified with the queries of tests/relevance.
"""

from typing import Any

from services.index.analysis import ANALYSIS

_KEYWORD = {"type": "keyword"}
_DATE = {"type": "date"}
_SHOWN_ONLY = {"type": "keyword", "index": False, "doc_values": False}
_TEXT_SHOWN_ONLY = {"type": "text", "index": False}
_SCORE_SHOWN_ONLY = {"type": "half_float", "index": False, "doc_values": False}
_NUMBER_SHOWN_ONLY = {"type": "integer", "index": False, "doc_values": False}
_NEWS = {"type": "text", "analyzer": "news", "search_analyzer": "news_query", "search_quote_analyzer": "news_phrase"}
_TAG = {"type": "keyword", "normalizer": "tag"}

PROPERTIES: dict[str, Any] = {
    "id": _KEYWORD,
    "publisher": _KEYWORD,
    "external_id": _KEYWORD,
    "url": {"type": "keyword", "ignore_above": 2048},
    "title": {
        **_NEWS,
        "fields": {
            # as written, for suggestions while somebody types and for "did you mean"
            "exact": {"type": "text", "analyzer": "exact", "index_options": "docs", "norms": False},
        },
    },
    "subtitle": _NEWS,
    "summary": _NEWS,
    "body": _NEWS,  # no subfields: each costs a third of the indexing rate
    "headings": _SHOWN_ONLY,
    "authors": {"type": "keyword", "fields": {"text": {"type": "text"}}},
    "source": _KEYWORD,
    "section": _KEYWORD,
    "genre": _KEYWORD,
    "slugline": {**_KEYWORD, "ignore_above": 1024},
    "dateline": {**_KEYWORD, "ignore_above": 1024},
    "urgency": {"type": "byte"},
    "image": _TEXT_SHOWN_ONLY,
    "rights": _TEXT_SHOWN_ONLY,
    "editor_note": _TEXT_SHOWN_ONLY,
    "correction": _TEXT_SHOWN_ONLY,
    "subjects": {
        "type": "object",
        "dynamic": "strict",
        "properties": {"name": _KEYWORD, "code": _KEYWORD, "scheme": _KEYWORD, "kind": _KEYWORD},
    },
    "tags": {**_TAG, "ignore_above": 128, "fields": {"text": _NEWS}},
    "tag_labels": _SHOWN_ONLY,
    "auto_tags": {
        "type": "object",
        "dynamic": "strict",
        "properties": {
            "slug": _TAG,
            "kind": _KEYWORD,
            "rule": _KEYWORD,
            "score": _SCORE_SHOWN_ONLY,
            "field": _SHOWN_ONLY,
            "start": _NUMBER_SHOWN_ONLY,
            "end": _NUMBER_SHOWN_ONLY,
            "text": _SHOWN_ONLY,
        },
    },
    "tags_version": _KEYWORD,
    "acronyms": _KEYWORD,
    "language": _KEYWORD,
    "language_confidence": {"type": "half_float"},
    "status": _KEYWORD,
    "version": {"type": "long"},
    "revision": {"type": "long"},
    "supersedes": {"type": "long"},
    "changed": _SHOWN_ONLY,
    "field_hashes": _SHOWN_ONLY,
    "withdrawn_at": _DATE,
    "published_at": _DATE,
    "published_precision": _KEYWORD,
    "published_from": _KEYWORD,
    "date_flags": _KEYWORD,
    "recency_at": _DATE,  # what sorts by date: never later than it was accepted
    "updated_at": _DATE,
    "accepted_at": _DATE,
    "indexed_at": _DATE,
    "embargoed_until": _DATE,
    "expires_at": _DATE,
    "content_hash": {"type": "keyword", "doc_values": False},
    "cluster_id": _KEYWORD,
}

VERSION_PROPERTIES: dict[str, Any] = {
    "id": _KEYWORD,
    "publisher": _KEYWORD,
    "version": {"type": "long"},
    "revision": {"type": "long"},
    "kind": _KEYWORD,
    "supersedes": {"type": "long"},
    "changed": _SHOWN_ONLY,
    "correction": _TEXT_SHOWN_ONLY,
    "accepted_at": _DATE,
    "withdrawn_at": _DATE,
    "article": {"type": "object", "enabled": False},  # kept as it was, not searched
}

ARTICLES_FILTER: dict[str, Any] = {
    "bool": {
        "filter": [{"term": {"status": "published"}}],
        "must_not": [{"range": {"expires_at": {"lte": "now"}}}],
    }
}
"""What the alias `articles` lets through, for every client and every query."""


def versions_body(schema_version: int, replicas: int, codec: str, shards: int = 1) -> dict[str, Any]:
    """Settings and mappings of the index that keeps every version."""
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "30s",
                "merge.policy.expunge_deletes_allowed": 0,
                "codec": codec,
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema_version": schema_version},
            "properties": VERSION_PROPERTIES,
        },
    }


def index_body(schema_version: int, replicas: int, codec: str, shards: int = 1) -> dict[str, Any]:
    """Settings and mappings of a new index. `codec` is `default` or `best_compression`."""
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                # the indexer refreshes when it has written something; this is for what it could not
                "refresh_interval": "30s",
                "merge.policy.expunge_deletes_allowed": 0,  # so that a purge leaves nothing in the files
                "codec": codec,
                "search.concurrent.max_slice_count": 4,  # of a search that counts; the default of few processors is 1
                "analysis": ANALYSIS,
                "query": {"default_field": ["title^3", "tags.text^2", "summary", "body"]},
            }
        },
        "mappings": {"dynamic": "strict", "_meta": {"schema_version": schema_version}, "properties": PROPERTIES},
    }
