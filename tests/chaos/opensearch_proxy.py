"""An HTTP proxy before OpenSearch that refuses requests or items, stalls, and counts what it was sent."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import Response

_KEPT_HEADERS = ("content-type", "accept", "authorization")
Refusal = Callable[[str], int | None]


@dataclass(slots=True)
class OpenSearchProxy:
    """What stands between a service and OpenSearch.

    `status` answers every request with it; `refuse` gives the status for an item of a bulk by its id, or None to let
    it through; `most_bytes` answers larger bulks with 413; while `open` is not set requests wait. `sent` counts how
    often each id was sent in a bulk, `taken` how often OpenSearch took it.
    """

    target: str
    port: int = 0
    status: int | None = None
    refuse: Refusal | None = None
    most_bytes: int | None = None
    pressure: int | None = None
    open: asyncio.Event = field(default_factory=asyncio.Event)
    sent: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    bulks: int = 0
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=120))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The proxy as an ASGI application."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.body()
        await self.open.wait()
        is_bulk = scope["path"].endswith("/_bulk")
        self.bulks += is_bulk
        if self.status is not None:
            answer = Response(b'{"error":{"type":"refused_by_proxy","reason":"on purpose"}}', self.status)
        elif is_bulk and self.most_bytes is not None and len(body) > self.most_bytes:
            answer = Response(b"too large", 413)
        elif is_bulk and self.pressure is not None and len(body) > self.pressure:
            answer = _under_pressure(len(body), self.pressure)
        elif is_bulk:
            answer = await self._bulk(request, body)
        else:
            answer = await self._passed(request, body)
        await answer(scope, receive, send)

    async def _passed(self, request: Request, body: bytes) -> Response:
        headers = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
        url = f"{self.target}{request.url.path}?{request.url.query}"
        try:
            answer = await self.client.request(request.method, url, content=body, headers=headers)
        except httpx.HTTPError:
            return Response(b"no answer", 502)
        kept = {"content-type": answer.headers.get("content-type", "application/json")}
        return Response(answer.content, answer.status_code, kept)

    async def _bulk(self, request: Request, body: bytes) -> Response:
        """Sends on the items that are not refused, and answers for all of them in their order."""
        items = _items(body)
        statuses = [self.refuse(one_id) if self.refuse else None for one_id, _ in items]
        self.sent.update(one_id for one_id, _ in items)
        passing = b"".join(lines for (_, lines), status in zip(items, statuses, strict=True) if status is None)
        reply: dict[str, Any] = {"items": []}
        if passing:
            answer = await self._passed(request, passing)
            if answer.status_code != 200:
                return answer
            reply = orjson.loads(answer.body)
        from_index = iter(reply["items"])
        results: list[dict[str, Any]] = []
        for (one_id, _), status in zip(items, statuses, strict=True):
            result = next(from_index) if status is None else _refused(status)
            results.append(result)
            if status is None and next(iter(result.values()))["status"] < 300:
                self.taken[one_id] += 1
        return Response(orjson.dumps({"errors": True, "items": results}), media_type="application/json")


def _items(body: bytes) -> list[tuple[str, bytes]]:
    """Id and lines of each item of a bulk."""
    items, lines = [], iter(body.split(b"\n"))
    for line in lines:
        if not line:
            continue
        ((action, where),) = orjson.loads(line).items()
        source = b"" if action == "delete" else next(lines) + b"\n"
        items.append((f"{where['_index']}/{where['_id']}", line + b"\n" + source))
    return items


def _under_pressure(size: int, limit: int) -> Response:
    """What OpenSearch 3.8 answers with `indexing_pressure.memory.limit` set to `limit`."""
    reason = (
        "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, "
        f"coordinating_operation_bytes={size}, max_coordinating_and_primary_bytes={limit}]"
    )
    error = {"type": "rejected_execution_exception", "reason": reason}
    content = orjson.dumps({"error": {"root_cause": [error], **error}, "status": 429})
    return Response(content, 429, media_type="application/json")


def _refused(status: int) -> dict[str, Any]:
    return {"index": {"status": status, "error": {"type": "refused_by_proxy", "reason": "on purpose"}}}


@asynccontextmanager
async def opensearch_proxy(target: str) -> AsyncIterator[OpenSearchProxy]:
    """A proxy to this address, open."""
    proxy = OpenSearchProxy(target)
    proxy.open.set()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    proxy.port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(proxy, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield proxy
    finally:
        proxy.open.set()
        server.should_exit = True
        await serving
        await proxy.client.aclose()
