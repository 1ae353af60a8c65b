"""The HTTP interface for looking up: receipts, histories, the feed of changes."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.security import HTTPBearer

from schemas.changes import Changes
from schemas.receipt import History, HistoryEntry, Problem, Receipt
from services.ingest.access import KnownCaller, State
from services.ingest.changes import MAX_LISTED
from services.ingest.problems import json_answer
from services.ingest.publishers import Caller, foreign
from services.ingest.receipts import unknown
from services.ingest.routes import ERRORS

_ERRORS: dict[int | str, dict[str, Any]] = {
    **ERRORS,
    404: {"model": Problem, "content": {"application/problem+json": {}}},
}
_GONE: dict[int | str, dict[str, Any]] = {
    410: {"model": Problem, "content": {"application/problem+json": {}}, "description": "No longer kept."}
}
Since = Annotated[str | None, Query(description="`next` of an earlier answer, or an instant.")]
Limit = Annotated[int, Query(ge=1, le=MAX_LISTED)]
looking_up = APIRouter(prefix="/v1", tags=["look up"], dependencies=[Depends(HTTPBearer(auto_error=False))])


@looking_up.get("/changes", response_model=Changes, responses={**ERRORS, **_GONE})
async def get_changes(made: State, known: KnownCaller, since: Since = None, limit: Limit = 100) -> Response:
    """Lists what could be found, was corrected or was withdrawn, in that order; ask on with `next`."""
    changes = await made.changes.since(since, None if known.operator else known.publisher, limit)
    return json_answer(changes.model_dump(mode="json"))


@looking_up.get("/articles", responses=ERRORS)
async def get_micropub(_: KnownCaller, __: Annotated[Literal["config", "syndicate-to"], Query(alias="q")]) -> Response:
    """Tells Micropub clients, which ask before they post, that nothing is to be configured (W3C Micropub, 3.7)."""
    return json_answer({"syndicate-to": []})


@looking_up.get("/articles/{article_id:path}/history", response_model=History, responses=_ERRORS)
async def get_history(article_id: str, made: State, known: KnownCaller) -> Response:
    """Lists the versions of an article, newest first, with what changed; the newest stands there once it is indexed."""
    _require_own(article_id, known)
    entries = await made.library.history(article_id)
    if not entries:
        raise unknown(article_id)
    versions = tuple(HistoryEntry(at=entry["accepted_at"], **_told(entry)) for entry in entries)
    return json_answer(History(id=article_id, versions=versions).model_dump(mode="json", exclude_none=True))


@looking_up.get("/articles/{article_id:path}", response_model=Receipt, responses=_ERRORS)
async def get_receipt(article_id: str, made: State, known: KnownCaller) -> Response:
    """Tells where an article is; its id may be percent-encoded."""
    _require_own(article_id, known)
    receipt = await made.receipts.find(article_id)
    return json_answer(receipt.model_dump(mode="json", exclude_none=True))


def _require_own(article_id: str, known: Caller) -> None:
    """Raises Rejected for another publisher's article, and for what is no article's id."""
    if ":" not in article_id:
        raise unknown(article_id)
    if not known.may_read(article_id.partition(":")[0]):
        raise foreign(article_id)


def _told(entry: dict[str, object]) -> dict[str, object]:
    return {name: entry[name] for name in HistoryEntry.model_fields if name in entry and name != "at"}
