"""The last step of the indexer: what was stored is made searchable, then acknowledged with its receipt."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, RedisError

from services import logs
from services.entry_id import added_at
from services.indexer.intake import Intake
from services.indexer.outcomes import Outcomes
from services.indexer.pace import may_wait
from services.indexer.settled import Settled, row_of
from services.indexer.store import Store
from services.indexer.trim import trim
from services.metrics import IndexerMetrics
from services.tracing import NO_SPAN, tell, trace_id

_PAGE = 500
_PAUSE = timedelta(milliseconds=500)
_LOOK = timedelta(milliseconds=20)
log = logging.getLogger(__name__)


class Settler:
    """Collects what was stored, refreshes the index at most once an interval, then acknowledges.

    So an acknowledged article is searchable, and what a crash leaves unacknowledged is done again, harmlessly.
    """

    def __init__(
        self,
        redis: Redis,
        outcomes: Outcomes,
        store: Store,
        intake: Intake,
        metrics: IndexerMetrics,
        write_alias: str,
        now: Callable[[], datetime],
        groups: Sequence[str],
    ) -> None:
        self._redis = redis
        self._outcomes = outcomes
        self._store = store
        self._intake = intake
        self._metrics = metrics
        self._write_alias = write_alias
        self._now = now
        self._groups = groups
        self._collected: list[Settled] = []
        self._settled_at = monotonic()
        self._something = asyncio.Event()
        self._stopping = asyncio.Event()

    def collect(self, settled: list[Settled]) -> None:
        """Takes what the index has a final verdict on."""
        self._collected.extend(settled)
        self._something.set()

    async def run(self, interval: timedelta) -> None:
        """Settles until stop: at once when little comes, once an interval when much does, seldomer when it is late."""
        while not self._stopping.is_set():
            await self._something.wait()
            if self._may_wait():
                await self._until_stopping(_LOOK)
            else:
                began = monotonic()
                await self.settle()
                await self._until_stopping(interval - timedelta(seconds=monotonic() - began))
        await self.settle()

    def _may_wait(self) -> bool:
        if self._stopping.is_set() or not self._collected:
            return False
        late = self._now().timestamp() - added_at(self._collected[-1].entry_id)
        in_hand, most = len(self._intake), self._intake.max_in_hand
        return may_wait(len(self._collected), in_hand, most, late, monotonic() - self._settled_at)

    async def _until_stopping(self, longest: timedelta) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), max(0.0, longest.total_seconds()))

    def stop(self) -> None:
        """Lets run settle what was collected and return."""
        self._stopping.set()
        self._something.set()

    async def settle(self) -> None:
        """Makes searchable, acknowledges and writes receipts for all that was collected."""
        self._something.clear()
        settled, self._collected = self._collected, []
        self._settled_at = monotonic()
        if any(one.status in ("indexed", "withdrawn") for one in settled):
            await self._store.refresh(self._write_alias)
        for start in range(0, len(settled), _PAGE):
            page = settled[start : start + _PAGE]
            await self._acknowledge(page)
            await self._intake.release(one.entry_id for one in page)
            now = self._now().timestamp()
            for status, times in Counter(one.status for one in page).items():
                self._metrics.entries.labels(status).inc(times)
            for one in page:
                self._finish(one, max(0.0, now - added_at(one.entry_id)))

    def _finish(self, one: Settled, seconds: float) -> None:
        """Of an entry acknowledged so many seconds after it was added: its figures, its span's end and its one line."""
        if one.status == "indexed":
            self._metrics.searchable_seconds.observe(seconds)
        if one.reason:
            self._metrics.dead_letters.labels(one.reason).inc()
        told: logs.Told = {"id": one.id, "version": one.version, "verdict": one.status, "attempts": one.attempts}
        if one.span is not NO_SPAN:
            tell(one.span, one.reason, **told)
            one.span.end()
        logs.article(
            one.reason is not None,
            **told,
            reason=one.reason,
            entry=one.entry_id,
            milliseconds=round(seconds * 1000),
            trace_id=trace_id(one.span),
        )

    async def _acknowledge(self, page: list[Settled]) -> None:
        """Tries until Redis has taken it; a full one takes it too, and is emptied of what is done with."""
        now = self._now()
        rows = [row_of(one, now) for one in page]
        is_full = False
        while True:
            try:
                await self._outcomes.write(rows, even_if_full=is_full)
                if is_full:
                    await trim(self._redis, self._now(), timedelta(0), self._groups)
            except OutOfMemoryError:
                log.warning("Redis is full; it is trimmed of what is done with", extra={"entries": len(page)})
                is_full = True
                continue
            except (RedisError, OSError, TimeoutError) as problem:
                log.warning("Redis does not take receipts; waiting", extra={"cause": str(problem)})
            else:
                return
            await asyncio.sleep(_PAUSE.total_seconds())
