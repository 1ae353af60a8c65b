"""What is to be done with one stream entry: a pure decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError

from schemas.article import MAX_ID_BYTES, Article, Tombstone, own_cluster
from schemas.changes import Change, change_of
from schemas.events import (
    ARTICLE_EVENT,
    DATASCHEMA,
    PUBLISHED,
    WITHDRAWN,
    ArticlePublished,
    ArticleWithdrawn,
)
from schemas.reasons import Reason
from schemas.versions import version_entry
from services.index.recency import recency_at


@dataclass(frozen=True, slots=True)
class Put:
    """Write this document, and `entry` among the versions.

    `held` says that it waits, outside what is searched, for the end of its embargo. `change` is None where nothing but
    its automatic tags is new, which is no news to who follows the changes.
    """

    id: str
    revision: int
    document: bytes
    entry: bytes
    change: Change | None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Bury:
    """Write this tombstone in the article's place and `entry` among the versions, and let nothing of it wait."""

    id: str
    revision: int
    document: bytes
    entry: bytes
    change: Change


@dataclass(frozen=True, slots=True)
class Dead:
    """It can never be indexed. `id` and `revision` where the event could be read that far."""

    reason: Reason
    detail: str
    id: str | None = None
    revision: int | None = None


_ADDED = ("indexed_at", "recency_at")
Decision = Put | Bury | Dead


def decide(raw: bytes | None, now: datetime) -> Decision:
    """The decision on an entry's one field; `now` is compared with embargoes and stands in the document."""
    event = _read(raw)
    if isinstance(event, Dead):
        return event
    data = event.data
    size = len(data.id.encode())
    if size > MAX_ID_BYTES:
        return Dead(
            Reason.ID_TOO_LONG, f"the id has {size} bytes; OpenSearch takes {MAX_ID_BYTES}", data.id, data.revision
        )
    entry = version_entry(data).model_dump_json(exclude_none=True).encode()
    if isinstance(data, Tombstone):
        return Bury(data.id, data.revision, _document(data, now), entry, change_of(data))
    change = None if isinstance(event, ArticlePublished) and event.cause == "retagged" else change_of(data)
    held = data.embargoed_until is not None and data.embargoed_until > now
    return Put(data.id, data.revision, _document(data, now), entry, change, held)


def _read(raw: bytes | None) -> ArticlePublished | ArticleWithdrawn | Dead:
    """The event, or why it carries nothing that could be indexed."""
    try:
        value = orjson.loads(raw or b"")
    except orjson.JSONDecodeError as problem:
        return Dead(Reason.NOT_AN_EVENT, f"not JSON in UTF-8: {problem}")
    if not isinstance(value, dict) or "specversion" not in value:
        return Dead(Reason.NOT_AN_EVENT, "not a CloudEvent")
    kind, schema = value.get("type"), value.get("dataschema")
    if kind not in (PUBLISHED, WITHDRAWN) or schema != DATASCHEMA:
        return Dead(Reason.UNKNOWN_TYPE, f"type {kind} with dataschema {schema}", *_identity(value))
    try:
        return ARTICLE_EVENT.validate_python(value)
    except ValidationError as problem:
        return Dead(Reason.INVALID_EVENT, _summary(problem), *_identity(value))


def _document(data: Article | Tombstone, now: datetime) -> bytes:
    """What the index holds: the data, when it was indexed, and of an article how new it is."""
    added: dict[str, Any] = {"indexed_at": now}
    if isinstance(data, Article):
        added |= {"recency_at": recency_at(data), "cluster_id": data.cluster_id or own_cluster(data.id)}
    return (
        data.model_dump_json(exclude_none=True, exclude={*_ADDED, *added})[:-1].encode()
        + b","
        + orjson.dumps(added, option=orjson.OPT_UTC_Z)[1:]
    )


def _identity(event: dict[str, Any]) -> tuple[str | None, int | None]:
    """The article's id and revision as far as they can be read."""
    data = event.get("data")
    if not isinstance(data, dict):
        return None, None
    article_id, revision = data.get("id"), data.get("revision")
    return (
        article_id if isinstance(article_id, str) else None,
        revision if isinstance(revision, int) else None,
    )


def _summary(problem: ValidationError) -> str:
    return "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors()[:5])
