"""Items from a body to their answers, for a single post, a message of many and a line of a batch alike."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from schemas.receipt import Accepted, FieldWarning, Links, Refused
from services import logs
from services.errors import Rejected, Unavailable, WiredeskError
from services.ingest.archive import Archive
from services.ingest.archive_record import Sent, Taken, record, taken
from services.ingest.draft import Burial, Draft
from services.ingest.explain import explained
from services.ingest.hints import Told
from services.ingest.order import Known, Placed, microseconds
from services.ingest.posted import Item, Reading
from services.ingest.prepare import Prepared, Preparer
from services.ingest.problems import refused
from services.ingest.publish import Publisher
from services.ingest.publishers import Caller
from services.ingest.readers import Readers
from services.metrics import IngestMetrics
from services.tracing import OFF, Span, Traces, around, tell, trace_id, traceparent

_PUBLISHED_AT_ONCE = 256
Answer = Accepted | Rejected | Unavailable


@dataclass(frozen=True, slots=True)
class Options:
    """What a request asks for beside its body, and when it was begun with, by the monotonic clock (s)."""

    republish: bool = False
    traceparent: str | None = None
    began: float = field(default_factory=time.perf_counter)


@dataclass(frozen=True, slots=True)
class Desk:
    """The way of an article through ingest: read, prepare, publish, answer."""

    publisher: Publisher
    preparer: Preparer
    metrics: IngestMetrics
    readers: Readers
    archive: Archive | None = None
    traces: Traces = OFF

    async def answer(
        self, items: Sequence[Item], caller: Caller, options: Options, sent: Sent | None = None
    ) -> list[Answer]:
        """One answer an item, in their order, after the stream has the events of all that were accepted.

        Of `sent`, the body in which they stood, the archive keeps what was accepted.
        """
        answers: list[Answer] = []
        accepted: list[Taken] = []
        for start in range(0, len(items), _PUBLISHED_AT_ONCE):
            group = items[start : start + _PUBLISHED_AT_ONCE]
            told = await self.preparer.told_of(group, caller)
            prepared = [await self._prepare(item, caller, told) for item in group]
            answers.extend(await self.publish_all(prepared, caller, options))
            accepted.extend(taken(prepared, start))
        if self.archive and sent and accepted:
            self.archive.add(record(sent, caller.writes_as(), options.republish, len(items), accepted))
        return answers

    async def withdraw(self, burial: Burial, caller: Caller, options: Options, sent: Sent) -> Answer:
        """The answer to a withdrawal by the article's id."""
        (answer,) = await self.publish_all([prepared := Prepared([burial])], caller, options)
        if self.archive and (accepted := list(taken([prepared]))):
            self.archive.add(record(sent, burial.publisher, False, 1, accepted))
        return answer

    async def publish_all(
        self, prepared: Sequence[Prepared | WiredeskError], caller: Caller, options: Options
    ) -> list[Answer]:
        """The answers after the stream has the events; what was an error before is its own answer."""
        if len(prepared) == 1:
            return [await self._publish(prepared[0], caller, options)]
        return await asyncio.gather(*(self._publish(one, caller, options) for one in prepared))

    async def preview(self, item: Item, reading: Reading, caller: Caller, page: str | None) -> dict[str, Any]:
        """What would be indexed of this item, explained; or its problem. `page` is the whole text of an HTML page."""
        told = await self.preparer.told_of([item], caller)
        try:
            prepared = await self.preparer.prepare(item, caller, told)
        except (Rejected, Unavailable) as error:
            if not reading.several:
                raise
            return refused(error, item.pointer).model_dump(mode="json", exclude_none=True)
        for work in prepared.work[:1]:
            if isinstance(work, Draft):
                work.cluster_id = await self.publisher.look_up_cluster(work)
        now = microseconds(self.preparer.now())
        return explained(prepared, item, reading.format, page, self.preparer.tables.gazetteer, now)

    async def _prepare(self, item: Item, caller: Caller, told: dict[str, Told]) -> Prepared | WiredeskError:
        await asyncio.sleep(0)
        try:
            return await self.preparer.prepare(item, caller, told)
        except (Rejected, Unavailable) as error:
            return error

    async def _publish(self, prepared: Prepared | WiredeskError, caller: Caller, options: Options) -> Answer:
        if isinstance(prepared, Rejected | Unavailable):
            self.count(prepared, caller, options)
            return prepared
        assert isinstance(prepared, Prepared)  # noqa: S101 - there are no other errors
        try:
            if prepared.told:
                await self.preparer.hints.keep(caller.writes_as(), *prepared.told)
            if prepared.withdrawn_at is not None and not options.republish:
                return self._withdrawn_before(prepared, options)
            return await self._commit(prepared, caller, options)
        except Unavailable as error:
            self.count(error, caller, options, prepared.work[0].id if prepared.work else None)
            return error

    async def _commit(self, prepared: Prepared, caller: Caller, options: Options) -> Accepted:
        answers = []
        republish = options.republish or prepared.republish
        for work in prepared.work:
            with self.traces.sending(options.traceparent) as span:
                with self.metrics.publish_seconds.time():
                    published = await self.publisher.publish(work, republish, traceparent(span))
                placed = published.placed
                told: logs.Told = {"id": work.id, "version": placed.version, "entry": published.entry_id}
                tell(span, status=placed.status, **told)
            self.metrics.last_article.labels(work.publisher).set_to_current_time()
            self._finish(work.publisher, placed.status, options, span, **told)
            answers.append(_accepted(work, placed, published.before, prepared.warnings))
        if prepared.lines and answers[0].status == "accepted":
            await self.preparer.repeated.keep(prepared.lines)
        return answers[0] if answers else self._hint_kept(prepared, caller, options)

    def _hint_kept(self, prepared: Prepared, caller: Caller, options: Options) -> Accepted:
        self._finish(caller.publisher or "", "hint", options, id=prepared.hint_id)
        return Accepted(
            id=prepared.hint_id,
            status="accepted",
            kind="hint",
            links=_links(prepared.hint_id),
            warnings=prepared.warnings or None,
        )

    def _withdrawn_before(self, prepared: Prepared, options: Options) -> Accepted:
        work = prepared.work[0]
        self._finish(work.publisher, "superseded", options, id=work.id, version=prepared.withdrawn_at)
        return Accepted(
            id=work.id,
            version=prepared.withdrawn_at,
            status="superseded",
            links=_links(work.id),
            warnings=(*prepared.warnings, FieldWarning(pointer="", detail="its address was withdrawn before it came")),
        )

    def count(
        self, error: Rejected | Unavailable, caller: Caller, options: Options, article_id: str | None = None
    ) -> None:
        """Notes in the metrics and in the log that an article was not taken, and why."""
        status = "unavailable" if isinstance(error, Unavailable) else "rejected"
        self._finish(caller.publisher or "", status, options, id=article_id, reason=error.reason)
        self.metrics.problems.labels(error.reason).inc()

    def _finish(
        self, publisher: str, status: str, options: Options, span: Span | None = None, **told: str | int | None
    ) -> None:
        """Counts an article that is answered, and writes its one line."""
        self.metrics.articles.labels(publisher, status).inc()
        milliseconds = round((time.perf_counter() - options.began) * 1000)
        within = trace_id(span or around(options.traceparent))
        logs.article(publisher=publisher, status=status, **told, milliseconds=milliseconds, trace_id=within)


def as_listed(answer: Answer, item: Item | None = None) -> Accepted | Refused:
    """The answer as one of several: an error becomes a Refused, with the place of its item."""
    return answer if isinstance(answer, Accepted) else refused(answer, item.pointer if item else None)


def _accepted(
    work: Draft | Burial, placed: Placed, before: Known | None, warnings: tuple[FieldWarning, ...]
) -> Accepted:
    told = (*work.warnings, *warnings)
    if placed.status == "superseded" and before and before.withdrawn:
        told = (*told, FieldWarning(pointer="", detail="it was withdrawn; a higher version or a restore publishes it"))
    return Accepted(
        id=work.id,
        version=placed.version,
        status=placed.status,
        kind="withdrawn" if isinstance(work, Burial) else "corrected" if before else "published",
        tags=work.tags if isinstance(work, Draft) else (),
        links=_links(work.id),
        warnings=told or None,
    )


def _links(article_id: str) -> Links:
    return Links(receipt=f"/v1/articles/{quote(article_id, safe='')}")
