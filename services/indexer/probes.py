"""The HTTP interface of the indexer: is it alive, is it working, what did it count."""

from dataclasses import dataclass

import orjson
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.indexer.brake import Brake
from services.indexer.breaker import Breaker


@dataclass(slots=True)
class Health:
    """How the indexer is. Ready means that the group exists and entries are read."""

    ready: bool = False
    waiting_for: str | None = None
    breaker: Breaker | None = None
    brake: Brake | None = None

    def cause(self) -> str | None:
        """What is missing, or None."""
        stopped = self.brake.cause if self.brake else None
        paused = self.breaker.cause if self.breaker else None
        return self.waiting_for or stopped or paused or (None if self.ready else "not running")


probes = APIRouter(tags=["operations"])


@probes.get("/healthz", response_class=Response)
async def healthz() -> Response:
    """Answers as long as the process does."""
    return _json({"status": "ok"})


@probes.get("/readyz", response_class=Response)
async def readyz(request: Request) -> Response:
    """Answers 200 while entries are read and the index takes them, else 503 with what is missing."""
    health: Health = request.app.state.indexer.health
    missing = health.cause()
    return _json({"status": "not ready", "missing": missing}, 503) if missing else _json({"status": "ready"})


@probes.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format."""
    registry = request.app.state.indexer.metrics.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _json(content: dict[str, str], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type="application/json")
