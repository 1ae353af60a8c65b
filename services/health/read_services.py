"""Reads /readyz and /metrics of the services, of each process behind a name."""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
from prometheus_client.parser import text_string_to_metric_families

from services.health.readings import Sample, ServiceReading

_PREFIX = "wiredesk_"


async def read_services(client: httpx.AsyncClient, addresses: Mapping[str, str]) -> tuple[ServiceReading, ...]:
    """All of them at once; `addresses` has the URL of each service by its name.

    A name with several addresses, as Docker Compose gives one to scaled services, is as many processes.
    """
    asked = [(service, url, one) for service, url in addresses.items() for one in await _processes(url)]
    return tuple(await asyncio.gather(*(_read(client, service, url, one) for service, url, one in asked)))


async def _processes(url: str) -> list[str]:
    """The addresses behind the URL's host; its name itself for HTTPS, whose certificate is for the name."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    if parts.scheme != "http":
        return [parts.netloc]
    with suppress(OSError):
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, family=socket.AF_INET)
        return sorted({f"{address[0]!s}:{port}" for *_, address in found})
    return [parts.netloc]


async def _read(client: httpx.AsyncClient, service: str, url: str, address: str) -> ServiceReading:
    parts = urlsplit(url)
    base = f"{parts.scheme}://{address}{parts.path.rstrip('/')}"
    try:
        ready = await client.get(f"{base}/readyz", headers={"Host": parts.netloc})
        metrics = await client.get(f"{base}/metrics", headers={"Host": parts.netloc})
        missing = None if ready.status_code == 200 else _missing(ready)
        return ServiceReading(service, address, True, missing, samples(metrics.text))
    except (httpx.HTTPError, ValueError) as problem:
        return ServiceReading(service, address, False, str(problem) or type(problem).__name__)


def _missing(answer: httpx.Response) -> str:
    with suppress(ValueError, AttributeError):
        return str(answer.json().get("missing") or f"answers {answer.status_code}")
    return f"answers {answer.status_code}"


def samples(text: str) -> tuple[Sample, ...]:
    """Wiredesk's own figures in Prometheus' text format. Raises ValueError for what is none."""
    return tuple(
        Sample(one.name, one.labels, one.value)
        for family in text_string_to_metric_families(text)
        if family.name.startswith(_PREFIX)
        for one in family.samples
        if not one.name.endswith("_created")
    )
