"""Names of everything that Wiredesk keeps in Redis: the streams, the consumer group, the keys."""

ARTICLES_STREAM = "articles"
"""ArticleEvents, from ingest to the indexer."""

DEAD_LETTERS_STREAM = "articles.dead"
"""Events that can never be indexed, each with its reason."""

CHANGES_STREAM = "articles.changes"
"""What became searchable, was corrected or was withdrawn, in that order: id, version and kind, no text."""

INDEXER_GROUP = "indexer"
"""The consumer group that takes ArticleEvents into OpenSearch."""

ALERTS_GROUP = "alerts"
"""The consumer group that takes changes to those whose saved searches they match."""

GIVEN_UP_STREAM = "alerts.given-up"
"""What could not be delivered to the target of an alert, each with the last answer, no text."""

ALERTS_DUE = "alerts:due"
"""The sorted set of alerts with something to deliver, each by when (ms since 1970) it is to be tried next."""

REMOVED_KEY = "articles:removed"
"""How many entries of the stream Wiredesk itself has removed, as a string; what else is gone was removed by others."""

EVENT_FIELD = "__data__"
"""The one field of a stream entry: the event as UTF-8 JSON. FastStream names it."""

KEYS_USED = "keys:used"
"""The hash of each key's last use: from its id to an instant in ISO 8601."""

CLUSTER_SKETCHES = "clusters:sketch:"
"""What stands before a place in the ring of the texts that were posted last: a string of number, cluster and sketch."""

CLUSTER_BUCKETS = "clusters:bucket:"
"""What stands before the bucket of a pair of words: a string with the numbers of the texts in which it stands."""

CLUSTER_COUNT = "clusters:count"
"""How many texts have been remembered for their clusters."""

REBUILD_LOCK = "rebuild:lock"
"""The string that whoever rebuilds an index holds; it expires."""

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


def page_lines_key(publisher: str) -> str:
    """The hash that tells which short lines stood on this publisher's pages, and on which; it expires."""
    return f"page-lines:{publisher}"


def suspect_key(entry_id: str) -> str:
    """The string that counts how often the indexer began to decide on an entry and did not get done; it expires."""
    return f"suspect:{entry_id}"


def told_key(article_id: str) -> str:
    """The hash of who was told of an article: from an alert's id to a revision, and `newest`; it expires."""
    return f"alerts:told:{article_id}"


def lanes_key(alert_id: str) -> str:
    """The sorted set of articles of which an alert waits to be told, each by when (ms since 1970) it is tried next."""
    return f"alerts:lanes:{alert_id}"


def lane_key(alert_id: str, article_id: str) -> str:
    """The list of what an alert is to be told of one article, in this order."""
    return f"alerts:lane:{alert_id}:{article_id}"


def failures_key(alert_id: str) -> str:
    """The hash of an alert's failed tries: from an article's id, or `target` for those in a row, to JSON."""
    return f"alerts:failures:{alert_id}"


def pause_key(alert_id: str) -> str:
    """The string that is there while an alert's target is left alone; it expires."""
    return f"alerts:pause:{alert_id}"


def lease_key(alert_id: str) -> str:
    """The string that says who delivers for an alert just now; it expires."""
    return f"alerts:lease:{alert_id}"
