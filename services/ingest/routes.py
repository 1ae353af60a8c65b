"""The HTTP interface for those who publish: post, withdraw, preview."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPBearer

from schemas.reasons import Reason
from schemas.receipt import Accepted, Answers, Problem
from schemas.submission import Fields, Submission
from services.errors import Rejected, Unavailable
from services.ingest.access import (
    KnownCaller,
    State,
    body_pieces,
    check_signature,
    hold,
    rate_fields,
    read_body,
    read_sent,
)
from services.ingest.answer import Answer, Options, as_listed
from services.ingest.archive_record import Sent
from services.ingest.batch import Batch, parts
from services.ingest.draft import Burial
from services.ingest.formats.detect import FORM_TYPE, NDJSON_TYPES
from services.ingest.idempotency import KeptAnswer, check_key
from services.ingest.posted import Reading
from services.ingest.problems import answer as problem_answer
from services.ingest.problems import json_answer, retry_after
from services.ingest.publishers import Caller, foreign
from services.ingest.read import Given
from services.ingest.receipts import unknown
from services.ingest.receive import content_type, given_fields
from services.ingest.signature import target_as_sent
from services.ingest.state import IngestState

_SUBMISSION = Submission.model_json_schema(ref_template="#/components/schemas/{model}")
_FIELDS = Fields.model_json_schema()["properties"]
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}}
    for status in (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
}
_ALL_REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem | Answers, "content": {"application/problem+json": {}}}
    for status in (400, 403, 404, 413, 422, 503)
}
"""A body of several items none of which was taken is answered item by item."""
_REPUBLISH = "Publish even what is known already, unchanged, older or withdrawn."
_NDJSON: dict[str, Any] = {"application/x-ndjson": {"schema": {"type": "string"}}}
_TEXT = {"schema": {"type": "string"}}
_BODIES = {
    "application/json": {"schema": _SUBMISSION},
    **dict.fromkeys(("text/plain", "text/html", "application/xml", "application/rss+xml", FORM_TYPE), _TEXT),
    **dict.fromkeys(("application/atom+xml", "application/x-ndjson"), _TEXT),
    **{name: {"schema": {}} for name in ("application/ld+json", "application/feed+json")},
}
_POSTED: dict[str, Any] = {
    "requestBody": {"required": True, "content": _BODIES},
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in _FIELDS.items()
    ],
}
Republish = Annotated[bool, Query(description=_REPUBLISH)]
publishing = APIRouter(prefix="/v1", tags=["publish"], dependencies=[Depends(HTTPBearer(auto_error=False))])


@publishing.post(
    "/articles",
    status_code=202,
    response_model=Accepted | Answers,
    responses={
        **ERRORS,
        **_ALL_REFUSED,
        200: {"model": Accepted | Answers, "description": "Known already: unchanged or superseded."},
    },
    openapi_extra=_POSTED,
)
async def post_article(request: Request, made: State, known: KnownCaller, republish: Republish = False) -> Response:
    """Takes an article, or many, in any format that publishers send; the native fields may stand in the query."""
    options = Options(republish, request.headers.get("traceparent"))
    try:
        allowance = await made.rates.take(known, 1)
        body = await read_body(request, made, known)
        key = request.headers.get("idempotency-key")
        if key is None:
            answered = await _answer(request, made, known, body.content, options)
        else:
            answered = await _answer_once(request, made, known, body.content, options, check_key(key))
    except (Rejected, Unavailable) as error:
        made.desk.count(error, known, options)
        raise
    answered.headers.update(rate_fields(allowance))
    return answered


@publishing.post(
    "/articles/batch",
    responses={**ERRORS, 200: {"content": _NDJSON, "description": "One answer a line, in the order of the lines."}},
    openapi_extra={"requestBody": {"required": True, "content": _NDJSON}},
    response_class=StreamingResponse,
)
async def post_batch(request: Request, made: State, known: KnownCaller, republish: Republish = False) -> Response:
    """Takes JSON articles of any format, one a line; a line that cannot be taken stops nothing."""
    kind = content_type(request.headers.get("content-type"))
    if kind.name not in NDJSON_TYPES:
        raise Rejected(Reason.UNSUPPORTED_MEDIA_TYPE, f"a batch is {NDJSON_TYPES[0]}, not {kind.name or '(none)'}")
    settings = made.settings
    given = Given({}, made.now(), settings.max_body_bytes)
    options = Options(republish, request.headers.get("traceparent"))
    batch = Batch(made.desk, made.rates, known, options, given, settings.spool_dir, hold(request))
    try:
        pieces = await body_pieces(request, made, known)
        spool = await batch.answers(pieces)
    except (Rejected, Unavailable) as error:
        made.metrics.problems.labels(error.reason).inc()
        raise
    return StreamingResponse(parts(spool), media_type=NDJSON_TYPES[0])


@publishing.post("/preview", response_model=None, responses=ERRORS, openapi_extra=_POSTED)
async def preview(request: Request, made: State, known: KnownCaller) -> Response:
    """Answers what would be indexed, and why it is so; publishes nothing. Several articles stand in `items`."""
    try:
        body = await read_body(request, made, known)
        kind = content_type(request.headers.get("content-type"))
        reading = await made.desk.readers.read(kind, body.content, _given(request, made))
        page = await made.desk.readers.whole_text(kind, body.content) if reading.format == "html" else None
        previews = [await made.desk.preview(item, reading, known, page) for item in reading.items]
    except (Rejected, Unavailable) as error:
        made.metrics.problems.labels(error.reason).inc()
        raise
    content = {"items": previews} if reading.several else previews[0]
    return json_answer(content)


@publishing.delete(
    "/articles/{article_id:path}",
    status_code=202,
    response_model=Accepted,
    responses={**ERRORS, 200: {"model": Accepted, "description": "It was withdrawn before, or is newer."}},
)
async def withdraw(article_id: str, request: Request, made: State, known: KnownCaller) -> Response:
    """Withdraws an article for good; one that is not known yet will not be published when it comes."""
    publisher = article_id.partition(":")[0]
    if publisher not in made.publishers.registry.by_name and (known.operator or publisher == article_id):
        raise unknown(article_id)
    if not (known.operator or known.may_write(publisher)):
        raise foreign(article_id)
    check_signature(request, made, known, await read_sent(request, made.settings.max_body_bytes))
    options = Options(traceparent=request.headers.get("traceparent"))
    sent = Sent("delete", "", {}, article_id.encode(), made.now())
    return _one_answer(await made.desk.withdraw(Burial(publisher, article_id), known, options, sent))


async def _answer(request: Request, made: IngestState, known: Caller, body: bytes, options: Options) -> Response:
    kind = content_type(request.headers.get("content-type"))
    given = _given(request, made)
    reading = await made.desk.readers.read(kind, body, given)
    if len(reading.items) > 1:
        await made.rates.take(known, len(reading.items) - 1, before=1)
    sent = Sent("post", kind.header, dict(given.fields), body, given.now)
    answers = await made.desk.answer(reading.items, known, options, sent)
    return _one_answer(answers[0]) if not reading.several else _several_answers(answers, reading)


async def _answer_once(
    request: Request, made: IngestState, known: Caller, body: bytes, options: Options, key: str
) -> Response:
    """The answer, or the one that this key got before."""
    owner = known.publisher or known.key_id
    asked = b"\n".join((request.method.encode(), target_as_sent(request.scope), body))
    if kept := await made.answers.begin(owner, key, asked):
        headers = {"Idempotency-Replayed": "true", **({"Location": kept.location} if kept.location else {})}
        return Response(kept.body, kept.status, headers, "application/json")
    try:
        answered = await _answer(request, made, known, body, options)
    except BaseException:
        await made.answers.forget(owner, key)
        raise
    if answered.status_code < 300 and b'"unavailable"' not in bytes(answered.body):
        kept = KeptAnswer(answered.status_code, bytes(answered.body), answered.headers.get("location", ""))
        await made.answers.keep(owner, key, asked, kept)
    else:
        await made.answers.forget(owner, key)
    return answered


def _given(request: Request, made: IngestState) -> Given:
    return Given(given_fields(request.query_params.multi_items()), made.now(), made.settings.max_body_bytes)


def _one_answer(answer: Answer) -> Response:
    if not isinstance(answer, Accepted):
        return problem_answer(answer)
    status = 202 if answer.status == "accepted" else 200
    return json_answer(answer.model_dump(mode="json", exclude_none=True), status, {"Location": answer.links.receipt})


def _several_answers(answers: Sequence[Answer], reading: Reading) -> Response:
    """202 when something was accepted, 200 when nothing was new; else what stands in the way."""
    items = [as_listed(answer, item) for answer, item in zip(answers, reading.items, strict=True)]
    headers: dict[str, str] = {}
    errors = [answer for answer in answers if not isinstance(answer, Accepted)]
    waits = [error for error in errors if isinstance(error, Unavailable)]
    if any(isinstance(answer, Accepted) and answer.status == "accepted" for answer in answers):
        status = 202
    elif waits:
        status, headers = problem_answer(waits[0]).status_code, {"Retry-After": retry_after(waits[0])}
    else:
        status = 200 if len(errors) < len(answers) else problem_answer(errors[0]).status_code
    content = Answers(items=tuple(items)).model_dump(mode="json", exclude_none=True)
    return json_answer(content, status, headers)
