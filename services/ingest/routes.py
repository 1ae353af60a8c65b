"""The HTTP interface of ingest."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPBearer
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from schemas.reasons import Reason
from schemas.receipt import Accepted, Problem, Receipt
from schemas.submission import Fields, Submission
from services.errors import Rejected, Unavailable
from services.ingest.batch import Batch, parts
from services.ingest.receive import BATCH_TYPES, content_type, given_fields, read_whole
from services.ingest.state import IngestState

_SUBMISSION = Submission.model_json_schema(ref_template="#/components/schemas/{model}")
_FIELDS = Fields.model_json_schema()["properties"]
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}} for status in (400, 401, 413, 415, 422, 503)
}
_REPUBLISH = "Publish even what is known already, unchanged or older."
_NDJSON: dict[str, Any] = {"application/x-ndjson": {"schema": {"type": "string"}}}


def state(request: Request) -> IngestState:
    """What this process is made of."""
    made: IngestState = request.app.state.ingest
    return made


def publisher(request: Request, made: Annotated[IngestState, Depends(state)]) -> str:
    """Whose key the request carries. Raises Rejected."""
    try:
        return made.publishers.authenticate(request.headers.get("authorization"))
    except Rejected as error:
        made.metrics.problems.labels(error.reason).inc()
        raise


State = Annotated[IngestState, Depends(state)]
OwnPublisher = Annotated[str, Depends(publisher)]
Republish = Annotated[bool, Query(description=_REPUBLISH)]

v1 = APIRouter(prefix="/v1", tags=["articles"], dependencies=[Depends(HTTPBearer(auto_error=False))])
probes = APIRouter(tags=["operations"])


@v1.post(
    "/articles",
    status_code=202,
    response_model=Accepted,
    responses={**_ERRORS, 200: {"model": Accepted, "description": "Known already: unchanged or superseded."}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _SUBMISSION}, "text/plain": {"schema": {"type": "string"}}},
        },
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in _FIELDS.items()
        ],
    },
)
async def post_article(request: Request, made: State, own: OwnPublisher, republish: Republish = False) -> Response:
    """Takes one article: native JSON, or a scraped page's text with the native fields as query parameters."""
    try:
        _refuse_encoded(request.headers)
        kind = content_type(request.headers.get("content-type"))
        body = await read_whole(request.stream(), request.headers.get("content-length"), made.settings.max_body_bytes)
        draft = made.desk.read(body, kind, given_fields(request.query_params.multi_items()), own)
        accepted = await made.desk.publish(draft, republish, request.headers.get("traceparent"))
    except (Rejected, Unavailable) as error:
        made.desk.count(error, own)
        raise
    status = 202 if accepted.status == "accepted" else 200
    headers = {"Location": accepted.links.receipt}
    return _json(accepted.model_dump_json(exclude_none=True), status, headers)


@v1.post(
    "/articles/batch",
    responses={**_ERRORS, 200: {"content": _NDJSON, "description": "One answer a line, in the order of the lines."}},
    openapi_extra={"requestBody": {"required": True, "content": _NDJSON}},
    response_class=StreamingResponse,
)
async def post_batch(request: Request, made: State, own: OwnPublisher, republish: Republish = False) -> Response:
    """Takes native JSON articles, one a line; a line that cannot be taken stops nothing."""
    _refuse_encoded(request.headers)
    kind = content_type(request.headers.get("content-type"))
    if kind.name not in BATCH_TYPES:
        raise Rejected(Reason.UNSUPPORTED_MEDIA_TYPE, f"a batch is {BATCH_TYPES[0]}, not {kind.name or '(none)'}")
    settings = made.settings
    batch = Batch(made.desk, own, republish, settings.max_body_bytes, settings.spool_dir)
    return StreamingResponse(parts(await batch.answers(request.stream())), media_type=BATCH_TYPES[0])


@v1.get("/articles/{article_id:path}", response_model=Receipt, responses={**_ERRORS, 404: {"model": Problem}})
async def get_receipt(article_id: str, made: State, own: OwnPublisher) -> Response:
    """Tells where an article is; its id may be percent-encoded."""
    receipt = await made.receipts.find(article_id, own)
    return _json(receipt.model_dump_json(exclude_none=True))


@probes.get("/healthz", response_class=Response)
async def healthz() -> Response:
    """Answers as long as the process does."""
    return _json('{"status":"ok"}')


@probes.get("/readyz", response_class=Response)
async def readyz(made: State) -> Response:
    """Answers 200 while articles can be accepted, else 503 with what is missing."""
    missing = await made.missing()
    if missing:
        return _json(f'{{"status":"not ready","missing":"{missing}"}}', 503)
    return _json('{"status":"ready"}')


@probes.get("/metrics", response_class=Response)
async def metrics(made: State) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(generate_latest(made.metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _refuse_encoded(headers: Mapping[str, str]) -> None:
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise Rejected(Reason.UNSUPPORTED_MEDIA_TYPE, f"Content-Encoding {encoding} is not taken")


def _json(content: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(content, status_code=status, media_type="application/json", headers=headers)
