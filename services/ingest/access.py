"""Who asks, and the body of the request: bounded, unpacked, its signature checked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.errors import Rejected
from services.ingest.encodings import decoded
from services.ingest.publishers import Caller
from services.ingest.rates import Allowance, fields
from services.ingest.receive import read_whole
from services.ingest.signature import SIGNATURE, TIMESTAMP, target_as_sent, verify
from services.ingest.state import IngestState


def state(request: Request) -> IngestState:
    """What this process is made of."""
    made: IngestState = request.app.state.ingest
    return made


State = Annotated[IngestState, Depends(state)]


async def caller(request: Request, made: State) -> Caller:
    """Whose key the request carries. Raises Rejected."""
    try:
        known = made.publishers.authenticate(request.headers.get("authorization"))
    except Rejected as error:
        made.metrics.problems.labels(error.reason).inc()
        raise
    made.last_use.note(known.key_id)
    return known


KnownCaller = Annotated[Caller, Depends(caller)]


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it was sent, unpacked."""

    content: bytes
    sent: bytes


async def read_body(request: Request, made: IngestState, known: Caller) -> Body:
    """The whole body within its limits, as sent and as unpacked. Raises Rejected, also for a wrong signature."""
    limit = made.settings.max_body_bytes
    headers = request.headers
    sent = await read_whole(request.stream(), headers.get("content-length"), limit)
    check_signature(request, made, known, sent)
    coding = content_encoding(request)
    return Body(await read_whole(decoded(_once(sent), coding, limit), None, limit) if coding else sent, sent)


async def body_pieces(request: Request, made: IngestState, known: Caller) -> AsyncIterator[bytes]:
    """The body of a batch, unpacked piece by piece; a signed one is read whole first, within the limit of a body."""
    sent: AsyncIterator[bytes] = request.stream()
    if known.signing_secret:
        whole = await read_whole(sent, request.headers.get("content-length"), made.settings.max_body_bytes)
        check_signature(request, made, known, whole)
        sent = _once(whole)
    return decoded(sent, content_encoding(request), None)


def content_encoding(request: Request) -> str | None:
    """The codings of the body in the order in which they were applied, be they on one line or on several."""
    return ", ".join(request.headers.getlist("content-encoding")) or None


def check_signature(request: Request, made: IngestState, known: Caller, sent: bytes) -> None:
    """Raises Rejected unless a caller whose key signs has signed this request."""
    if not known.signing_secret:
        return
    verify(
        known.signing_secret,
        request.headers.get(TIMESTAMP),
        request.headers.get(SIGNATURE),
        request.method,
        target_as_sent(request.scope),
        sent,
        made.now(),
        made.settings.signature_window,
    )


def rate_fields(allowance: Allowance | None) -> dict[str, str]:
    """The fields that tell a publisher how much of its rate is left; none where it has no rate."""
    return dict(fields(allowance)) if allowance else {}


async def _once(whole: bytes) -> AsyncIterator[bytes]:
    yield whole
