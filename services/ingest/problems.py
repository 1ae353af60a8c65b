"""Errors as HTTP answers: RFC 9457 problem details."""

import math
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from schemas.reasons import Reason
from schemas.receipt import FieldError, Problem, Refused
from services.errors import Rejected, Unavailable, WiredeskError
from services.ingest.rates import RateLimited, fields

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[Reason, int] = {
    Reason.UNAUTHORIZED: 401,
    Reason.FORBIDDEN: 403,
    Reason.NOT_FOUND: 404,
    Reason.METHOD_NOT_ALLOWED: 405,
    Reason.TOO_LARGE: 413,
    Reason.RATE_LIMITED: 429,
    Reason.IN_PROGRESS: 409,
    Reason.IDEMPOTENCY_KEY_REUSED: 422,
    Reason.GONE: 410,
    Reason.UNSUPPORTED_MEDIA_TYPE: 415,
    Reason.MALFORMED: 400,
    Reason.INVALID_FIELD: 422,
    Reason.INTERNAL: 500,
    Reason.STREAM_UNAVAILABLE: 503,
    Reason.STREAM_FULL: 503,
    Reason.OVERLOADED: 503,
    Reason.TOO_SLOW: 408,
}
_TITLES: Mapping[Reason, str] = {
    Reason.UNAUTHORIZED: "A key is needed",
    Reason.FORBIDDEN: "Not yours",
    Reason.NOT_FOUND: "Not found",
    Reason.METHOD_NOT_ALLOWED: "Method not allowed",
    Reason.TOO_LARGE: "Too large",
    Reason.RATE_LIMITED: "Too many articles",
    Reason.IN_PROGRESS: "Still being answered",
    Reason.IDEMPOTENCY_KEY_REUSED: "This key stands for another request",
    Reason.GONE: "No longer kept",
    Reason.UNSUPPORTED_MEDIA_TYPE: "Not a format that is taken here",
    Reason.MALFORMED: "The body cannot be read",
    Reason.INVALID_FIELD: "A field cannot be used",
    Reason.INTERNAL: "Something went wrong here",
    Reason.STREAM_UNAVAILABLE: "The stream takes nothing now",
    Reason.STREAM_FULL: "The stream is full",
    Reason.OVERLOADED: "Too much at once",
    Reason.TOO_SLOW: "Too slow",
}
_BY_STATUS = {404: Reason.NOT_FOUND, 405: Reason.METHOD_NOT_ALLOWED, 413: Reason.TOO_LARGE}


def problem(error: WiredeskError) -> Problem:
    """The error as the body that clients read."""
    errors = error.errors if isinstance(error, Rejected) and error.errors else None
    return Problem(
        title=_TITLES[error.reason],
        status=STATUS[error.reason],
        detail=error.detail,
        reason=error.reason,
        errors=errors,
    )


def refused(error: WiredeskError, pointer: str | None = None) -> Refused:
    """The error as one of several answers, with the place of its item where it has one."""
    status = "unavailable" if isinstance(error, Unavailable) else "rejected"
    return Refused(status=status, pointer=pointer or None, problem=problem(error))


def answer(error: WiredeskError, extra_headers: Mapping[str, str] | None = None) -> Response:
    """The error as a whole HTTP answer."""
    body = problem(error)
    headers = dict(extra_headers or {})
    if isinstance(error, Unavailable):
        headers["Retry-After"] = retry_after(error)
    if error.reason is Reason.TOO_SLOW:
        headers["Connection"] = "close"
    if error.reason is Reason.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.reason is Reason.UNSUPPORTED_MEDIA_TYPE:
        headers["Accept-Encoding"] = "gzip, deflate, br, zstd"
    content = body.model_dump_json(exclude_none=True)
    return Response(content, status_code=body.status, media_type=MEDIA_TYPE, headers=headers)


def retry_after(error: Unavailable) -> str:
    """The field Retry-After, in whole seconds."""
    return str(max(1, math.ceil(error.retry_after.total_seconds())))


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """What was asked for, as JSON."""
    return Response(orjson.dumps(content), status_code=status, media_type="application/json", headers=headers)


async def on_wiredesk_error(_: Request, error: Exception) -> Response:
    """Answers what our own code refused."""
    assert isinstance(error, WiredeskError)  # noqa: S101 - registered for this class only
    return answer(error, fields(error.allowance) if isinstance(error, RateLimited) else None)


async def on_http_exception(_: Request, error: Exception) -> Response:
    """Answers what the router refused: no such path, no such method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    reason = _BY_STATUS.get(error.status_code, Reason.MALFORMED)
    return answer(Rejected(reason, str(error.detail)), error.headers)


async def on_invalid_parameter(_: Request, error: Exception) -> Response:
    """Answers a query parameter of our own that cannot be used."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    errors = tuple(FieldError(pointer=f"/{e['loc'][-1]}", detail=e["msg"]) for e in error.errors())
    return answer(Rejected(Reason.INVALID_FIELD, "; ".join(f"{e.pointer}: {e.detail}" for e in errors), errors))


async def on_failure(_: Request, __: Exception) -> Response:
    """Answers a fault of our own without its details; the log has them."""
    return answer(Unavailable(Reason.INTERNAL, "the fault is in the log"))
