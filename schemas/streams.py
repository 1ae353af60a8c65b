"""Names of everything that Wiredesk keeps in Redis: the streams, the consumer group, the keys."""

ARTICLES_STREAM = "articles"
"""ArticleEvents, from ingest to the indexer."""

DEAD_LETTERS_STREAM = "articles.dead"
"""Events that can never be indexed, each with its reason."""

CHANGES_STREAM = "articles.changes"
"""What became searchable, was corrected or was withdrawn, in that order: id, version and kind, no text."""

INDEXER_GROUP = "indexer"
"""The consumer group that takes ArticleEvents into OpenSearch."""

EVENT_FIELD = "__data__"
"""The one field of a stream entry: the event as UTF-8 JSON. FastStream names it."""

KEYS_USED = "keys:used"
"""The hash of each key's last use: from its id to an instant in ISO 8601."""

RATES_PREFIX = "rates"
"""What stands before the counters of publishers' rates; they expire by themselves."""


def article_key(article_id: str) -> str:
    """The hash that holds an article's newest state and the outcome of each revision, for a limited time."""
    return f"article:{article_id}"


def outcome_field(revision: int) -> str:
    """The field of the article's hash that says what became of one revision."""
    return f"outcome:{revision}"


def answer_key(publisher: str, idempotency_key: str) -> str:
    """The string that holds the answer to one publisher's request with this (hashed) Idempotency-Key."""
    return f"answer:{publisher}:{idempotency_key}"


def hint_key(publisher: str, url_hash: str) -> str:
    """The hash that holds what a publisher said of an address before its article came."""
    return f"hint:{publisher}:{url_hash}"
