"""Speaks to hubs: asks them to push, and tells them when a feed is not followed any more."""

import logging
from dataclasses import dataclass
from typing import Literal

from services.ingest.feeds import websub
from services.ingest.feeds.fetch import Fetcher, FetchFailed
from services.ingest.feeds.model import Feed
from services.ingest.feeds.state import Clock, States, Subscription
from services.web_address import shown

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hubs:
    """What asking a hub needs. Without a `public_url`, where hubs reach this service, none is ever asked."""

    public_url: str | None
    states: States
    fetcher: Fetcher
    now: Clock

    def is_due(self, feed: Feed, subscription: Subscription) -> bool:
        """Whether the hub is to be asked now; one of a removed feed is asked once to push no more."""
        if not self.public_url:
            return False
        if feed.removed_at is not None:
            return subscription.hub_status in ("asked", "verified")
        return websub.is_due(subscription, self.now())

    async def ask(self, feed: Feed, before: Subscription) -> None:
        """Asks, and notes that before the hub can verify it. Raises Unavailable when Redis does not answer."""
        mode: Literal["subscribe", "unsubscribe"] = "subscribe" if feed.removed_at is None else "unsubscribe"
        lapsed = websub.has_lapsed(before, self.now())
        asked = websub.asked(before, self.now()) if mode == "subscribe" else websub.leaving(before)
        await self.states.write(feed.id, asked)
        detail = await self._post(mode, feed, asked)
        if detail is not None and mode == "subscribe":
            current = (await self.states.read_one(feed.id)).subscription
            await self.states.write(feed.id, websub.refused(current, detail, self.now()))
        worse = (lapsed and before.hub_detail is None) or (
            detail is not None and before.hub_status not in ("refused", "denied")
        )
        log.log(
            logging.WARNING if worse and mode == "subscribe" else logging.INFO,
            "hub asked",
            extra={
                "feed": feed.id,
                "hub": shown(asked.hub or ""),
                "mode": mode,
                "refusal": detail,
                "last_request_came_to_nothing": lapsed,
            },
        )

    async def _post(
        self, mode: Literal["subscribe", "unsubscribe"], feed: Feed, subscription: Subscription
    ) -> str | None:
        """None when the hub took the request, else why not, for people."""
        form = websub.request_form(mode, feed, subscription.topic or "", self.public_url or "")
        try:
            answer = await self.fetcher.post(subscription.hub or "", form)
        except FetchFailed as problem:
            return str(problem)
        text = "".join(c for c in answer.body.decode(errors="replace") if c.isprintable())
        return None if 200 <= answer.status < 300 else f"{answer.status} {text}".strip()
