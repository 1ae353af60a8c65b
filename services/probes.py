"""The HTTP interface of a service that works by itself: is it alive, is it working, what did it count."""

from collections.abc import Callable

import orjson
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


def build_probes(missing: Callable[[], str | None], registry: CollectorRegistry) -> APIRouter:
    """/healthz, /readyz and /metrics; `missing` says what the service lacks to work, None for nothing."""
    probes = APIRouter(tags=["operations"])

    @probes.get("/healthz", response_class=Response)
    async def healthz() -> Response:
        """Answers as long as the process does."""
        return _json({"status": "ok"})

    @probes.get("/readyz", response_class=Response)
    async def readyz() -> Response:
        """Answers 200 while the service works, else 503 with what is missing."""
        lacking = missing()
        return _json({"status": "not ready", "missing": lacking}, 503) if lacking else _json({"status": "ready"})

    @probes.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Metrics in Prometheus' text format."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return probes


def _json(content: dict[str, str], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type="application/json")
