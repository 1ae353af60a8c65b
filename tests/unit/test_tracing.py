"""Spans and where they go, without servers but for a collector on loopback."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services import tracing
from services.trace_export import build_provider
from services.tracing import NO_SPAN, OFF, Traces, exporting, trace_id, traceparent

CLIENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ON = """
import sys
import services.ingest.app, services.indexer.app, services.search.app
from services.tracing import exporting
with exporting("ingest") as traces:
    with traces.sending(None):
        pass
print("opentelemetry.exporter" in sys.modules)
"""


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(exporter: InMemorySpanExporter) -> Traces:
    return Traces(build_provider("test", {}, SimpleSpanProcessor(exporter)))


class Collector:
    """Takes what is exported to it."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.taken.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def end(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    yield running
    running.end()


def test_what_is_carried_on_is_the_span_itself(traces: Traces) -> None:
    with traces.sending(None) as span:
        carried = traceparent(span)
    assert carried is not None
    assert carried.split("-")[1] == trace_id(span)
    again = traces.processing("1-0", carried, time.time_ns())
    assert trace_id(again) == trace_id(span)


def test_without_a_provider_the_trace_of_the_caller_is_carried_on_as_it_is() -> None:
    with OFF.sending(CLIENTS) as span:
        assert traceparent(span) == CLIENTS
        assert trace_id(span) == CLIENTS.split("-")[1]


@pytest.mark.parametrize(
    "given", [None, "", "nonsense", CLIENTS.replace("0af7", "zzzz"), f"00-{'0' * 32}-{'0' * 16}-01"]
)
def test_what_is_no_trace_is_carried_nowhere(given: str | None) -> None:
    with OFF.sending(given) as span:
        assert (traceparent(span), trace_id(span)) == (None, None)


def test_an_exception_ends_the_span_with_its_kind_and_without_its_words(
    traces: Traces, exporter: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match="secretive"), traces.sending(None):
        raise ValueError("secretive words of an article")
    (span,) = exporter.get_finished_spans()
    assert dict(span.attributes or {})["error.type"] == "ValueError"
    assert "secretive" not in span.to_json()


def test_a_bulk_is_linked_with_each_entry_once_however_many_there_are(
    traces: Traces, exporter: InMemorySpanExporter
) -> None:
    entries = [traces.processing(f"{number}-0", None, time.time_ns()) for number in range(500)]
    with traces.bulk([span for span in entries for _ in range(2)], 0):
        pass
    (bulk,) = exporter.get_finished_spans()
    assert [link.context.span_id for link in bulk.links] == [span.get_span_context().span_id for span in entries]


def test_an_entry_of_a_long_outage_does_not_gather_links_without_end(
    traces: Traces, exporter: InMemorySpanExporter
) -> None:
    entry = traces.processing("1-0", None, time.time_ns())
    for before in range(1000):
        with traces.bulk([entry], before):
            pass
    entry.end()
    *bulks, ended = exporter.get_finished_spans()
    assert [link.context for link in ended.links] == [bulk.context for bulk in bulks[:5]]


def test_a_bulk_without_entries_of_the_stream_is_a_trace_of_its_own(
    traces: Traces, exporter: InMemorySpanExporter
) -> None:
    with traces.bulk([NO_SPAN, NO_SPAN], 0):
        pass
    (bulk,) = exporter.get_finished_spans()
    assert (bulk.parent, bulk.links) == (None, ())


def test_a_limit_of_links_in_the_environment_counts(exporter: InMemorySpanExporter) -> None:
    environment = {"OTEL_SPAN_LINK_COUNT_LIMIT": "7"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_SPAN_LINK_COUNT_LIMIT", "7")
        traces = Traces(build_provider("test", environment, SimpleSpanProcessor(exporter)))
    entries = [traces.processing(f"{number}-0", None, time.time_ns()) for number in range(9)]
    with traces.bulk(entries, 0):
        pass
    assert len(exporter.get_finished_spans()[0].links) == 7


def test_a_service_is_called_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    exported = SimpleSpanProcessor(InMemorySpanExporter())
    assert build_provider("ingest", {}, exported).resource.attributes["service.name"] == "wiredesk-ingest"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "desk-7")
    assert build_provider("ingest", {}, exported).resource.attributes["service.name"] == "desk-7"


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_without_a_collector_there_are_no_traces(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with exporting("ingest") as traces:
        assert traces is OFF


def test_without_a_collector_the_exporter_is_not_even_loaded() -> None:
    run = subprocess.run([sys.executable, "-c", ON], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.split() == ["False"]


def test_what_is_left_is_sent_to_the_collector_at_the_end(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    with exporting("ingest") as traces, traces.sending(None) as span:
        pass
    ((path, body),) = collector.taken
    assert path == "/v1/traces"
    assert b"send articles" in body
    assert b"wiredesk-ingest" in body
    assert span.get_span_context().trace_id.to_bytes(16, "big") in body


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    """Waits for threads that go on; they would disturb other tests."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()


@pytest.mark.usefixtures("no_thread_left")
def test_a_collector_that_does_not_answer_does_not_keep_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "LAST_SECONDS", 0.1)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "2")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with exporting("ingest") as traces, traces.sending(None):
            pass
        assert time.monotonic() - began < 1.5


def test_where_the_sdk_is_missing_it_is_told_and_the_service_runs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "services.trace_export", None)
    with exporting("ingest") as traces:
        assert traces is OFF
    assert [record.message for record in caplog.records] == ["no traces: they need wiredesk[tracing]"]
