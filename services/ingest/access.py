"""Who asks, and the body of the request: bounded, unpacked, its signature checked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.errors import Rejected
from services.ingest.admission import Hold
from services.ingest.encodings import decoded
from services.ingest.formats.detect import family
from services.ingest.formats.forms import form_pairs
from services.ingest.publishers import Caller
from services.ingest.rates import Allowance, fields
from services.ingest.receive import content_type, read_whole
from services.ingest.signature import SIGNATURE, TIMESTAMP, target_as_sent, verify
from services.ingest.state import IngestState


async def state(request: Request) -> IngestState:  # a plain function would be called in a thread, each time
    """What this process is made of."""
    made: IngestState = request.app.state.ingest
    return made


State = Annotated[IngestState, Depends(state)]


async def caller(request: Request, made: State) -> Caller:
    """Whose key the request carries: in its header or, as Micropub clients may, in its form. Raises Rejected."""
    try:
        authorization = request.headers.get("authorization") or await _key_in_form(request, made)
        known = made.publishers.authenticate(authorization)
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
    sent = await read_sent(request, limit)
    check_signature(request, made, known, sent)
    if not (coding := content_encoding(request)):
        return Body(sent, sent)
    unpacked = hold(request).counted(decoded(_once(sent), coding, limit))
    return Body(await read_whole(unpacked, None, limit), sent)


def hold(request: Request) -> Hold:
    """What is counted of the request as in hand."""
    held: Hold = request.state.hold
    return held


async def read_sent(request: Request, limit: int) -> bytes:
    """The whole body as it was sent, read once. Raises Rejected, or Unavailable where too much is in hand."""
    if not hasattr(request.state, "sent"):
        chunks = hold(request).counted(request.stream())
        request.state.sent = await read_whole(chunks, request.headers.get("content-length"), limit)
    sent: bytes = request.state.sent
    return sent


async def _key_in_form(request: Request, made: IngestState) -> str | None:
    """The `access_token` of a form (RFC 6750, 2.2; Micropub, 3.2) as the header that would carry it.

    Raises Rejected for a body over the limit.
    """
    kind = content_type(request.headers.get("content-type"))
    if family(kind.name) != "form" or content_encoding(request):
        return None
    sent = await read_sent(request, made.settings.max_body_bytes)
    try:
        pairs = form_pairs(sent, kind)
    except Rejected:
        return None
    return next((f"Bearer {value}" for name, value in pairs if name == "access_token"), None)


async def body_pieces(request: Request, made: IngestState, known: Caller) -> AsyncIterator[bytes]:
    """The body of a batch, unpacked piece by piece; a signed one is read whole first, within the limit of a body."""
    sent: AsyncIterator[bytes] = request.stream()
    if known.signing_secret:
        whole = await read_sent(request, made.settings.max_body_bytes)
        check_signature(request, made, known, whole)
        sent = _once(whole)
    else:
        hold(request).streamed()
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
