"""Wires the service of saved searches by hand."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from redis.exceptions import ResponseError

from schemas.streams import ALERTS_GROUP, CHANGES_STREAM
from services import __version__
from services.alerts.changes import Reader, create_group
from services.alerts.deliver import Deliverer
from services.alerts.follow import Entry, Follower
from services.alerts.index import AlertNames
from services.alerts.measure import measure
from services.alerts.percolate import NothingAnswers
from services.alerts.prepare import prepare_alerts
from services.alerts.queue import Queue
from services.alerts.registry import Registry
from services.alerts.send import Sender
from services.alerts.settings import AlertsSettings
from services.alerts.told import ToldBook
from services.consumer_group import forget_idle
from services.index.client import build_client
from services.index.names import IndexNames
from services.loops import end_all, every, until_done
from services.metrics import AlertsMetrics
from services.probes import build_probes
from services.redis_client import build_redis

_STOP_WITHIN = timedelta(seconds=15)
_FORGET_AFTER = timedelta(hours=1)
log = logging.getLogger(__name__)


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Alerts:
    """The running parts of one alerts service. `failed` is called when it cannot go on and has to be started again."""

    def __init__(self, settings: AlertsSettings, consumer: str, failed: Callable[[], None]) -> None:
        self.settings = settings
        self.consumer = consumer
        self.failed = failed
        self.metrics = AlertsMetrics()
        self.is_ready = False
        self._waiting_for: str | None = None
        self.redis = build_redis(settings.redis_url, settings.redis_timeout)
        client = build_client(settings)
        self._client = client
        self.registry = Registry(client, AlertNames.with_prefix(settings.index_prefix))
        self.sender = Sender(self.redis, settings.alerts_timeout, settings.alerts_allow_private)
        book = ToldBook(self.redis, settings.alerts_told_kept, settings.alerts_most_waiting)
        names = IndexNames.with_prefix(settings.index_prefix)
        self.follower = Follower(client, names, self.registry, book, self.metrics, now)
        self.reader = Reader(self.redis, consumer, self._follow, settings.alerts_read, self.metrics)
        queue = Queue(self.redis, f"{consumer}-{secrets.token_hex(8)}")
        self.deliverer = Deliverer(queue, self.registry, self.sender, settings, self.metrics, now)

    def missing(self) -> str | None:
        """What is missing for working, or None."""
        return self._waiting_for or self.reader.cause or (None if self.is_ready else "not running")

    async def run(self) -> None:
        """Waits for the servers, then works until `stop`; a part that fails for good ends the whole."""
        try:
            await until_done("redis", lambda: create_group(self.redis), self._wait_for)
            await until_done("opensearch", self._prepare, self._wait_for)
            self.is_ready = True
            log.info("ready", extra={"consumer": self.consumer})
            await self._work()
        finally:
            await self.sender.aclose()
            await self._client.close()
            await self.redis.aclose()

    async def _prepare(self) -> None:
        await prepare_alerts(self._client, self.registry.names, self.settings.replicas)

    def stop(self) -> None:
        """Lets `run` finish what is in hand and return."""
        self.is_ready = False
        self.reader.stop()
        self.deliverer.stop()

    async def _follow(self, entries: Sequence[Entry]) -> int:
        made = await self.follower.follow(entries)
        if made:
            self.deliverer.something.set()
        return made

    async def _sweep(self) -> None:
        try:
            await self.reader.take_from_dead(self.settings.alerts_dead_after)
            await forget_idle(self.redis, CHANGES_STREAM, ALERTS_GROUP, self.consumer, _FORGET_AFTER)
            await measure(self.redis, self.registry, self.metrics)
        except (ResponseError, NothingAnswers) as problem:
            log.info("left for the next time", extra={"cause": str(problem)})

    def _wait_for(self, server: str | None) -> None:
        self._waiting_for = server

    async def _work(self) -> None:
        working = {asyncio.create_task(self.reader.run()), asyncio.create_task(self.deliverer.run())}
        sweeping = asyncio.create_task(every(self.settings.alerts_sweep, self._sweep))
        try:
            while working:
                ended, _ = await asyncio.wait({*working, sweeping}, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    task.result()
                working -= ended
        finally:
            await end_all({*working, sweeping})


def build_app(settings: AlertsSettings, consumer: str, failed: Callable[[], None]) -> FastAPI:
    """The application; it connects when it starts and not before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        alerts = app.state.alerts = Alerts(settings, consumer, failed)
        app.include_router(build_probes(alerts.missing, alerts.metrics.registry))
        running = asyncio.create_task(alerts.run())
        running.add_done_callback(lambda task: _ended(task, alerts))
        yield
        if not alerts.is_ready:
            running.cancel()  # it waits for a server and has nothing in hand
        alerts.stop()
        await asyncio.wait([running], timeout=_STOP_WITHIN.total_seconds())
        running.cancel()

    return FastAPI(title="Wiredesk alerts", version=__version__, lifespan=lifespan)


def _ended(task: "asyncio.Task[None]", alerts: Alerts) -> None:
    alerts.is_ready = False
    if not task.cancelled() and (problem := task.exception()):
        log.error("cannot go on", exc_info=problem)
        alerts.failed()
