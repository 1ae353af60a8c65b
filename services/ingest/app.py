"""Wires the ingest service by hand."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from faststream.asgi import make_asyncapi_asgi
from faststream.redis import RedisBroker
from faststream.specification import AsyncAPI
from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis
from starlette.exceptions import HTTPException
from starlette.routing import Route

from schemas.events import ArticlePublished, ArticleWithdrawn
from schemas.streams import ARTICLES_STREAM
from services import __version__
from services.errors import WiredeskError
from services.index.client import build_client
from services.index.names import IndexNames
from services.ingest.admission import Admission, Admitting
from services.ingest.answer import Desk
from services.ingest.archive import archiving
from services.ingest.canary import measuring
from services.ingest.changes import ChangesFeed
from services.ingest.clusters import Clusters
from services.ingest.deliver import Delivery
from services.ingest.feeds.routes import callbacks
from services.ingest.feeds.run import following
from services.ingest.hints import Hints
from services.ingest.idempotency import Answers
from services.ingest.language import LanguageReader
from services.ingest.library import Library
from services.ingest.look_ups import looking_up
from services.ingest.normalize import Tables
from services.ingest.prepare import Preparer
from services.ingest.probes import probes
from services.ingest.problems import on_failure, on_http_exception, on_invalid_parameter, on_wiredesk_error
from services.ingest.publish import Limits, Publisher
from services.ingest.publishers import OwnKey, Publishers
from services.ingest.rates import Rates
from services.ingest.readers import Readers
from services.ingest.receipts import Receipts
from services.ingest.repeated import Repeated
from services.ingest.replicated import Replicas
from services.ingest.routes import publishing
from services.ingest.settings import IngestSettings
from services.ingest.state import IngestState
from services.metrics import IngestMetrics
from services.publishers.file import WatchedFile
from services.publishers.keys import hashed
from services.publishers.last_use import LastUse
from services.publishers.model import Registry
from services.streams import build_broker, close
from services.tracing import OFF, Traces
from services.vocabulary.gazetteer import load

_THREADS, _PROCESSES = 2, 1
"""What reads large bodies: more would be no quicker, and each keeps the memory of its largest body."""


def build_app(settings: IngestSettings, loaded: Callable[[], object] = lambda: None, traces: Traces = OFF) -> FastAPI:
    """The application; it connects when it starts and not before, and calls `loaded` when all that stays is there."""
    broker = build_broker(settings.redis_url, settings.redis_timeout)
    broker.publisher(
        stream=ARTICLES_STREAM,
        title="article events",
        description="CloudEvents 1.0 in structured JSON mode, in the stream's one field.",
        schema=ArticlePublished | ArticleWithdrawn,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, broker, traces=traces) as state:
            delivery = Delivery(state.desk, state.publishers, state.now)
            async with following(settings, state.redis, delivery) as followed, measuring(state):
                loaded()
                app.state.ingest, app.state.feeds = state, followed
                yield

    app = FastAPI(
        title="Wiredesk ingest",
        version=__version__,
        description="Publishers post articles here. Every /v1 route needs `Authorization: Bearer KEY`.",
        lifespan=lifespan,
        telemetry=traces.requests,
    )
    for router in (publishing, looking_up, callbacks, probes):
        app.include_router(router)
    events = make_asyncapi_asgi(AsyncAPI(broker, title="Wiredesk", version=__version__))
    app.router.routes.append(Route("/asyncapi", events))
    app.add_middleware(Admitting, longest_wait=settings.body_timeout)
    app.add_exception_handler(WiredeskError, on_wiredesk_error)
    app.add_exception_handler(RequestValidationError, on_invalid_parameter)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_failure)
    return app


@asynccontextmanager
async def running(
    settings: IngestSettings,
    broker: RedisBroker,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    traces: Traces = OFF,
) -> AsyncIterator[IngestState]:
    """Everything connected, and closed again at the end; `now` is the clock.

    Raises OSError or ValueError for a broken publishers file, OSError for an archive that cannot be written to.
    """
    publishers = known_publishers(settings)
    redis = await broker.connect()
    index = build_client(settings)
    last_use = LastUse(redis)
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="read")
    readers = Readers(threads, CapacityLimiter(_PROCESSES))
    state = build_state(settings, publishers, last_use, broker, redis, index, readers, now)
    try:
        async with archiving(settings, state.now, state.metrics.archive_missed.inc) as archive:
            yield replace(state, desk=replace(state.desk, archive=archive, traces=traces))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        await last_use.finish()
        await index.close()
        await close(broker, redis)


def known_publishers(settings: IngestSettings) -> Publishers:
    """The keys of the file, and the settings' own."""
    key = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    own = OwnKey(settings.publisher, hashed(key)) if key else None
    if settings.publishers_file is None:
        nobody = Registry()
        return Publishers(lambda: nobody, own)
    return Publishers(WatchedFile(settings.publishers_file).registry, own)


def build_state(
    settings: IngestSettings,
    publishers: Publishers,
    last_use: LastUse,
    broker: RedisBroker,
    redis: Redis,
    index: AsyncOpenSearch,
    readers: Readers,
    now: Callable[[], datetime],
) -> IngestState:
    """The parts, put together; `now` is the clock."""
    metrics = IngestMetrics()
    library = Library(index, IndexNames.with_prefix(settings.index_prefix))
    receipts = Receipts(redis, library)
    preparer = Preparer(
        tables=Tables(load(), LanguageReader()),
        readers=readers,
        library=library,
        hints=Hints(redis, settings.hint_ttl),
        repeated=Repeated(redis),
        registry=lambda: publishers.registry,
        newest_accepted=receipts.newest_revision,
        max_text_bytes=settings.max_text_bytes,
        now=now,
    )
    clusters = Clusters(redis, settings.cluster_ttl, settings.cluster_articles)
    replicas = Replicas(settings.redis_wait_replicas, settings.redis_wait_timeout)
    limits = Limits(settings.stream_max_length, settings.receipt_ttl, replicas)
    publisher = Publisher(broker, redis, library, clusters, limits)
    return IngestState(
        settings=settings,
        metrics=metrics,
        admission=Admission(settings.max_requests, settings.max_bytes_in_hand, settings.max_body_bytes, metrics),
        publishers=publishers,
        last_use=last_use,
        rates=Rates(redis),
        redis=redis,
        desk=Desk(publisher, preparer, metrics, readers),
        answers=Answers(redis, settings.answer_ttl),
        library=library,
        receipts=receipts,
        changes=ChangesFeed(redis),
        now=now,
    )
