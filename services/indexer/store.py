"""The third step of the indexer: bulk requests, with a verdict for every single item."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import ConnectionError as NoAnswer
from opensearchpy.exceptions import OpenSearchException, SerializationError, TransportError

from services.indexer.breaker import Breaker
from services.indexer.verdicts import Answer, Meaning, of_item, of_request
from services.metrics import IndexerMetrics
from services.tracing import NO_SPAN, OFF, Span, Traces

_DONE = Answer(Meaning.DONE, "")
_FINAL = frozenset({Meaning.DONE, Meaning.SUPERSEDED, Meaning.DEAD})
_LOST = Answer(Meaning.RETRY, "the answer has not as many items as the request")


@dataclass(frozen=True, slots=True)
class Item:
    """One action of a bulk. A `document` of None deletes. `revision` is the external version (µs since 1970).

    `span` is that of the entry which it is made of.
    """

    alias: str
    id: str
    revision: int
    document: bytes | None
    span: Span = field(default=NO_SPAN, compare=False)

    def lines(self) -> tuple[bytes, ...]:
        """The item as NDJSON, in parts. With `external_gte` a replay is harmless and an older one never overwrites."""
        where = {"_index": self.alias, "_id": self.id, "version": self.revision, "version_type": "external_gte"}
        if self.document is None:
            return orjson.dumps({"delete": where}), b"\n"
        return orjson.dumps({"index": where}), b"\n", self.document, b"\n"


class Store:
    """Writes items until each is done, superseded or dead; waits as long as the index takes nothing."""

    def __init__(
        self, client: AsyncOpenSearch, breaker: Breaker, metrics: IndexerMetrics, traces: Traces = OFF
    ) -> None:
        self._client = client
        self._breaker = breaker
        self._metrics = metrics
        self._traces = traces

    async def write(self, items: Sequence[Item]) -> list[Answer]:
        """The final answer to each item, in order: DONE, SUPERSEDED or DEAD."""
        final: dict[int, Answer] = {}
        attempts = [0] * len(items)
        chunks = deque([list(range(len(items)))] if items else [])
        while chunks:
            chunk = chunks.popleft()
            async with self._breaker.attempt():
                answers = await self._send([items[number] for number in chunk], attempts[chunk[0]])
                self._note(answers)
            if not any(attempts) and all(one.meaning in _FINAL for one in answers):
                return answers  # as nearly always
            again, large = [], []
            for number, answer in zip(chunk, answers, strict=True):
                attempts[number] += 1
                if answer.meaning is Meaning.SPLIT:
                    large.append(number)
                elif answer.meaning in (Meaning.RETRY, Meaning.PAUSE):
                    again.append(number)
                else:
                    final[number] = answer
            if large:
                chunks.extendleft(reversed(self._split(large, answers[chunk.index(large[0])], final)))
            if again:
                chunks.append(again)
        return [
            final[number] if times == 1 else replace(final[number], attempts=times)
            for number, times in enumerate(attempts)
        ]

    async def refresh(self, alias: str) -> None:
        """Makes searchable what was written; returns when it is."""
        while True:
            async with self._breaker.attempt():
                try:
                    await self._client.indices.refresh(index=alias)
                except OpenSearchException as problem:
                    self._breaker.failed(str(problem))
                    continue
                self._breaker.succeeded()
            return

    def _note(self, answers: list[Answer]) -> None:
        """Tells breaker and metrics of what has to be sent again."""
        again = [answer for answer in answers if answer.meaning in (Meaning.RETRY, Meaning.PAUSE)]
        if again:
            self._metrics.retries.labels(again[0].meaning.value).inc(len(again))
            self._breaker.failed(again[0].cause)
        else:
            self._breaker.succeeded()

    @staticmethod
    def _split(chunk: list[int], answer: Answer, final: dict[int, Answer]) -> list[list[int]]:
        """The two halves of a request that was refused as a whole; the lone culprit is dead."""
        if len(chunk) == 1:
            final[chunk[0]] = Answer(Meaning.DEAD, answer.cause)
            return []
        half = len(chunk) // 2
        return [chunk[:half], chunk[half:]]

    async def _send(self, items: list[Item], before: int) -> list[Answer]:
        """A request's answers, after `before` others: one an item, the same for all where it failed as a whole."""
        body = b"".join(part for item in items for part in item.lines())
        # a deleted write alias must not silently become an index
        params = {"require_alias": "true", "filter_path": "errors,items.*.status,items.*.error"}
        try:
            with self._traces.bulk([item.span for item in items], before), self._metrics.bulk_seconds.time():
                reply: dict[str, Any] = await self._client.bulk(body=body, params=params)
        except (TimeoutError, NoAnswer, SerializationError) as problem:
            return [of_request(None, str(problem))] * len(items)
        except TransportError as problem:
            status = problem.status_code if isinstance(problem.status_code, int) else None
            return [of_request(status, f"{problem.status_code}: {problem.error} {_reason(problem.info)}")] * len(items)
        results = reply.get("items", [])
        if len(results) != len(items):
            return [_LOST] * len(items)
        if reply.get("errors") is False:
            return [_DONE] * len(items)
        return [of_item(next(iter(result.values()))) for result in results]


def _reason(info: Any) -> str:
    """The reason in the body of an error, as far as it is one of OpenSearch's."""
    error = info.get("error") if isinstance(info, dict) else None
    return str(error.get("reason", "")) if isinstance(error, dict) else ""
