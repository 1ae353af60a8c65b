"""One visit to a feed: it is fetched and delivered when that is due, and so is its hub asked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from services.errors import Rejected, Unavailable
from services.ingest.feeds import poll, websub
from services.ingest.feeds.discover import Discovered, discover
from services.ingest.feeds.fetch import Answer, Fetcher, FetchFailed
from services.ingest.feeds.hubs import Hubs
from services.ingest.feeds.model import Feed
from services.ingest.feeds.state import Clock, FeedState, Polled, States, Subscription
from services.web_address import shown, without_credentials

log = logging.getLogger(__name__)

Deliver = Callable[[Feed, bytes, str, str], Awaitable[None]]
"""Reads and publishes a feed's body: `(feed, body, content_type, content_location)`.

The last is what relative addresses in the body are relative to. Raises Rejected for a body that cannot be read at all,
Unavailable when it is to be brought again.
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a visit needs. `interval` is for feeds that have none of their own, `chance` gives numbers from 0 to 1."""

    interval: timedelta
    states: States
    fetcher: Fetcher
    hubs: Hubs
    deliver: Deliver
    now: Clock
    chance: Callable[[], float]

    def is_due(self, feed: Feed, state: FeedState) -> bool:
        """Whether a visit would do anything now."""
        return self._is_poll_due(feed, state.polled) or self.hubs.is_due(feed, state.subscription)

    async def visit(self, feed: Feed) -> None:
        """Does what is due. Raises Unavailable when Redis does not answer."""
        state = await self.states.read_one(feed.id)
        subscription = state.subscription
        if self._is_poll_due(feed, state.polled):
            subscription = await self._poll(feed, state)
        if self.hubs.is_due(feed, subscription):
            await self.hubs.ask(feed, subscription)

    def _is_poll_due(self, feed: Feed, polled: Polled) -> bool:
        return feed.removed_at is None and poll.is_due(polled, self.now())

    async def _poll(self, feed: Feed, state: FeedState) -> Subscription:
        """Fetches once, delivers what is new and notes what came of it; the subscription as it stands then."""
        before, subscription = state.polled, state.subscription
        pace = poll.Pace(feed.interval or self.interval, subscription.pushed_until(self.now()))
        try:
            answer = await self.fetcher.get(before.moved_to or feed.url, poll.conditions(before))
            found = await self._take(feed, before, answer)
            after = poll.after_answer(before, answer, found, pace, self.now(), self.chance())
            if answer.status == 200:
                subscription = websub.offered(subscription, found, answer.url)
        except (FetchFailed, Rejected) as problem:
            detail = problem.detail if isinstance(problem, Rejected) else str(problem)
            after = poll.failed(before, detail, pace, self.now(), self.chance())
        except Unavailable as problem:
            after = poll.postponed(before, problem.retry_after, self.now(), self.chance())
        except Exception:
            log.exception("feed not taken", extra={"feed": feed.id})
            after = poll.failed(before, "a fault of ours, see the log", pace, self.now(), self.chance())
        await self.states.write(feed.id, after)
        if subscription != state.subscription:
            await self.states.write(feed.id, subscription)
        self._report(feed, before, after)
        return subscription

    async def _take(self, feed: Feed, before: Polled, answer: Answer) -> Discovered:
        """What the feed says of itself, after its body was delivered if it is new. Raises what `deliver` raises."""
        if answer.status != 200:
            return Discovered()
        if poll.digest(answer.body) != before.digest:
            kind = answer.headers.get("content-type", "")
            await self.deliver(feed, answer.body, kind, without_credentials(answer.url))
        return await asyncio.to_thread(discover, answer.headers.get("link", ""), answer.body, answer.url)

    def _report(self, feed: Feed, before: Polled, after: Polled) -> None:
        wait = (after.next_at - self.now()).total_seconds() if after.next_at else None
        log.log(
            logging.WARNING if poll.is_worse(before, after) else logging.INFO,
            "feed fetched",
            extra={
                "feed": feed.id,
                "publisher": feed.publisher,
                "url": shown(before.moved_to or feed.url),
                "outcome": after.status,
                "failures": after.failures,
                "next_in_seconds": wait,
            },
        )
