"""What OpenSearch's answers mean."""

from typing import Any

import pytest

from services.indexer.verdicts import Meaning, of_item, of_request


def item(status: int, kind: str | None = None, reason: str = "why") -> dict[str, Any]:
    return {"status": status} if kind is None else {"status": status, "error": {"type": kind, "reason": reason}}


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_written_item_is_done(status: int) -> None:
    answer = of_item(item(status))
    assert (answer.meaning, answer.cause) == (Meaning.DONE, "")


def test_a_deleted_item_that_was_not_there_is_done() -> None:
    assert of_item(item(404)).meaning is Meaning.DONE


def test_a_version_conflict_is_superseded() -> None:
    assert of_item(item(409, "version_conflict_engine_exception")).meaning is Meaning.SUPERSEDED


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "es_rejected_execution_exception"),
        (429, "rejected_execution_exception"),
        (429, "circuit_breaking_exception"),
        (429, "cluster_block_exception"),
        (503, "unavailable_shards_exception"),
        (503, "node_not_connected_exception"),
        (500, "exception"),
        *((status, None) for status in (408, 429, 500, 502, 503, 504)),
    ],
)
def test_what_passes_by_itself_is_sent_again(status: int, kind: str | None) -> None:
    answer = of_item(item(status, kind))
    assert answer.meaning is Meaning.RETRY
    assert answer.cause


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (403, "cluster_block_exception", "index [articles] blocked by: [FORBIDDEN/8/index write (api)]"),
        (403, "security_exception", "no permissions"),
        (401, "security_exception", "missing credentials"),
        (401, None, ""),
        (403, None, ""),
        (404, "index_not_found_exception", "no such index [articles-write]"),
        (404, "index_not_found_exception", "[require_alias] request flag is [true] and [x] is not an alias"),
        (400, "index_closed_exception", "closed"),
        (400, "strict_dynamic_mapping_exception", "mapping set to strict, dynamic introduction of [x] is not allowed"),
        (400, "illegal_argument_exception", "[require_alias] request flag is [true]"),
    ],
)
def test_what_a_person_has_to_mend_pauses(status: int, kind: str | None, reason: str) -> None:
    answer = of_item(item(status, kind, reason))
    assert answer.meaning is Meaning.PAUSE
    assert answer.cause


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "mapper_parsing_exception"),
        (400, "document_parsing_exception"),
        (400, "illegal_argument_exception"),
        (400, "action_request_validation_exception"),
        (413, "content_too_long_exception"),
        (404, "document_missing_exception"),
        (400, None),
        (405, None),
    ],
)
def test_what_the_index_will_never_take_is_dead(status: int, kind: str | None) -> None:
    answer = of_item(item(status, kind))
    assert answer.meaning is Meaning.DEAD
    assert answer.cause


def test_the_causes_of_a_cause_are_told_three_deep() -> None:
    error: dict[str, Any] = {"type": "d", "reason": "4"}
    for kind, reason in (("c", "3"), ("b", "2"), ("a", "1")):
        error = {"type": kind, "reason": reason, "caused_by": error}
    assert of_item({"status": 400, "error": error}).cause == "a: 1; b: 2; c: 3"


@pytest.mark.parametrize("status", [None, 408, 429, 500, 502, 503, 504])
def test_a_request_without_an_answer_or_with_a_passing_one_is_sent_again(status: int | None) -> None:
    assert of_request(status, "why").meaning is Meaning.RETRY


@pytest.mark.parametrize("status", [400, 413])
def test_a_request_that_one_item_may_have_spoiled_is_split(status: int) -> None:
    assert of_request(status, "why").meaning is Meaning.SPLIT


@pytest.mark.parametrize("status", [401, 403, 404, 405, 301, 501])
def test_a_request_refused_for_any_other_reason_pauses(status: int) -> None:
    assert of_request(status, "why").meaning is Meaning.PAUSE


@pytest.mark.parametrize("status", [None, 400, 401, 429])
def test_a_request_keeps_its_cause_in_words(status: int | None) -> None:
    assert of_request(status, "the words").cause == "the words"


def rejected(kind: str, size: int, limit: int) -> str:
    """What OpenSearch says when indexing pressure is too high."""
    return (
        f"rejected execution of {kind} operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, "
        f"{kind}_operation_bytes={size}, max_coordinating_and_primary_bytes={limit}]"
    )


@pytest.mark.parametrize("kind", ["coordinating", "primary"])
@pytest.mark.parametrize(("size", "meaning"), [(355_264, Meaning.SPLIT), (102_400, Meaning.RETRY), (10, Meaning.RETRY)])
def test_a_429_means_later_unless_the_request_alone_is_too_large(kind: str, size: int, meaning: Meaning) -> None:
    words = rejected(kind, size, 102_400)
    assert of_request(429, words).meaning is meaning
    assert of_item(item(429, "rejected_execution_exception", words)).meaning is meaning
