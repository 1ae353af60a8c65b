"""What a running ingest service is made of."""

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from services.ingest.answer import Desk
from services.ingest.publishers import Publishers
from services.ingest.receipts import Receipts
from services.ingest.settings import IngestSettings
from services.metrics import IngestMetrics


@dataclass(frozen=True, slots=True)
class IngestState:
    """Everything that a request needs."""

    settings: IngestSettings
    metrics: IngestMetrics
    publishers: Publishers
    redis: Redis
    desk: Desk
    receipts: Receipts

    async def missing(self) -> str | None:
        """What keeps articles from being accepted, or None."""
        if not len(self.publishers):
            return "a key: set WIREDESK_API_KEY"
        try:
            await self.redis.ping()
        except (RedisError, OSError, TimeoutError):
            return "redis"
        return None
