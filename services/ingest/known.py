"""The newest version of an article that ingest knows: in Redis for a while, in the index for good."""

from collections.abc import Mapping
from typing import Any

from schemas.outcome import Outcome
from schemas.streams import outcome_field
from services.ingest.order import Known


def from_state(state: Mapping[bytes, bytes]) -> Known | None:
    """What the article's hash in Redis tells, None where it has expired or never was."""
    if b"revision" not in state:
        return None
    revision = int(state[b"revision"])
    outcome = state.get(outcome_field(revision).encode())
    return Known(
        revision=revision,
        number=int(state[b"number"]) if state[b"number"] else None,
        content_hash=state[b"content_hash"].decode(),
        dead=outcome is not None and Outcome.decode(outcome).status == "dead-lettered",
        withdrawn=state.get(b"withdrawn") == b"1",
        field_hashes=state.get(b"field_hashes", b"").decode(),
        cluster_id=state.get(b"cluster_id", b"").decode(),
    )


def from_document(document: Mapping[str, Any]) -> Known:
    """What a document of the index tells, be it an article or a tombstone."""
    revision, version = int(document["revision"]), int(document["version"])
    return Known(
        revision=revision,
        number=None if version == revision else version,
        content_hash=document.get("content_hash") or "",
        withdrawn=document["status"] == "withdrawn",
        field_hashes=document.get("field_hashes") or "",
        cluster_id=document.get("cluster_id") or "",
    )


def to_state(known: Known, accepted_at: int) -> dict[Any, Any]:
    """The article's hash for Redis, with its outcome so far; `accepted_at` in µs since 1970."""
    return {
        "revision": known.revision,
        "number": known.number or "",
        "content_hash": known.content_hash,
        "field_hashes": known.field_hashes,
        "cluster_id": known.cluster_id,
        "withdrawn": "1" if known.withdrawn else "",
        "accepted_at": accepted_at,
        outcome_field(known.revision): Outcome("accepted", accepted_at).encode(),
    }
