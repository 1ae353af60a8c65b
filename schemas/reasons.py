"""Why something was not taken: one closed list for HTTP problems, dead letters and metrics."""

from enum import StrEnum


class Reason(StrEnum):
    """A cause that a person or a program can act on; its value is stable."""

    # what a publisher sees
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MALFORMED = "malformed"
    INVALID_FIELD = "invalid_field"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    IN_PROGRESS = "in_progress"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    GONE = "gone"
    STREAM_UNAVAILABLE = "stream_unavailable"
    STREAM_FULL = "stream_full"
    INDEX_UNAVAILABLE = "index_unavailable"
    OVERLOADED = "overloaded"
    TOO_SLOW = "too_slow"
    INTERNAL = "internal"
    # what an operator sees beside a dead letter
    NOT_AN_EVENT = "not_an_event"
    UNKNOWN_TYPE = "unknown_type"
    INVALID_EVENT = "invalid_event"
    ID_TOO_LONG = "id_too_long"
    REFUSED_BY_INDEX = "refused_by_index"
    CRASHES = "crashes"
