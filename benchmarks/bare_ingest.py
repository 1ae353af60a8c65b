"""The least that an ingest can be, which ours is held against: parses the JSON, XADDs it, answers 202.

`python -m benchmarks.bare_ingest`, with WIREDESK_BARE_INGEST_PORT and WIREDESK_REDIS_URL; served as ours is.
"""

import os
from typing import Any

import orjson
import uvicorn
from redis.asyncio import Redis
from starlette.types import ASGIApp, Receive, Scope, Send

from schemas.streams import EVENT_FIELD

STREAM = "bare"
_HEADERS = [(b"content-type", b"application/json")]


def build_app(redis: Redis) -> ASGIApp:
    """An ASGI application without a framework: every request is an article."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        is_whole = False
        while not is_whole:
            message = await receive()
            body += message.get("body", b"")
            is_whole = not message.get("more_body", False)
        content = b"{}"
        if scope["method"] == "POST":
            article = orjson.loads(body)
            entry: Any = await redis.xadd(STREAM, {EVENT_FIELD: orjson.dumps(article)})
            content = orjson.dumps({"id": article["id"], "entry": entry.decode()})
        headers = [*_HEADERS, (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 202 if body else 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return app


def main() -> None:
    """Serves until it is told to stop."""
    app = build_app(Redis.from_url(os.environ["WIREDESK_REDIS_URL"], max_connections=1000))
    port = int(os.environ["WIREDESK_BARE_INGEST_PORT"])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", lifespan="off", access_log=False, server_header=False)


if __name__ == "__main__":
    main()
