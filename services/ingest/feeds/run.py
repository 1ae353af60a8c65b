"""Follows feeds as long as the service runs."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from services.errors import Unavailable
from services.ingest.feeds.fetch import Fetcher
from services.ingest.feeds.file import WatchedFeeds
from services.ingest.feeds.hubs import Hubs
from services.ingest.feeds.model import Feed
from services.ingest.feeds.routes import Callbacks
from services.ingest.feeds.settings import FeedSettings
from services.ingest.feeds.state import Clock, States
from services.ingest.feeds.visit import Deliver, Visitor

log = logging.getLogger(__name__)

MOST_FETCHES = 4
TICK = timedelta(seconds=2)
_DELIVERY = timedelta(minutes=2)


@dataclass(slots=True)
class Follower:
    """Visits each feed when it is due, at most four at once, each in one process at a time.

    `visit_limit` is how long another process waits for one that has died on a visit.
    """

    feeds: WatchedFeeds
    states: States
    visitor: Visitor
    visit_limit: timedelta
    tick: timedelta = TICK
    _in_hand: set[str] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_FETCHES))
    _blind: bool = False

    async def run(self) -> None:
        """Runs until it is cancelled; visits under way are cancelled with it."""
        async with asyncio.TaskGroup() as visits:
            while True:
                for feed in await self._due():
                    self._in_hand.add(feed.id)
                    visits.create_task(self._visit(feed))
                await asyncio.sleep(self.tick.total_seconds())

    async def _due(self) -> list[Feed]:
        """The feeds that a visit is due to; none while Redis is away."""
        feeds = [feed for feed in self.feeds.current() if feed.id not in self._in_hand]
        try:
            states = await self.states.read([feed.id for feed in feeds]) if feeds else []
        except Unavailable as problem:
            log.log(logging.INFO if self._blind else logging.WARNING, "feeds wait", extra={"problem": problem.detail})
            self._blind = True
            return []
        except Exception:
            log.exception("feeds not looked through")
            return []
        self._blind = False
        return [feed for feed, state in zip(feeds, states, strict=True) if self.visitor.is_due(feed, state)]

    async def _visit(self, feed: Feed) -> None:
        try:
            async with self._slots, self.states.lease(feed.id, self.visit_limit) as mine:
                if mine:
                    await self.visitor.visit(feed)
        except Unavailable as problem:
            log.info("visit broken off", extra={"feed": feed.id, "problem": problem.detail})
        except Exception:
            log.exception("visit failed", extra={"feed": feed.id})
        finally:
            self._in_hand.discard(feed.id)


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def following(
    settings: FeedSettings,
    redis: Redis,
    deliver: Deliver,
    now: Clock = utc_now,
    chance: Callable[[], float] = random.random,
    tick: timedelta = TICK,
) -> AsyncIterator[Callbacks | None]:
    """Follows the feeds until the context ends; what hubs' calls are answered with, None where feeds are off.

    Raises ValueError where they are on without a file.
    """
    if not settings.feeds_enabled:
        yield None
        return
    if settings.feeds_file is None:
        raise ValueError("feeds are on, and nothing says which: set WIREDESK_FEEDS_FILE")
    feeds, states, fetcher = WatchedFeeds(settings.feeds_file), States(redis), Fetcher(settings)
    hubs = Hubs(settings.public_url, states, fetcher, now)
    visitor = Visitor(settings.feed_interval, states, fetcher, hubs, deliver, now, chance)
    follower = Follower(feeds, states, visitor, settings.feed_timeout * 2 + _DELIVERY, tick)
    running = asyncio.create_task(follower.run())
    try:
        yield Callbacks(feeds, states, deliver, settings.websub_allow_sha1, now)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await fetcher.aclose()
