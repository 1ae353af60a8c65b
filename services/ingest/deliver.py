"""What a followed feed brings goes the same way as what its publisher posts."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from schemas.receipt import Accepted
from services.errors import Unavailable
from services.ingest.answer import Desk, Options
from services.ingest.archive_record import Sent
from services.ingest.feeds.model import Feed
from services.ingest.formats.detect import family
from services.ingest.publishers import Publishers
from services.ingest.read import Given
from services.ingest.receive import ContentType, content_type

_FEED_FAMILIES = ("xml", "json")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Reads and publishes the items of a feed for its publisher."""

    desk: Desk
    publishers: Publishers
    now: Callable[[], datetime]

    async def __call__(self, feed: Feed, body: bytes, media_type: str, topic: str) -> None:
        """Returns when every item has its answer. Raises Rejected for what is no feed, or whose publisher may not post;
        Unavailable where an item has to be brought again.
        """
        caller = self.publishers.caller(feed.publisher)
        kind, now = _kind(media_type, body), self.now()
        reading = await self.desk.readers.read(kind, body, Given({}, now))
        sent = Sent("post", kind.header or kind.name, {}, body, now)
        answers = await self.desk.answer(reading.items, caller, Options(), sent)
        counts = Counter(str(answer.status if isinstance(answer, Accepted) else answer.reason) for answer in answers)
        log.info("feed read", extra={"feed": feed.id, "topic": topic, "format": reading.format, **counts})
        for answer in answers:
            if isinstance(answer, Unavailable):
                raise answer


def _kind(media_type: str, body: bytes) -> ContentType:
    """The Content-Type; where it cannot be a feed's, as many servers have it, what the body begins like."""
    kind = content_type(media_type)
    if family(kind.name) in _FEED_FAMILIES:
        return kind
    begins_as_json = body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"["))
    name = "application/json" if begins_as_json else "application/xml"
    given = f"{name}; charset={kind.charset_given}" if kind.charset_given else name
    return ContentType(name, "utf-8", kind.charset_given, given)
