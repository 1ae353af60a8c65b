"""Names of everything that Wiredesk keeps in Redis: the streams, the consumer group, the keys."""

ARTICLES_STREAM = "articles"
"""ArticleEvents, from ingest to the indexer."""

DEAD_LETTERS_STREAM = "articles.dead"
"""Events that can never be indexed, each with its reason."""

INDEXER_GROUP = "indexer"
"""The consumer group that takes ArticleEvents into OpenSearch."""

EVENT_FIELD = "__data__"
"""The one field of a stream entry: the event as UTF-8 JSON. FastStream names it."""


def article_key(article_id: str) -> str:
    """The hash that holds an article's newest state and the outcome of each revision, for a limited time."""
    return f"article:{article_id}"


def outcome_field(revision: int) -> str:
    """The field of the article's hash that says what became of one revision."""
    return f"outcome:{revision}"
