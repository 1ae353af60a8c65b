"""One trace from a POST through the stream to the bulk, on real servers."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from schemas.streams import ARTICLES_STREAM, EVENT_FIELD
from services.trace_export import build_provider
from services.tracing import Traces
from tests.integration.conftest import IndexerFactory, IngestFactory, World, event

CLIENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = CLIENTS[:-1] + "0"


class Recorded:
    """The spans of this test, and what makes them."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._provider = build_provider("test", {}, SimpleSpanProcessor(self._exporter))
        self.traces = Traces(self._provider)

    def named(self, *names: str) -> list[ReadableSpan]:
        """The spans that have ended, with one of these names, in the order in which they began."""
        found = [span for span in self._exporter.get_finished_spans() if not names or span.name in names]
        return sorted(found, key=lambda span: span.start_time or 0)

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span

    def end(self) -> None:
        self._provider.shutdown()


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    spans = Recorded()
    yield spans
    spans.end()


def article(number: int = 1) -> dict[str, Any]:
    return {"id": f"tide-{number}", "title": f"Tide table {number}", "body": f"High water at {number} o'clock."}


def lines(count: int) -> bytes:
    return b"\n".join(orjson.dumps(article(number)) for number in range(count))


def trace_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.trace_id)


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def linked(span: ReadableSpan) -> set[int]:
    return {link.context.span_id for link in span.links}


def ids(spans: Sequence[ReadableSpan]) -> set[int]:
    return {id_of(span) for span in spans}


async def traceparents(world: World) -> list[str | None]:
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    return [orjson.loads(fields[EVENT_FIELD.encode()]).get("traceparent") for _, fields in entries]


