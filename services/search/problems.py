"""Errors as HTTP answers: RFC 9457 problem details."""

import math
from collections.abc import Mapping

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from schemas.reasons import Reason
from schemas.receipt import FieldError, Problem
from services.errors import Rejected, Unavailable, WiredeskError
from services.search.guarding import HEADERS

MEDIA_TYPE = "application/problem+json"
_KINDS: Mapping[Reason, tuple[int, str]] = {
    Reason.INVALID_FIELD: (400, "A parameter cannot be used"),
    Reason.MALFORMED: (400, "The request cannot be read"),
    Reason.NOT_FOUND: (404, "Not found"),
    Reason.METHOD_NOT_ALLOWED: (405, "Method not allowed"),
    Reason.GONE: (410, "No longer kept"),
    Reason.RATE_LIMITED: (429, "Too many requests"),
    Reason.INTERNAL: (500, "Something went wrong here"),
    Reason.INDEX_UNAVAILABLE: (503, "The articles cannot be reached now"),
    Reason.OVERLOADED: (503, "Too much at once"),
}
_BY_STATUS = {404: Reason.NOT_FOUND, 405: Reason.METHOD_NOT_ALLOWED}


def status(reason: Reason) -> int:
    """The HTTP status of a reason."""
    return _KINDS[reason][0]


def answer(error: WiredeskError, extra_headers: Mapping[str, str] | None = None) -> Response:
    """The error as a whole HTTP answer."""
    number, title = _KINDS[error.reason]
    errors = error.errors if isinstance(error, Rejected) and error.errors else None
    body = Problem(title=title, status=number, detail=error.detail, reason=error.reason, errors=errors)
    headers = dict(extra_headers or {})
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after.total_seconds())))
    return Response(body.model_dump_json(exclude_none=True), number, headers, MEDIA_TYPE)


def not_found(article_id: str) -> Rejected:
    """What is said of an article that is not shown, whatever the cause."""
    return Rejected(Reason.NOT_FOUND, f"no article {article_id!r} is shown here")


async def on_wiredesk_error(_: Request, error: Exception) -> Response:
    """Answers what our own code refused."""
    assert isinstance(error, WiredeskError)  # noqa: S101 - registered for this class only
    return answer(error)


async def on_http_exception(_: Request, error: Exception) -> Response:
    """Answers what the router refused: no such path, no such method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    reason = _BY_STATUS.get(error.status_code, Reason.MALFORMED)
    return answer(Rejected(reason, str(error.detail)), error.headers)


async def on_failure(_: Request, __: Exception) -> Response:
    """Answers a fault of our own without its details; the log has them."""
    return answer(Unavailable(Reason.INTERNAL, "the fault is in the log"), HEADERS)  # which pass the middleware by


async def on_invalid_parameter(_: Request, error: Exception) -> Response:
    """Answers a parameter that cannot be used."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    errors = tuple(FieldError(pointer=f"/{e['loc'][-1]}", detail=e["msg"]) for e in error.errors())
    return answer(Rejected(Reason.INVALID_FIELD, "; ".join(f"{e.pointer}: {e.detail}" for e in errors), errors))
