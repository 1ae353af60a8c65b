"""What a bulk tells of its attempts, with a client that answers as it is told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
from opensearchpy.exceptions import TransportError
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.indexer.breaker import Breaker
from services.indexer.store import Item, Store
from services.indexer.verdicts import Meaning
from services.metrics import IndexerMetrics
from services.trace_export import build_provider
from services.tracing import Traces


class Client:
    """Answers the first requests with these statuses, item by item or an error as a whole, then all with 200."""

    def __init__(self, answers: Sequence[list[int] | TransportError]) -> None:
        self._answers = list(answers)

    async def bulk(self, body: bytes, params: dict[str, str]) -> dict[str, Any]:
        count = len([line for line in body.splitlines() if b"_index" in line])
        answer = self._answers.pop(0) if self._answers else [200] * count
        if isinstance(answer, TransportError):
            raise answer
        return {"items": [{"index": {"status": status}} for status in answer]}


def store(client: Client, traces: Traces | None = None) -> Store:
    metrics = IndexerMetrics()
    nobody: Any = client
    return Store(nobody, Breaker(timedelta(milliseconds=1), metrics.paused), metrics, traces or Traces())


def items(count: int, traces: Traces | None = None) -> list[Item]:
    made = traces or Traces()
    spans = [made.processing(f"{number}-0", None, 1) for number in range(count)]
    return [Item("articles", f"a{number}", 1, orjson.dumps({}), span) for number, span in enumerate(spans)]


async def test_an_item_taken_at_once_needed_one_attempt() -> None:
    assert [one.attempts for one in await store(Client([])).write(items(2))] == [1, 1]


async def test_only_what_was_sent_again_counts_again() -> None:
    answers = await store(Client([[200, 429, 200], [503], [409]])).write(items(3))
    assert [one.attempts for one in answers] == [1, 3, 1]
    assert [one.meaning for one in answers] == [Meaning.DONE, Meaning.SUPERSEDED, Meaning.DONE]


async def test_the_halves_of_a_refused_request_count_too() -> None:
    refused = TransportError(413, "too large", {})
    answers = await store(Client([refused, refused, [200]])).write(items(2))
    assert [(one.meaning, one.attempts) for one in answers] == [(Meaning.DEAD, 2), (Meaning.DONE, 2)]


async def test_each_request_is_a_span_linked_with_the_entries_that_it_carried() -> None:
    exporter = InMemorySpanExporter()
    traces = Traces(build_provider("test", {}, SimpleSpanProcessor(exporter)))
    sent = items(2, traces)
    await store(Client([[200, 429], TransportError(503, "busy", {})]), traces).write(sent)
    first, second = (item.span.get_span_context().span_id for item in sent)
    bulks = exporter.get_finished_spans()
    assert [[link.context.span_id for link in bulk.links] for bulk in bulks] == [[first, second], [second], [second]]
    assert [dict(bulk.attributes or {}).get("error.type") for bulk in bulks] == [None, "TransportError", None]


async def test_an_answer_without_errors_is_not_read_item_by_item() -> None:
    class Whole(Client):
        async def bulk(self, body: bytes, params: dict[str, str]) -> dict[str, Any]:
            return {"errors": False, "items": [{"delete": {"status": 404}}, {"index": {"status": 201}}]}

    assert [one.meaning for one in await store(Whole([])).write(items(2))] == [Meaning.DONE, Meaning.DONE]


async def test_an_answer_with_too_few_items_is_no_answer() -> None:
    class Short(Client):
        missing = 1

        async def bulk(self, body: bytes, params: dict[str, str]) -> dict[str, Any]:
            whole = await super().bulk(body, params)
            missing, self.missing = self.missing, 0
            return {"errors": False, "items": whole["items"][missing:]}

    assert [one.attempts for one in await store(Short([])).write(items(2))] == [2, 2]