async def test_one_trace_leads_from_a_post_through_the_stream_to_the_bulk(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client, run_indexer(traces=recorded.traces):
        await client.post("/v1/articles", json=article())
        await world.settled()
    request, sent = recorded.one("POST /v1/articles"), recorded.one("send articles")
    processed, bulk = recorded.one("process articles"), recorded.one("bulk")
    assert {trace_of(span) for span in (request, sent, processed, bulk)} == {trace_of(request)}
    assert [parent_of(span) for span in (request, sent, processed, bulk)] == [
        None,
        id_of(request),
        id_of(sent),
        id_of(processed),
    ]
    assert (linked(bulk), linked(processed)) == ({id_of(processed)}, {id_of(bulk)})
    kinds = (SpanKind.SERVER, SpanKind.PRODUCER, SpanKind.CONSUMER, SpanKind.CLIENT)
    assert tuple(span.kind for span in (request, sent, processed, bulk)) == kinds


async def test_the_spans_say_what_became_of_the_article(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client, run_indexer(traces=recorded.traces):
        answer = (await client.post("/v1/articles", json=article())).json()
        await world.settled()
    sent, processed = dict(recorded.one("send articles").attributes or {}), recorded.one("process articles").attributes
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    assert processed is not None
    assert sent["wiredesk.entry"] == processed["messaging.message.id"] == entries[0][0].decode()
    assert (sent["wiredesk.id"], sent["wiredesk.version"]) == (answer["id"], answer["version"])
    assert (processed["wiredesk.id"], processed["wiredesk.version"]) == (answer["id"], answer["version"])
    assert (sent["wiredesk.status"], processed["wiredesk.verdict"]) == ("accepted", "indexed")


async def test_the_trace_of_the_publisher_goes_on(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client, run_indexer(traces=recorded.traces):
        await client.post("/v1/articles", json=article(), headers={"traceparent": CLIENTS})
        await world.settled()
    assert {f"{trace_of(span):032x}" for span in recorded.named()} == {CLIENTS.split("-")[1]}
    assert f"{parent_of(recorded.one('POST /v1/articles')):016x}" == CLIENTS.split("-")[2]


async def test_what_a_publisher_does_not_want_recorded_is_not_recorded_anywhere(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client, run_indexer(traces=recorded.traces):
        await client.post("/v1/articles", json=article(), headers={"traceparent": UNSAMPLED})
        await world.settled()
    assert recorded.named() == []
    (carried,) = await traceparents(world)
    assert carried is not None
    assert carried.startswith(UNSAMPLED[:36])
    assert carried.endswith("-00")


@pytest.mark.parametrize("count", [3, 200])
async def test_each_article_of_a_batch_has_its_entry_and_the_bulk_is_linked_with_them_all(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded, count: int
) -> None:
    async with run_ingest(traces=recorded.traces) as client:
        headers = {"Content-Type": "application/x-ndjson"}
        await client.post("/v1/articles/batch", content=lines(count), headers=headers)
    async with run_indexer(traces=recorded.traces):
        await world.settled()
    request, sent = recorded.one("POST /v1/articles/batch"), recorded.named("send articles")
    processed, bulks = recorded.named("process articles"), recorded.named("bulk")
    assert len(sent) == len(processed) == count
    assert {parent_of(span) for span in sent} == {id_of(request)}
    assert {parent_of(span) for span in processed} == ids(sent)
    assert set[int]().union(*map(linked, bulks)) == ids(processed)
    assert {trace_of(span) for span in recorded.named()} == {trace_of(request)}
    assert all(linked(span) <= ids(bulks) for span in processed)


async def test_one_bulk_of_several_requests_is_linked_with_each_of_their_traces(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client:
        for number in range(4):
            await client.post("/v1/articles", json=article(number))
    async with run_indexer(traces=recorded.traces):
        await world.settled()
    processed, bulks = recorded.named("process articles"), recorded.named("bulk")
    assert len({trace_of(span) for span in processed}) == 4
    assert {link.context.trace_id for bulk in bulks for link in bulk.links} == {trace_of(span) for span in processed}


async def test_an_event_of_an_older_ingest_begins_a_trace_of_its_own(
    world: World, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_indexer(traces=recorded.traces):
        await world.add(event("local:old"))
        await world.settled()
    assert recorded.one("process articles").parent is None
    assert trace_of(recorded.one("bulk")) == trace_of(recorded.one("process articles"))


async def test_an_older_indexer_reads_an_event_that_carries_a_trace(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client, run_indexer():
        await client.post("/v1/articles", json=article())
        await world.settled()
    assert [hit["_id"] for hit in await world.found()] == ["local:tide-1"]


async def test_a_dead_letter_is_an_error_in_its_trace(
    world: World, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    broken = {**event("local:broken", 5), "traceparent": CLIENTS}
    del broken["data"]["title"]
    async with run_indexer(traces=recorded.traces):
        await world.add(broken)
        await world.settled()
    span = recorded.one("process articles")
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {})["error.type"] == "invalid_event"
    assert f"{trace_of(span):032x}" == CLIENTS.split("-")[1]


async def test_a_withdrawal_and_its_bulk_are_in_the_trace_of_their_request(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    async with run_ingest(traces=recorded.traces) as client, run_indexer(traces=recorded.traces):
        await client.delete("/v1/articles/local:tide-9")
        await world.settled()
    (request,) = [span for span in recorded.named() if span.kind is SpanKind.SERVER]
    assert {trace_of(span) for span in recorded.named("bulk", "process articles")} == {trace_of(request)}
    assert dict(recorded.one("process articles").attributes or {})["wiredesk.verdict"] == "withdrawn"


async def test_no_span_holds_what_was_posted(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, recorded: Recorded
) -> None:
    query = {"title": "Secretive heading", "author": "Secretive writer"}
    async with run_ingest(traces=recorded.traces) as client, run_indexer(traces=recorded.traces):
        answer = await client.post(
            "/v1/articles", params=query, content="Secretive body. " * 20, headers={"Content-Type": "text/plain"}
        )
        assert answer.status_code == 202, answer.text
        await client.get("/websub/a-secretive-token")
        await world.settled()
    told = "".join(span.to_json() for span in recorded.named())
    assert "wiredesk.verdict" in told
    assert "ecretive" not in told


async def test_probes_are_not_traced(run_ingest: IngestFactory, recorded: Recorded) -> None:
    async with run_ingest(traces=recorded.traces) as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            await client.get(path)
    assert recorded.named() == []


async def test_without_tracing_an_event_carries_only_the_trace_of_its_publisher(
    world: World, run_ingest: IngestFactory
) -> None:
    ndjson = {"Content-Type": "application/x-ndjson"}
    async with run_ingest() as client:
        await client.post("/v1/articles", json=article(1))
        await client.post("/v1/articles", json=article(2), headers={"traceparent": CLIENTS})
        await client.post("/v1/articles", json=article(3), headers={"traceparent": "what is this"})
        await client.post("/v1/articles/batch", content=orjson.dumps(article(4)), headers=ndjson)
        await client.post(
            "/v1/articles/batch", content=orjson.dumps(article(5)), headers={**ndjson, "traceparent": CLIENTS}
        )
    assert await traceparents(world) == [None, CLIENTS, None, None, CLIENTS]
