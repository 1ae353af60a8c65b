"""A desk that is told of articles over HTTP: a real server on loopback that may fail, hang, or say that it is gone."""

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        told: dict[str, Any] = orjson.loads(self.body)
        return told

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature is that of Standard Webhooks, worked out here a second time."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.{self.body.decode()}".encode()
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{expected}"


@dataclass(slots=True)
class Desk:
    """Answers 204, or first what `answers` has for the path. A path that begins with /slow waits for `open`."""

    url: str
    answers: dict[str, list[int]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.received.append(Received(request.url.path, dict(request.headers), await request.body()))
        if request.url.path.startswith("/slow"):
            await self.open.wait()
        waiting = self.answers.get(request.url.path, [])
        status = waiting.pop(0) if waiting else 204
        headers = {"Location": f"{self.url}/elsewhere"} if 300 <= status < 400 else {}
        await Response(b"no" if status > 299 else b"", status, headers)(scope, receive, send)

    def events(self, path: str = "/hook") -> list[dict[str, Any]]:
        return [one.event for one in self.received if one.path == path]

    def told(self, path: str = "/hook") -> list[tuple[str, str]]:
        """What the desk was told at this path: the kind and the article, in this order."""
        return [(event["type"].rpartition(".")[2], event["subject"]) for event in self.events(path)]
