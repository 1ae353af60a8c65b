"""Where hubs call: they verify what they were asked for, and push what is new. The random address is the key."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from schemas.reasons import Reason
from schemas.receipt import Problem
from services.errors import Rejected
from services.ingest.access import content_encoding
from services.ingest.encodings import decoded
from services.ingest.feeds import websub
from services.ingest.feeds.fetch import MAX_BODY_BYTES
from services.ingest.feeds.file import WatchedFeeds
from services.ingest.feeds.model import Feed
from services.ingest.feeds.state import Clock, States
from services.ingest.feeds.visit import Deliver
from services.ingest.receive import read_whole
from services.web_address import without_credentials

log = logging.getLogger(__name__)

callbacks = APIRouter(tags=["websub"])

_VERIFY_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}} for status in (404, 503)
}
_PUSH_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}}
    for status in (400, 403, 404, 410, 413, 415, 503)
}


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What hubs' calls are answered with."""

    feeds: WatchedFeeds
    states: States
    deliver: Deliver
    allow_sha1: bool
    now: Clock

    def feed(self, token: str) -> Feed:
        """The feed whose callback was called. Raises Rejected."""
        feed = self.feeds.with_token(token)
        if feed is None:
            raise _not_asked_for()
        return feed


def _made(request: Request) -> Callbacks:
    made: Callbacks | None = request.app.state.feeds
    if made is None:
        raise _not_asked_for()
    return made


Made = Annotated[Callbacks, Depends(_made)]


@callbacks.get(websub.CALLBACK_PATH + "{token}", response_class=PlainTextResponse, responses=_VERIFY_ERRORS)
async def verify(token: str, request: Request, made: Made) -> Response:
    """Tells a hub whether its `hub.mode` and `hub.topic` were asked for: `hub.challenge` comes back, or 404."""
    feed = made.feed(token)
    before = (await made.states.read_one(feed.id)).subscription
    reply = websub.reply(request.query_params, feed.removed_at is not None, before, made.now())
    if reply is None:
        raise _not_asked_for()
    await made.states.write(feed.id, reply.subscription)
    if reply.subscription.hub_status == "denied":
        await made.states.hurry(feed.id)
    worse = reply.subscription.hub_status == "denied" != before.hub_status
    extra = {"feed": feed.id, "outcome": reply.subscription.hub_status, "detail": reply.subscription.hub_detail}
    log.log(logging.WARNING if worse else logging.INFO, "hub called", extra=extra)
    return PlainTextResponse(reply.text, headers={"X-Content-Type-Options": "nosniff"})


@callbacks.post(websub.CALLBACK_PATH + "{token}", status_code=202, response_class=Response, responses=_PUSH_ERRORS)
async def push(token: str, request: Request, made: Made) -> Response:
    """Takes what a hub pushes, if `X-Hub-Signature` is the HMAC of the body with the subscription's secret."""
    feed = made.feed(token)
    if feed.removed_at is not None:
        raise Rejected(Reason.GONE, "this feed is not followed any more")
    raw = await read_whole(request.stream(), request.headers.get("content-length"), MAX_BODY_BYTES)
    if not websub.is_signed(request.headers.get("x-hub-signature"), raw, feed.secret, made.allow_sha1):
        log.info("push not signed", extra={"feed": feed.id})
        raise Rejected(Reason.FORBIDDEN, "X-Hub-Signature is missing, of a method that is not taken, or wrong")
    body = await _decoded(raw, content_encoding(request))
    topic = (await made.states.read_one(feed.id)).subscription.topic or without_credentials(feed.url)
    outcome = "delivered"
    try:
        await made.deliver(feed, body, request.headers.get("content-type", ""), topic)
    except Rejected as problem:
        outcome = problem.detail
    level = logging.INFO if outcome == "delivered" else logging.WARNING
    log.log(level, "feed pushed", extra={"feed": feed.id, "publisher": feed.publisher, "outcome": outcome})
    return Response(status_code=202)


async def _decoded(raw: bytes, content_encoding: str | None) -> bytes:
    async def whole() -> AsyncIterator[bytes]:
        yield raw

    return b"".join([piece async for piece in decoded(whole(), content_encoding, MAX_BODY_BYTES)])


def _not_asked_for() -> Rejected:
    return Rejected(Reason.NOT_FOUND, "nothing like that was asked for here")
