"""What OpenSearch's answers mean: pure functions over status codes and error types.

Every item of a bulk has a verdict of its own; a request that failed as a whole has one for all its items.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Meaning(Enum):
    """What to do next with an item."""

    DONE = "done"
    SUPERSEDED = "superseded"
    RETRY = "retry"
    PAUSE = "pause"
    SPLIT = "split"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning of an answer and its cause in words; a final one, after how many requests it came."""

    meaning: Meaning
    cause: str
    attempts: int = field(default=1, compare=False)


_RETRIED = frozenset({408, 429, 500, 502, 503, 504})
_PAUSING_TYPES = frozenset(
    {
        "cluster_block_exception",
        "index_not_found_exception",
        "index_closed_exception",
        "strict_dynamic_mapping_exception",
        "security_exception",
        "unavailable_shards_exception",
    }
)
_PRESSURE = re.compile(r"(?:coordinating|primary)_operation_bytes=(\d+), max_coordinating_and_primary_bytes=(\d+)")
_ALIAS_MISSING = "require_alias"


def of_item(result: Mapping[str, Any]) -> Answer:
    """The verdict on one item of a bulk's answer, such as `{"status": 409, "error": {…}}`."""
    status = int(result["status"])
    error = result.get("error") or {}
    kind = str(error.get("type", "")) if isinstance(error, Mapping) else ""
    words = _words(error)
    if 200 <= status < 300:
        return Answer(Meaning.DONE, "")
    if status == 409:
        return Answer(Meaning.SUPERSEDED, words)
    if status == 404 and not error:
        return Answer(Meaning.DONE, "")  # deleting what is not there
    if status in _RETRIED:
        return Answer(_when_busy(words), words or str(status))
    if status in (401, 403) or kind in _PAUSING_TYPES or _ALIAS_MISSING in words:
        return Answer(Meaning.PAUSE, words or str(status))
    return Answer(Meaning.DEAD, words or str(status))


def of_request(status: int | None, words: str) -> Answer:
    """The verdict on a bulk that failed as a whole; `status` is None when there was no answer."""
    if status is None or status in _RETRIED:
        return Answer(_when_busy(words), words)
    if status in (400, 413):
        return Answer(Meaning.SPLIT, words)  # one item may spoil it for its neighbours
    return Answer(Meaning.PAUSE, words)


def _when_busy(words: str) -> Meaning:
    """Later as it is, unless the request alone is over the node's limit of indexing pressure: then never as it is."""
    found = _PRESSURE.search(words)
    return Meaning.SPLIT if found and int(found[1]) > int(found[2]) else Meaning.RETRY


def _words(error: Mapping[str, Any] | str) -> str:
    if isinstance(error, str):
        return error
    causes: list[str] = []
    cause: Any = error
    while isinstance(cause, Mapping) and cause and len(causes) < 3:
        causes.append(f"{cause.get('type', '')}: {cause.get('reason', '')}")
        cause = cause.get("caused_by")
    return "; ".join(causes)
