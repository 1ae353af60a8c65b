"""docs/metrics.md, out of the declarations: `python -m services.metrics_page > docs/metrics.md`."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from services.metrics import AlertsMetrics, CanaryMetrics, IndexerMetrics, IngestMetrics, SearchMetrics

_HEAD = """# Metrics

Every service answers `GET /metrics` in Prometheus' text format: ingest on port 8000, indexer on 8001, search on 8002,
alerts on 8003. Each has the usual `process_…` metrics too. `deploy/prometheus/rules.yml` has the alarms (`make
test-rules` tries each), `deploy/grafana/` a dashboard, and [operations](operations.md) what to do. The canary's are
ingest's, where `WIREDESK_CANARY_EVERY` is set. This page is made by `make metrics-page` out of services/metrics.py.
"""
_SERVICES = {
    "ingest": IngestMetrics,
    "canary": CanaryMetrics,  # told by ingest
    "indexer": IndexerMetrics,
    "search": SearchMetrics,
    "alerts": AlertsMetrics,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One metric as it is scraped: a counter's name ends with `_total`."""

    service: str
    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


def declared() -> Iterator[Declared]:
    """Every metric of every service, in the order of their declarations."""
    for service, metrics in _SERVICES.items():
        for one in vars(metrics()).values():
            if isinstance(one, Counter | Gauge | Histogram):
                (family,) = one.describe()
                name = f"{family.name}_total" if isinstance(one, Counter) else family.name
                yield Declared(service, name, family.type, tuple(one._labelnames), family.documentation)


def page() -> str:
    """The whole page, in Markdown."""
    lines = [_HEAD]
    for service in _SERVICES:
        lines += [f"\n## {service}\n\n", "| metric | type | labels | meaning |\n|---|---|---|---|\n"]
        lines += [
            f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.meaning} |\n"
            for one in declared()
            if one.service == service
        ]
    return "".join(lines)


if __name__ == "__main__":
    print(page(), end="")
