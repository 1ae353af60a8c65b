"""Takes what waits to its targets: many at a time, each in order, none at another's cost."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import orjson
from opensearchpy.exceptions import OpenSearchException
from redis.exceptions import RedisError

from services.alerts.alert import Alert
from services.alerts.queue import Queue
from services.alerts.registry import Registry
from services.alerts.send import Answer, Sender
from services.alerts.settings import AlertsSettings
from services.alerts.waiting import Failures, Waiting
from services.metrics import AlertsMetrics

_A_ROUND = 100
_MARGIN = timedelta(seconds=5)
_PAUSED = timedelta(seconds=60)
_BUSY = timedelta(milliseconds=500)
_AWAY = timedelta(seconds=2)
log = logging.getLogger(__name__)


def pause_after(tries: int, first: timedelta, longest: timedelta) -> timedelta:
    """Full jitter: anything between nothing and `first`, doubled with every try up to `longest`."""
    bound = min(longest, first * 2 ** min(tries - 1, 30))
    return timedelta(seconds=random.uniform(0, bound.total_seconds()))  # noqa: S311 - jitter, not a secret


def is_too_old(body: bytes, limit: timedelta, now: datetime) -> bool:
    """Whether the message was made at least `limit` ago."""
    return now - datetime.fromisoformat(orjson.loads(body)["time"]) >= limit


@dataclass(slots=True)
class Deliverer:
    """Delivers until stopped. What a crash leaves is due again when its lease has run out, with the same ids."""

    queue: Queue
    registry: Registry
    sender: Sender
    settings: AlertsSettings
    metrics: AlertsMetrics
    now: Callable[[], datetime]
    something: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    """Set where there may be something to deliver before the next look."""
    _stopping: bool = field(init=False, default=False)
    _rounds: "set[asyncio.Task[None]]" = field(init=False, default_factory=set)
    _hosts: Counter[str] = field(init=False, default_factory=Counter)

    async def run(self) -> None:
        """Returns after `stop`, when every message that is on its way has arrived or failed."""
        while not self._stopping:
            self.something.clear()
            try:
                await self._begin()
            except (RedisError, OSError, TimeoutError) as problem:
                log.debug("left for the next time", extra={"cause": str(problem)})
            try:
                await asyncio.wait_for(self.something.wait(), self.settings.alerts_poll.total_seconds())
            except TimeoutError:
                continue
        if self._rounds:
            await asyncio.wait(self._rounds)

    def stop(self) -> None:
        """Begins nothing new."""
        self._stopping = True
        self.something.set()

    async def _begin(self) -> None:
        room = self.settings.alerts_in_flight - len(self._rounds)
        if room <= 0:
            return
        for alert_id in await self.queue.lease(self.now(), room, self._hold):
            task = asyncio.create_task(self._round(alert_id))
            self._rounds.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._rounds.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("a delivery ended the wrong way; it is tried again", exc_info=problem)

    @property
    def _hold(self) -> timedelta:
        """Longer than any try: whoever holds a lease asks for it anew before each."""
        return self.settings.alerts_timeout + _MARGIN

    async def _round(self, alert_id: str) -> None:
        try:
            try:
                await self._deliver_all(alert_id)
            except OpenSearchException as problem:
                log.info("the alert cannot be read", extra={"alert": alert_id, "cause": str(problem)})
                await self.queue.leave_alone(alert_id, _AWAY)
            await self.queue.release(alert_id, self.now())
        except (RedisError, OSError, TimeoutError) as problem:
            log.info("left until the lease has run out", extra={"alert": alert_id, "cause": str(problem)})

    async def _deliver_all(self, alert_id: str) -> None:
        alert = await self.registry.get(alert_id)
        if alert is None:
            dropped = await self.queue.drop(alert_id)
            log.info("the alert was removed; nothing is delivered", extra={"alert": alert_id, "articles": dropped})
            return
        host = (urlsplit(alert.webhook).hostname or "") if alert.webhook else ""
        if alert.paused or self._hosts[host] >= self.settings.alerts_per_host:
            await self.queue.leave_alone(alert_id, _PAUSED if alert.paused else _BUSY)
            return
        self._hosts[host] += 1
        try:
            for _ in range(_A_ROUND):
                if self._stopping or not await self.queue.hold(alert_id, self._hold):
                    return
                waiting = await self.queue.next(alert_id, self.now())
                if waiting is None or not await self._deliver(alert, waiting):
                    return
        finally:
            self._hosts[host] -= 1

    async def _deliver(self, alert: Alert, waiting: Waiting) -> bool:
        """Whether to go on with this alert's next message."""
        known = waiting.failures or waiting.target
        if known and is_too_old(waiting.body, self.settings.alerts_give_up_after, self.now()):
            await self._give_up(alert, waiting, known)
            return True
        message_id = orjson.loads(waiting.body)["id"]
        answer = await self.sender.send(alert, message_id, waiting.body, self.now())
        self.metrics.deliveries.labels(answer.outcome).inc()
        if answer.outcome == "delivered":
            await self.queue.take_off(alert.id, waiting, self.now())
            return True
        if answer.outcome == "gone":
            await self.registry.pause(alert.id, f"the target answered {answer.text}")
            await self.queue.leave_alone(alert.id, _PAUSED)
            log.warning("the target is gone; the alert is paused", extra={"alert": alert.id})
            return False
        await self._try_again(alert, waiting, answer)
        return False

    async def _try_again(self, alert: Alert, waiting: Waiting, answer: Answer) -> None:
        now, settings = self.now(), self.settings
        failures = Failures.after(waiting.failures, now, answer.text)
        target = Failures.after(waiting.target, now, answer.text)
        wished = min(answer.retry_after or timedelta(0), settings.alerts_backoff_max)
        first, longest = settings.alerts_backoff_first, settings.alerts_backoff_max
        at = now + max(wished, pause_after(failures.tries, first, longest))
        pause = max(wished, pause_after(target.tries, first, longest), timedelta(milliseconds=1))
        await self.queue.retry(alert.id, waiting, failures, target, at, pause)
        extra = {"alert": alert.id, "article": waiting.article_id, "tries": failures.tries, "answer": answer.text}
        log.info("not delivered; it is tried again", extra=extra)

    async def _give_up(self, alert: Alert, waiting: Waiting, known: Failures) -> None:
        message_id = orjson.loads(waiting.body)["id"]
        await self.queue.note_given_up(alert.id, waiting.article_id, message_id, known)
        await self.queue.take_off(alert.id, waiting, self.now(), has_arrived=False)
        self.metrics.deliveries.labels("given-up").inc()
        extra = {"alert": alert.id, "article": waiting.article_id, "answer": known.answer}
        log.warning("given up; it is not delivered", extra=extra)
