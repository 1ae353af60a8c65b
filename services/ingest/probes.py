"""What operators and their programs ask."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.ingest.access import State
from services.ingest.problems import json_answer

probes = APIRouter(tags=["operations"])


@probes.get("/healthz", response_class=Response)
async def healthz() -> Response:
    """Answers as long as the process does."""
    return json_answer({"status": "ok"})


@probes.get("/readyz", response_class=Response)
async def readyz(made: State) -> Response:
    """Answers 200 while articles can be accepted, else 503 with what is missing."""
    if missing := await made.missing():
        return json_answer({"status": "not ready", "missing": missing}, 503)
    return json_answer({"status": "ready"})


@probes.get("/metrics", response_class=Response)
async def metrics(made: State) -> Response:
    """Metrics in Prometheus' text format."""
    return Response(generate_latest(made.metrics.registry), media_type=CONTENT_TYPE_LATEST)
