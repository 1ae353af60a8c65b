"""Where spans go: in batches over OTLP/HTTP to a collector, by OpenTelemetry's own variables (OTEL_*).

It needs the extra `tracing`; services/tracing.py imports it only where a collector is named.
"""

from collections.abc import Mapping

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Span, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from services import __version__

_HIDDEN = ("url.path", "url.query")
_LINK_LIMIT = "OTEL_SPAN_LINK_COUNT_LIMIT"


class Hiding(SpanProcessor):
    """Takes out of requests' spans what nobody else is to read; `http.route` tells enough.

    A query carries articles that are posted and words that are searched for, the path of a hub's callback its secret.
    """

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the SDK's interface
        """Called with each span that begins."""
        given = span.attributes or {}
        span.set_attributes({name: "REDACTED" for name in _HIDDEN if name in given})


def to_collector(service: str, environment: Mapping[str, str]) -> TracerProvider:
    """A provider that sends to the collector which the environment names."""
    return build_provider(service, environment, BatchSpanProcessor(OTLPSpanExporter()))


def build_provider(service: str, environment: Mapping[str, str], exported: SpanProcessor) -> TracerProvider:
    """A provider for one of the services; what it is called, and the sampler, may be set in the environment."""
    own = Resource.create({"service.name": f"wiredesk-{service}", "service.version": __version__})
    provider = TracerProvider(
        resource=own.merge(OTELResourceDetector().detect()), span_limits=_limits(environment), shutdown_on_exit=False
    )
    provider.add_span_processor(Hiding())
    provider.add_span_processor(exported)
    return provider


def _limits(environment: Mapping[str, str]) -> SpanLimits:
    """The span of a bulk is linked with each of its entries, more than the 128 that a span has by default."""
    return SpanLimits() if environment.get(_LINK_LIMIT) else SpanLimits(max_links=SpanLimits.UNSET)
