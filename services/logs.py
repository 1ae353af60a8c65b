"""Logs as one JSON object a line on standard error."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def configure(service: str, level: str) -> None:
    """Sends every logger of this process to standard error as JSON, with the service's name in each line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={"service": service},
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in (
        "opensearch",
        "opensearchpy.trace",
        "uvicorn.access",
        "httpx",
        "httpcore",
        "aiohttp.access",
        "htmldate",
        "trafilatura",
    ):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
