"""What operators and their programs ask."""

import orjson
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.search.state import State

_ROBOTS = "User-agent: *\nDisallow: /\n"
probes = APIRouter(tags=["operations"])


@probes.get("/healthz", response_class=Response)
async def healthz() -> Response:
    """Answers as long as the process does."""
    return _json({"status": "ok"})


@probes.get("/readyz", response_class=Response)
async def readyz(made: State) -> Response:
    """Answers 200 while articles can be searched, else 503 with what is missing; without Redis they can."""
    if await made.reader.answers():
        return _json({"status": "ready"})
    return _json({"status": "not ready", "missing": "opensearch"}, 503)


@probes.get("/metrics", response_class=Response)
async def metrics(made: State) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(generate_latest(made.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@probes.get("/robots.txt", response_class=Response)
async def robots() -> Response:
    """Keeps crawlers away: the texts are the publishers'."""
    return Response(_ROBOTS, media_type="text/plain")


def _json(content: dict[str, str], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type="application/json")
