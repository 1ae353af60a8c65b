"""What is to be done with one stream entry: a pure decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from schemas.article import CANARY_PUBLISHER, MAX_ID_BYTES, Article, Tombstone, own_cluster
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
from schemas.versions import kind_of
from services.index.recency import recency_at


@dataclass(frozen=True, slots=True)
class Origin:
    """What logs and traces tell of an event beside its article's id: the version and where its trace goes on."""

    version: int | None = None
    traceparent: str | None = None


_UNKNOWN = Origin()


@dataclass(frozen=True, slots=True)
class Put:
    """Write this document, and `entry` among the versions; a canary's are not kept.

    `held` says that it waits, outside what is searched, for the end of its embargo. `change` is None where nothing but
    its automatic tags is new, which is no news to who follows the changes, and neither is a canary.
    """

    id: str
    revision: int
    document: bytes
    entry: bytes | None
    change: Change | None
    held: bool = False
    origin: Origin = _UNKNOWN


@dataclass(frozen=True, slots=True)
class Bury:
    """Write this tombstone in the article's place and `entry` among the versions, and let nothing of it wait."""

    id: str
    revision: int
    document: bytes
    entry: bytes
    change: Change
    origin: Origin = _UNKNOWN


@dataclass(frozen=True, slots=True)
class Dead:
    """It can never be indexed. `id` and `revision` where the event could be read that far."""

    reason: Reason
    detail: str
    id: str | None = None
    revision: int | None = None
    origin: Origin = _UNKNOWN


Decision = Put | Bury | Dead
_SAID = {"specversion", "dataschema"}
_ADDED = {"indexed_at", "recency_at"}
_MOST = 2**63 - 1
_KINDS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Article, Tombstone)}


def decide(raw: bytes | None, now: datetime) -> Decision:
    """The decision on an entry's one field; `now` is compared with embargoes and stands in the document."""
    event = _read(raw)
    if isinstance(event, Dead):
        return event
    data, origin = event.data, Origin(event.data.version, event.traceparent)
    size = len(data.id.encode())
    if size > MAX_ID_BYTES:
        detail = f"the id has {size} bytes; OpenSearch takes {MAX_ID_BYTES}"
        return Dead(Reason.ID_TOO_LONG, detail, data.id, data.revision, origin)
    written = _written(data)
    document = _document(data, written, now)
    if isinstance(data, Tombstone):
        return Bury(data.id, data.revision, document, _entry(data, None), change_of(data), origin)
    if data.publisher == CANARY_PUBLISHER:
        return Put(data.id, data.revision, document, None, None, origin=origin)
    is_news = not isinstance(event, ArticlePublished) or event.cause not in ("retagged", "replayed")
    change = change_of(data) if is_news else None
    held = data.embargoed_until is not None and data.embargoed_until > now
    return Put(data.id, data.revision, document, _entry(data, written), change, held, origin)


def _read(raw: bytes | None) -> ArticlePublished | ArticleWithdrawn | Dead:
    """The event, or why it carries nothing that could be indexed.

    Nearly every entry is a good event as ingest writes it, and is read in one step; every other goes the longer way.
    """
    text = raw or b""
    try:
        event = ARTICLE_EVENT.validate_json(text)
    except ValidationError:
        return _read_with_care(text)
    return event if _is_plain(event) else _read_with_care(text)


def _is_plain(event: ArticlePublished | ArticleWithdrawn) -> bool:
    """Whether nothing in it is read otherwise by others: numbers beyond 64 bits, or what we have no name for."""
    data = event.data
    numbers = (data.version, data.revision, data.supersedes, getattr(data, "urgency", None))
    return (
        event.model_fields_set >= _SAID
        and not event.model_extra
        and not data.model_extra
        and all(number is None or -_MOST <= number <= _MOST for number in numbers)
    )


def _read_with_care(text: bytes) -> ArticlePublished | ArticleWithdrawn | Dead:
    try:
        value = orjson.loads(text)
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


def _written(data: Article | Tombstone) -> bytes:
    """The data as JSON without empty fields: written once, it stands in the document and among the versions."""
    return _KINDS[type(data)].dump_json(data, exclude_none=True)


def _document(data: Article | Tombstone, written: bytes, now: datetime) -> bytes:
    """What the index holds: the data, when it was indexed, and of an article how new it is."""
    added: dict[str, Any] = {"indexed_at": now}
    if isinstance(data, Article):
        added["recency_at"] = recency_at(data)
        if not data.cluster_id:
            added["cluster_id"] = own_cluster(data.id)
    if data.cluster_id == "" or not _ADDED.isdisjoint(data.model_extra or ()):
        written = _KINDS[type(data)].dump_json(data, exclude_none=True, exclude={*_ADDED, *added})
    return b"%b,%b" % (written[:-1], orjson.dumps(added, option=orjson.OPT_UTC_Z)[1:])


def _entry(data: Article | Tombstone, written: bytes | None) -> bytes:
    """The version's entry, a `schemas.versions.VersionEntry`; `written` is the article in it."""
    article = data if isinstance(data, Article) else None
    entry = {
        "id": data.id,
        "publisher": data.publisher,
        "version": data.version,
        "revision": data.revision,
        "kind": kind_of(data),
        "supersedes": data.supersedes,
        "changed": article.changed if article else (),
        "correction": article.correction if article else None,
        "accepted_at": data.accepted_at,
        "withdrawn_at": None if isinstance(data, Article) else data.withdrawn_at,
        "article": orjson.Fragment(written) if written else None,
    }
    told = {name: value for name, value in entry.items() if value is not None}
    return orjson.dumps(told, option=orjson.OPT_UTC_Z)


def _identity(event: dict[str, Any]) -> tuple[str | None, int | None, Origin]:
    """The article's id, its revision and the event's origin as far as they can be read."""
    data = event.get("data")
    told = data if isinstance(data, dict) else {}
    article_id, revision, version = told.get("id"), told.get("revision"), told.get("version")
    traceparent = event.get("traceparent")
    return (
        article_id if isinstance(article_id, str) else None,
        revision if isinstance(revision, int) else None,
        Origin(version if isinstance(version, int) else None, traceparent if isinstance(traceparent, str) else None),
    )


def _summary(problem: ValidationError) -> str:
    return "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors()[:5])
