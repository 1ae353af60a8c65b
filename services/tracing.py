"""Traces: one from a POST through the stream to the index. Without a collector no span is made and nothing is sent."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, StatusCode, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP
from services import __version__

Span = trace.Span
NO_SPAN: Span = trace.INVALID_SPAN
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NOT_TRACED = ("/healthz", "/readyz", "/metrics", "/static/")
LAST_SECONDS = 3.0
"""So long the end of a process waits for a collector; it must be gone before it is killed."""
_LINKED_BACK = 5
_FIELDS = TraceContextTextMapPropagator()
_NOBODY = Context()
log = logging.getLogger(__name__)


class Traces:
    """Starts the spans of an article's way with the tracer of a provider; without one they cost next to nothing."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._is_on = provider is not None
        self._tracer = (provider or trace.NoOpTracerProvider()).get_tracer("wiredesk", __version__)
        self.requests: TelemetryConfig = {
            "tracing": provider is not None,
            "tracer_provider": provider,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
            "exclude": lambda scope: scope["path"].startswith(_NOT_TRACED),
        }
        """What a FastAPI is told, which makes the spans of the requests."""

    def sending(self, traceparent: str | None) -> AbstractContextManager[Span]:
        """The publishing of one article, within the span around it."""
        within = trace.set_span_in_context(around(traceparent), _NOBODY)
        name, attributes = f"send {ARTICLES_STREAM}", _messaging("send")
        return _until_end(self._tracer.start_span(name, within, SpanKind.PRODUCER, attributes))

    def processing(self, entry_id: str, traceparent: str | None, since: int) -> Span:
        """The way of one entry through the indexer, begun at `since` (ns since 1970), in the trace of its event."""
        if not self._is_on and traceparent is None:
            return NO_SPAN
        attributes = {
            **_messaging("process"),
            "messaging.consumer.group.name": INDEXER_GROUP,
            "messaging.message.id": entry_id,
        }
        name = f"process {ARTICLES_STREAM}"
        return self._tracer.start_span(name, _going_on(traceparent), SpanKind.CONSUMER, attributes, start_time=since)

    def bulk(self, items: Sequence[Span], before: int) -> AbstractContextManager[Span]:
        """One `_bulk` request, after `before` others, of items given by their entries' spans; linked with each entry.

        It stands below the first that is recorded, so that it is there whenever one of them is, and only then. An entry
        is linked with its first requests too, and not with all those of an outage.
        """
        recorded = [span for span in dict.fromkeys(items) if span.is_recording()]
        within = trace.set_span_in_context((recorded or items)[0], _NOBODY)
        links = [Link(span.get_span_context()) for span in recorded]
        attributes = {"db.system.name": "opensearch", "db.operation.name": "bulk"}
        bulk = self._tracer.start_span("bulk", within, SpanKind.CLIENT, attributes, links)
        bulk.set_attributes({"db.operation.batch.size": len(items), "wiredesk.before": before})
        for span in recorded if before < _LINKED_BACK else ():
            span.add_link(bulk.get_span_context())
        return _until_end(bulk)


OFF = Traces()


def around(traceparent: str | None) -> Span:
    """The span of the request that is being handled, else the one that this `traceparent` of a caller names, if any."""
    current = trace.get_current_span()
    return current if current.get_span_context().is_valid else trace.get_current_span(_going_on(traceparent))


def traceparent(span: Span) -> str | None:
    """What carries the span's trace on, as W3C Trace Context writes it; None where there is no trace."""
    at = span.get_span_context()
    if not at.is_valid:
        return None
    return f"00-{trace.format_trace_id(at.trace_id)}-{trace.format_span_id(at.span_id)}-{at.trace_flags:02x}"


def trace_id(span: Span) -> str | None:
    """The id of the span's trace, as it stands in logs; None where there is no trace."""
    at = span.get_span_context()
    return trace.format_trace_id(at.trace_id) if at.is_valid else None


def tell(span: Span, error: str | None = None, /, **told: str | int | None) -> None:
    """Notes on it what became of it, each as `wiredesk.…`; with an error it has failed."""
    if span.is_recording():
        span.set_attributes({f"wiredesk.{name}": value for name, value in told.items() if value is not None})
        if error:
            span.set_attribute("error.type", error)
            span.set_status(StatusCode.ERROR)


@contextmanager
def exporting(service: str) -> Iterator[Traces]:
    """Traces for a process, sent to the collector that the OTEL_* variables name; what is left is sent at the end."""
    provider = _provider(service, os.environ)
    if provider is None:
        yield OFF
        return
    try:
        yield Traces(provider)
    finally:
        ending = Thread(target=provider.shutdown, daemon=True)
        ending.start()
        ending.join(LAST_SECONDS)


def _provider(service: str, environment: Mapping[str, str]) -> Any:
    """The SDK's provider; None where no collector is named, or the SDK is not there, which is told."""
    is_off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if is_off or environment.get("OTEL_TRACES_EXPORTER") == "none" or not any(map(environment.get, _ENDPOINTS)):
        return None
    try:
        from services.trace_export import to_collector  # noqa: PLC0415 - the SDK is an extra
    except ImportError as problem:
        log.error("no traces: they need wiredesk[tracing]", extra={"cause": str(problem)})
        return None
    return to_collector(service, environment)


@contextmanager
def _until_end(span: Span) -> Iterator[Span]:
    """Ends it; what is raised is told by its kind alone, for its words may quote an article."""
    try:
        yield span
    except Exception as problem:
        tell(span, type(problem).__name__)
        raise
    finally:
        span.end()


def _going_on(traceparent: str | None) -> Context:
    return _FIELDS.extract({"traceparent": traceparent}) if traceparent else _NOBODY


def _messaging(operation: str) -> dict[str, str]:
    """Attributes by OpenTelemetry's semantic conventions for messaging, which are not final."""
    return {
        "messaging.system": "redis",
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": ARTICLES_STREAM,
    }
