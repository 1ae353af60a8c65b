"""Wires the indexer service by hand."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from faststream.asgi import make_asyncapi_asgi
from faststream.redis import RedisBroker
from faststream.specification import AsyncAPI
from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.routing import Route

from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP
from services import __version__
from services.consumer_group import forget_idle
from services.index.client import build_client
from services.index.names import IndexNames
from services.indexer.brake import Brake
from services.indexer.breaker import Breaker
from services.indexer.consume import Recovery, create_group, subscribe
from services.indexer.flow import Flow
from services.indexer.health import Health
from services.indexer.held import Held
from services.indexer.intake import Intake
from services.indexer.measure import cap_dead_letters, measure
from services.indexer.outcomes import Outcomes
from services.indexer.prepare import prepare_index
from services.indexer.settings import IndexerSettings
from services.indexer.settle import Settler
from services.indexer.store import Store
from services.indexer.suspects import Suspects
from services.indexer.trim import removed_by_others, trim, trim_changes
from services.loops import end_all, every, until_done
from services.metrics import IndexerMetrics
from services.probes import build_probes
from services.streams import build_broker, close
from services.tracing import OFF, Traces

_TRIM_INTERVAL = timedelta(seconds=30)
_STOP_WITHIN = timedelta(seconds=15)
_LAST_SWEEP = timedelta(seconds=3)
log = logging.getLogger(__name__)


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Indexer:
    """The running parts of one indexer. `failed` is called when it cannot go on and has to be started again."""

    def __init__(
        self, settings: IndexerSettings, consumer: str, failed: Callable[[], None], traces: Traces = OFF
    ) -> None:
        self.settings = settings
        self.consumer = consumer
        self.failed = failed
        self.traces = traces
        self.health = Health()
        self.metrics = IndexerMetrics()
        self.intake = Intake(settings.max_in_hand, settings.max_waiting_bytes)
        self.metrics.in_hand.set_function(lambda: len(self.intake))
        self.metrics.waiting_bytes.set_function(lambda: self.intake.waiting_bytes)
        self.metrics.dead_letters_max_bytes.set(settings.dead_letters_max_bytes)
        self.health.brake = self.brake = Brake(settings.most_dead_in_a_row, self.metrics.stopped)
        self.names = IndexNames.with_prefix(settings.index_prefix)
        self.broker: RedisBroker = build_broker(settings.redis_url, settings.redis_timeout)
        self.subscriber = subscribe(self.broker, self.intake, consumer, settings.read_entries)
        self._loops: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Waits for the servers, then works until stop; a part that fails for good ends the whole."""
        redis = await self.broker.connect()
        client = build_client(self.settings)
        breaker = Breaker(self.settings.backoff_max, self.metrics.paused)
        store = Store(client, breaker, self.metrics, self.traces)
        self.health.breaker = breaker
        self.outcomes = Outcomes(redis, self.settings.receipt_ttl)
        self.settler = Settler(
            redis, self.outcomes, store, self.intake, self.metrics, self.names.write, now, self.settings.groups
        )
        try:
            await self._prepare(redis, client)
            await self._work(redis, client, store)
        finally:
            await client.close()
            await close(self.broker, redis)

    async def stop(self) -> None:
        """Stops reading and lets run finish and acknowledge what is in hand."""
        was_ready, self.health.ready = self.health.ready, False
        await self.subscriber.stop()
        if was_ready:
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(_LAST_SWEEP.total_seconds()):
                    await self.recovery.take_own(timedelta(0))  # what was delivered while the reader was stopped
        self.brake.end()
        await self.intake.close()

    async def _prepare(self, redis: Redis, client: AsyncOpenSearch) -> None:
        async def index() -> None:
            told = self.settings
            await prepare_index(client, self.names, told.replicas, told.codec, told.shards)

        async def group() -> None:
            await create_group(redis)
            await removed_by_others(redis)  # from here on it is counted

        await self._until_done("redis", group)
        await self._until_done("opensearch", index)

    async def _until_done(self, server: str, attempt: Callable[[], Awaitable[None]]) -> None:
        await until_done(server, attempt, self.health.wait_for)

    def _flow(self, redis: Redis, store: Store) -> Flow:
        settings = self.settings
        return Flow(
            intake=self.intake,
            suspects=Suspects(redis, settings.most_crashes),
            brake=self.brake,
            store=store,
            settler=self.settler,
            names=self.names,
            bulk_items=settings.bulk_items,
            bulk_bytes=settings.bulk_bytes,
            now=now,
            traces=self.traces,
            keep_versions=settings.keep_versions,
        )

    async def _work(self, redis: Redis, client: AsyncOpenSearch, store: Store) -> None:
        self.recovery = recovery = Recovery(redis, self.intake, self.consumer, self.metrics)
        held = Held(client, store, self.outcomes, self.names, now)
        flow, sweep = self._flow(redis, store), self.settings.sweep_interval

        async def release() -> None:
            await held.release_due()

        workers = [asyncio.create_task(flow.work()) for _ in range(self.settings.bulks_in_flight)]
        settling = asyncio.create_task(self.settler.run(self.settings.refresh_interval))
        try:
            await self._until_done("redis", lambda: recovery.take_own(timedelta(0)))
            await self._until_done("redis", self.broker.start)  # a full Redis refuses FastStream's XGROUP CREATE
            self.health.ready = True
            log.info("ready", extra={"consumer": self.consumer})
            loops = [
                asyncio.create_task(every(sweep, lambda: self._recover(redis, recovery))),
                asyncio.create_task(every(sweep, release)),
                asyncio.create_task(every(_TRIM_INTERVAL, lambda: self._shorten(redis))),
            ]
            self._loops = [settling, *loops]
            await self._until_stopped(workers)
            self.settler.stop()
            await settling
        finally:
            await end_all({*workers, settling, *self._loops})

    async def _recover(self, redis: Redis, recovery: Recovery) -> None:
        settings = self.settings
        await recovery.show_life()
        await recovery.take_own(settings.left_after)
        await recovery.take_from_dead(settings.dead_after)
        await forget_idle(redis, ARTICLES_STREAM, INDEXER_GROUP, self.consumer, settings.forget_after)
        await measure(redis, self.metrics, now())
        if not self.subscriber.running and self.health.ready:
            raise RuntimeError("the reader has ended")

    async def _shorten(self, redis: Redis) -> None:
        await trim(redis, now(), self.settings.stream_keep, self.settings.groups)
        await self._cap_dead_letters(redis)
        await self._cap_changes(redis)

    async def _cap_changes(self, redis: Redis) -> None:
        settings = self.settings
        if unread := await trim_changes(redis, now(), settings.changes_keep, settings.changes_max_length):
            self.metrics.changes_cut_off.inc(unread)
            log.error("changes were removed before the alerts had read them", extra={"entries": unread})

    async def _cap_dead_letters(self, redis: Redis) -> None:
        most = self.settings.dead_letters_max_bytes
        if dropped := await cap_dead_letters(redis, most):
            self.metrics.dead_letters_dropped.inc(dropped)
            log.error("the oldest dead letters were removed: there were too many", extra={"entries": dropped})

    async def _until_stopped(self, workers: list[asyncio.Task[None]]) -> None:
        """Returns when the workers have emptied a closed intake; raises what ended any part before."""
        running: set[asyncio.Task[None]] = {*workers, *self._loops}
        while not all(worker.done() for worker in workers):
            ended, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()


def build_app(settings: IndexerSettings, consumer: str, failed: Callable[[], None], traces: Traces = OFF) -> FastAPI:
    """The application; it connects when it starts and not before."""
    indexer = Indexer(settings, consumer, failed, traces)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.indexer = indexer
        running = asyncio.create_task(indexer.run())
        running.add_done_callback(lambda task: _ended(task, indexer))
        yield
        if not indexer.health.ready:
            running.cancel()  # it waits for a server and has nothing in hand
        await indexer.stop()
        await asyncio.wait([running], timeout=_STOP_WITHIN.total_seconds())
        running.cancel()

    app = FastAPI(title="Wiredesk indexer", version=__version__, lifespan=lifespan, telemetry=traces.requests)
    app.include_router(build_probes(indexer.health.cause, indexer.metrics.registry))
    events = make_asyncapi_asgi(AsyncAPI(indexer.broker, title="Wiredesk", version=__version__))
    app.router.routes.append(Route("/asyncapi", events))
    return app


def _ended(task: "asyncio.Task[None]", indexer: Indexer) -> None:
    indexer.health.ready = False
    if not task.cancelled() and (problem := task.exception()):
        log.error("cannot go on", exc_info=problem)
        indexer.failed()
