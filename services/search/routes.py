"""The HTTP interface for those who read: search, look up, suggest."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from pydantic import BaseModel

from schemas.reasons import Reason
from schemas.receipt import FieldError, Problem
from services.errors import Rejected
from services.search.asking import DEFAULT_SIZE, LISTS, MAX_CURSOR, MAX_LINE, MAX_SIZE, MAX_VALUE
from services.search.live import Event
from services.search.model import ArticleView, Found, Related, Suggestions, Tags, VersionText
from services.search.problems import MEDIA_TYPE, not_found
from services.search.state import Asking, State, while_there, within_rate

_HEARTBEAT_SECONDS = 15.0
_MOST_RELATED, _MOST_TAGS = 20, 100


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "content": {MEDIA_TYPE: {}}} for status in statuses}


def _parameter(name: str, about: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


_VALUES = {"type": "array", "items": {"type": "string", "maxLength": MAX_VALUE}}
_ASKED = [
    _parameter("q", 'Words, "phrases" and -exclusions.', type="string", maxLength=MAX_LINE),
    *(_parameter(name, "May be given again.", **_VALUES) for name in LISTS),
    _parameter("from", "A day or an instant; UTC where no zone is named.", type="string"),
    _parameter("to", "A day, which is included, or an instant, which is not.", type="string"),
    _parameter("sort", "Newest first, or what fits best.", enum=["relevance", "date"], default="relevance"),
]
_PAGED = [
    _parameter("size", "Hits of a page.", type="integer", minimum=1, maximum=MAX_SIZE, default=DEFAULT_SIZE),
    _parameter("cursor", "`next` of the page before.", type="string", maxLength=MAX_CURSOR),
    _parameter("collapse", "1 shows one article of a cluster.", enum=["1", "0"], default="1"),
    _parameter("facets", "1 counts what it can be narrowed by.", enum=["1", "0"], default="1"),
]
api = APIRouter(
    prefix="/v1", tags=["read"], dependencies=[Depends(within_rate)], responses=_problems(400, 404, 410, 429, 503)
)


@api.get("/search", response_model=Found, openapi_extra={"parameters": _ASKED + _PAGED})
async def get_search(request: Request, made: State, asking: Asking) -> Response:
    """Finds articles; nothing found is an answer too."""
    return _json(await while_there(request, made.reader.search(*asking)))


@api.get("/articles/{article_id:path}/versions/{revision}", response_model=VersionText)
async def get_version(article_id: str, revision: str, made: State) -> Response:
    """Gives one version of an article that is shown; its id may be percent-encoded."""
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 19 else None
    article = None if number is None else await made.reader.version(article_id, number)
    if article is None or number is None:
        raise not_found(f"{article_id}@{revision}")
    return _json(VersionText(id=article_id, revision=number, article=article))


@api.get("/articles/{article_id:path}", response_model=ArticleView)
async def get_article(article_id: str, made: State) -> Response:
    """Gives an article, why it has its tags, and its versions; its id may be percent-encoded."""
    article = await made.reader.article(article_id)
    if article is None:
        raise not_found(article_id)
    return _json(article)


@api.get("/related/{article_id:path}", response_model=Related)
async def get_related(article_id: str, made: State, size: Annotated[str, Query()] = "6") -> Response:
    """Lists articles that say something like it, at most 20."""
    hits = await made.reader.related(article_id, _number(size, _MOST_RELATED))
    if hits is None:
        raise not_found(article_id)
    return _json(Related(hits=tuple(hits)))


@api.get("/suggest", response_model=Suggestions)
async def get_suggestions(request: Request, made: State, q: str = "") -> Response:
    """Suggests titles and tags to somebody who is typing."""
    return _json(await while_there(request, made.reader.suggest(q[:MAX_VALUE])))


@api.get("/tags", response_model=Tags)
async def get_tags(made: State, prefix: str = "", size: Annotated[str, Query()] = "20") -> Response:
    """Lists tags that begin like this or are named so, at most 100."""
    return _json(Tags(tags=await made.reader.tags(prefix[:MAX_VALUE], _number(size, _MOST_TAGS))))


@api.get(
    "/live",
    response_class=Response,
    responses={200: {"content": {EventSourceResponse.media_type: {}}}},
    openapi_extra={"parameters": _ASKED},
)
async def get_live(request: Request, made: State, asking: Asking, after: str = "") -> Response:
    """Tells of articles that match as they come (`article`), and of withdrawn ones (`withdrawn`).

    It goes on after the event whose id `Last-Event-ID` names, or else `after`.
    """
    made.live.check_room()
    events = made.live.listen(asking[0], request.headers.get("last-event-id") or after, _HEARTBEAT_SECONDS)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return EventSourceResponse(_lines(events), headers=headers)


async def _lines(events: AsyncIterator[Event | None]) -> AsyncIterator[bytes]:
    async for event in events:
        told = event and format_sse_event(data_str=event.data, event=event.kind, id=event.place)
        yield told or KEEPALIVE_COMMENT


def _number(value: str, most: int) -> int:
    if value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= most:
        return int(value)
    detail = f"a number from 1 to {most}"
    raise Rejected(Reason.INVALID_FIELD, f"size: {detail}", (FieldError(pointer="/size", detail=detail),))


def _json(found: BaseModel) -> Response:
    headers = {"Cache-Control": "no-cache"}
    return Response(found.model_dump_json(by_alias=True), media_type="application/json", headers=headers)
