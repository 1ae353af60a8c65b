"""Articles that say something like another: a pure function."""

from collections.abc import Mapping
from typing import Any

_CHARACTERS = 5_000
"""What an article is about stands in its beginning, and a query of a whole book is slow."""


def related_body(article: Mapping[str, Any], size: int) -> dict[str, Any]:
    """The body of a `_search` for them, one of a cluster; the article itself and its own cluster are left out.

    `article` has `id`, `title`, `body`, and `cluster_id` if it is in one.
    """
    like = {
        "more_like_this": {
            "fields": ["title", "body"],
            "like": f"{article['title']}\n{article['body'][:_CHARACTERS]}",
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "max_query_terms": 25,
            "minimum_should_match": "25%",
        }
    }
    own = [{"term": {"id": article["id"]}}]
    if article.get("cluster_id"):
        own.append({"term": {"cluster_id": article["cluster_id"]}})
    return {
        "size": size,
        "track_total_hits": False,
        "query": {"bool": {"must": like, "must_not": own}},
        "collapse": {"field": "cluster_id"},
    }
