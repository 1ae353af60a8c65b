"""A publisher's web server and a small WebSub hub, both real, on loopback."""

import asyncio
import hashlib
import hmac
import secrets
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import Response


class _Server(uvicorn.Server):
    """Leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def free_port() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    return listening


def url_of(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def serving(app: Any, listening: socket.socket) -> AsyncIterator[None]:
    """Serves the app in this loop."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    until = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < until
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await task


@dataclass(slots=True)
class Page:
    """What stands at one path. With `etag` the server answers 304 to those who have it."""

    body: str = ""
    status: int = 200
    content_type: str = "application/rss+xml"
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Publisher:
    """Serves pages and remembers who asked for what. While `open` is not set, nothing is answered."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        self.requests.append((request.url.path, dict(request.headers)))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.open.wait()
        finally:
            self.at_once -= 1
        await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        page = self.pages.get(request.url.path, Page(status=404))
        headers = {**page.headers, **({"ETag": page.etag} if page.etag else {})}
        if page.etag and request.headers.get("if-none-match") == page.etag:
            return Response(status_code=304, headers=headers)
        return Response(page.body.encode(), page.status, headers, media_type=page.content_type)


Manner = Literal["verify", "verify before answering", "refuse", "deny", "say nothing"]


@dataclass(slots=True)
class Hub:
    """Verifies intent and distributes signed content (W3C WebSub, sections 5 and 7)."""

    url: str
    manner: Manner = "verify"
    lease_seconds: str = "864000"
    requests: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    subscriptions: dict[tuple[str, str], str] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.requests.append(form)
        answer = Response(status_code=202)
        if self.manner == "refuse":
            answer = Response("this topic is not ours", status_code=400)
        elif self.manner == "verify before answering":
            await self._verify(form)
        elif self.manner != "say nothing":
            task = asyncio.create_task(self._deny(form) if self.manner == "deny" else self._verify(form))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        await answer(scope, receive, send)

    async def _verify(self, form: dict[str, str]) -> None:
        challenge = secrets.token_urlsafe(20)
        query = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": challenge}
        status, text = await self.call(form["hub.callback"], query | {"hub.lease_seconds": self.lease_seconds})
        if status == 200 and text == challenge:
            key = form["hub.topic"], form["hub.callback"]
            if form["hub.mode"] == "subscribe":
                self.subscriptions[key] = form["hub.secret"]
            else:
                self.subscriptions.pop(key, None)

    async def _deny(self, form: dict[str, str]) -> None:
        query = {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": "members only"}
        await self.call(form["hub.callback"], query)

    async def call(self, callback: str, query: dict[str, str]) -> tuple[int, str]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(callback, params=query)
        self.answers.append((answer.status_code, answer.text))
        return self.answers[-1]

    async def publish(self, topic: str, body: str, method: str = "sha256") -> list[int]:
        """Pushes to every subscriber of the topic; how each answered. Who answers 410 is forgotten."""
        statuses: list[int] = []
        for (known, callback), secret in list(self.subscriptions.items()):
            if known == topic:
                signature = hmac.new(secret.encode(), body.encode(), getattr(hashlib, method)).hexdigest()
                answer = await push(callback, body, f"{method}={signature}")
                statuses.append(answer.status_code)
                if answer.status_code == 410:
                    del self.subscriptions[known, callback]
        return statuses


async def push(callback: str, body: str, signature: str | None, **headers: str) -> httpx.Response:
    signed = {"X-Hub-Signature": signature} if signature else {}
    kind = {"Content-Type": "application/rss+xml"}
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(callback, content=body.encode(), headers={**kind, **signed, **headers})
