"""One article from its bytes to its answer, for a single post and for a line of a batch alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from schemas.receipt import Accepted, Links
from services.errors import Rejected, Unavailable
from services.ingest.draft import Draft
from services.ingest.normalize import Tables, normalize
from services.ingest.order import Placed
from services.ingest.publish import Publisher
from services.ingest.receive import ContentType, read_submission
from services.metrics import IngestMetrics


@dataclass(frozen=True, slots=True)
class Desk:
    """The way of one article through ingest: receive, normalize, publish."""

    publisher: Publisher
    tables: Tables
    metrics: IngestMetrics
    max_text_bytes: int

    def read(self, body: bytes, kind: ContentType, given: Mapping[str, Any], publisher: str) -> Draft:
        """The draft in these bytes. Raises Rejected."""
        submission, warnings = read_submission(kind, body, given)
        draft = normalize(submission, publisher, self.tables, self.max_text_bytes)
        draft.warnings.extend(warnings)
        return draft

    async def publish(self, draft: Draft, republish: bool, traceparent: str | None) -> Accepted:
        """The answer to this draft, after the stream has its event. Raises Unavailable."""
        with self.metrics.publish_seconds.time():
            placed = await self.publisher.publish(draft, republish, traceparent)
        self.metrics.articles.labels(draft.publisher, placed.status).inc()
        return _accepted(draft, placed)

    def count(self, error: Rejected | Unavailable, publisher: str) -> None:
        """Notes in the metrics that an article was not taken, and why."""
        status = "unavailable" if isinstance(error, Unavailable) else "rejected"
        self.metrics.articles.labels(publisher, status).inc()
        self.metrics.problems.labels(error.reason).inc()


def _accepted(draft: Draft, placed: Placed) -> Accepted:
    return Accepted(
        id=draft.id,
        version=placed.version,
        status=placed.status,
        tags=draft.tags,
        links=Links(receipt=f"/v1/articles/{quote(draft.id, safe='')}"),
        warnings=tuple(draft.warnings) or None,
    )
