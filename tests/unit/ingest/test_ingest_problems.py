"""Errors as HTTP answers."""

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from schemas.reasons import Reason
from schemas.receipt import FieldError
from services.errors import Rejected, Unavailable
from services.ingest.problems import (
    MEDIA_TYPE,
    STATUS,
    answer,
    on_failure,
    on_http_exception,
    on_wiredesk_error,
    problem,
    refused,
)

REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
STATUSES = {
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


def content(body: Any) -> dict[str, Any]:
    return dict(json.loads(bytes(body)))


def test_every_reason_that_publishers_see_has_a_status() -> None:
    assert dict(STATUS) == STATUSES


@pytest.mark.parametrize(("reason", "status"), STATUSES.items())
def test_a_problem_is_answered_as_rfc_9457_has_it(reason: Reason, status: int) -> None:
    response = answer(Rejected(reason, "why"))
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE == "application/problem+json"
    body = content(response.body)
    assert body.pop("title")
    assert body == {"type": "about:blank", "status": status, "detail": "why", "reason": reason.value}


@pytest.mark.parametrize("reason", STATUSES)
def test_only_unauthorized_asks_for_a_key(reason: Reason) -> None:
    asked = answer(Rejected(reason, "why")).headers.get("www-authenticate")
    assert asked == ("Bearer" if reason is Reason.UNAUTHORIZED else None)


@pytest.mark.parametrize(
    ("seconds", "header"),
    [(0, "1"), (0.2, "1"), (1, "1"), (1.01, "2"), (5, "5"), (59.5, "60"), (3600, "3600"), (-1, "1")],
)
def test_what_is_unavailable_says_when_to_come_again(seconds: float, header: str) -> None:
    error = Unavailable(Reason.STREAM_FULL, "why", timedelta(seconds=seconds))
    assert answer(error).headers["retry-after"] == header


def test_what_is_rejected_is_not_to_be_sent_again() -> None:
    assert "retry-after" not in answer(Rejected(Reason.MALFORMED, "why")).headers


def test_fields_that_are_wrong_are_listed() -> None:
    errors = (FieldError(pointer="/title", detail="empty"), FieldError(pointer="", detail="odd"))
    body = content(answer(Rejected(Reason.INVALID_FIELD, "why", errors)).body)
    assert body["errors"] == [{"pointer": "/title", "detail": "empty"}, {"pointer": "", "detail": "odd"}]
    assert problem(Rejected(Reason.INVALID_FIELD, "why")).errors is None


@pytest.mark.parametrize(
    ("error", "status"),
    [(Rejected(Reason.MALFORMED, "why"), "rejected"), (Unavailable(Reason.STREAM_UNAVAILABLE, "why"), "unavailable")],
)
def test_a_line_of_a_batch_says_whether_to_send_it_again(error: Rejected | Unavailable, status: str) -> None:
    line = refused(error)
    assert line.status == status
    assert line.problem == problem(error)


def test_extra_headers_are_kept() -> None:
    response = answer(Rejected(Reason.METHOD_NOT_ALLOWED, "why"), {"Allow": "GET"})
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("status", "reason"), [(404, Reason.NOT_FOUND), (405, Reason.METHOD_NOT_ALLOWED), (413, Reason.TOO_LARGE)]
)
async def test_what_the_router_refuses_is_a_problem_too(status: int, reason: Reason) -> None:
    response = await on_http_exception(REQUEST, HTTPException(status, "why", {"Allow": "POST"}))
    assert response.status_code == status
    assert response.headers["allow"] == "POST"
    assert response.headers["content-type"] == MEDIA_TYPE
    assert content(response.body)["reason"] == reason


async def test_our_own_refusal_is_answered_as_it_is() -> None:
    response = await on_wiredesk_error(REQUEST, Rejected(Reason.FORBIDDEN, "why"))
    assert response.status_code == 403


async def test_a_fault_of_our_own_tells_no_details() -> None:
    response = await on_failure(REQUEST, RuntimeError("password=hunter2"))
    assert response.status_code == 500
    assert b"hunter2" not in bytes(response.body)
    assert response.headers["retry-after"]
