"""A canary: an invented article, posted again and again, that measures the whole way until a search finds it.

It has expired long before it is posted, so that the alias `articles` never shows it. It is looked for behind the alias.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from schemas.article import CANARY_PUBLISHER
from schemas.receipt import Accepted
from services.errors import Rejected, Unavailable
from services.ingest.answer import Desk, Options
from services.ingest.library import Library
from services.ingest.publishers import Caller
from services.ingest.read import Given
from services.ingest.receive import ContentType
from services.ingest.state import IngestState
from services.loops import end_all, every
from services.metrics import CanaryMetrics

_CALLER = Caller(CANARY_PUBLISHER, "canary", automatic_tags=False)
_JSON = ContentType("application/json", "utf-8")
_LOOK_EVERY = timedelta(milliseconds=100)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Canary:
    """Measures the way of one article after the other. `now` is the clock, `patience` the longest way."""

    desk: Desk
    library: Library
    metrics: CanaryMetrics
    patience: timedelta
    now: Callable[[], datetime]

    async def measure(self) -> None:
        """Posts one and waits until it can be found; refused, or not found in time, it is counted as failed."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await self._until_found(await self._post())
        except (Rejected, Unavailable, TimeoutError) as problem:
            self.metrics.failed.inc()
            cause = getattr(problem, "detail", "it cannot be found")
            log.warning("the canary failed", extra={"cause": cause, "seconds": round(time.monotonic() - started, 1)})
            return
        self.metrics.seconds.observe(time.monotonic() - started)
        self.metrics.last_success.set(self.now().timestamp())

    async def _post(self) -> Accepted:
        """The answer to the article, read and published as any that a publisher posts. Raises Rejected, Unavailable."""
        reading = await self.desk.readers.read(_JSON, canary_body(self.now()), Given({}, self.now()))
        (answer,) = await self.desk.answer(reading.items, _CALLER, Options())
        if not isinstance(answer, Accepted):
            raise answer
        return answer

    async def _until_found(self, posted: Accepted) -> None:
        while True:
            if await self.library.is_searchable(posted.id, posted.version or 0):
                return
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


def canary_body(now: datetime) -> bytes:
    """What is posted: one article that expired long ago, with other words each time, too few to be like any other."""
    article = {
        "id": "canary",
        "title": "Wiredesk canary",
        "body": f"Posted at {now.isoformat()}.",
        "language": "en",
        "expires_at": "2000-01-01T00:00:00Z",
    }
    return orjson.dumps(article)


@asynccontextmanager
async def measuring(state: IngestState) -> AsyncIterator[None]:
    """Measures once an interval until the context ends; never where the interval is 0."""
    interval = state.settings.canary_every
    if not interval:
        yield
        return
    canary = Canary(state.desk, state.library, state.metrics.canary, state.settings.canary_patience, state.now)
    running = asyncio.create_task(every(interval, canary.measure))
    try:
        yield
    finally:
        await end_all({running})
