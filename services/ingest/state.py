"""What a running ingest service is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.ingest.admission import Admission
from services.ingest.answer import Desk
from services.ingest.changes import ChangesFeed
from services.ingest.idempotency import Answers
from services.ingest.library import Library
from services.ingest.publishers import Publishers
from services.ingest.rates import Rates
from services.ingest.receipts import Receipts
from services.ingest.settings import IngestSettings
from services.metrics import IngestMetrics
from services.publishers.last_use import LastUse


@dataclass(frozen=True, slots=True)
class IngestState:
    """Everything that a request needs. `now` is the clock."""

    settings: IngestSettings
    metrics: IngestMetrics
    admission: Admission
    publishers: Publishers
    last_use: LastUse
    rates: Rates
    redis: Redis
    desk: Desk
    answers: Answers
    library: Library
    receipts: Receipts
    changes: ChangesFeed
    now: Callable[[], datetime]

    async def missing(self) -> str | None:
        """What keeps articles from being accepted, or None."""
        if not len(self.publishers):
            return "a key: set WIREDESK_API_KEY, or WIREDESK_PUBLISHERS_FILE and make one with `wiredesk keys create`"
        try:
            await self.redis.ping()
        except (RedisError, OSError, TimeoutError):
            return "redis"
        return None
