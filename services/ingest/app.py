"""Wires the ingest service by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from faststream.asgi import make_asyncapi_asgi
from faststream.redis import RedisBroker
from faststream.specification import AsyncAPI
from starlette.exceptions import HTTPException
from starlette.routing import Route

from schemas.events import ArticlePublished, ArticleWithdrawn
from schemas.streams import ARTICLES_STREAM
from services import __version__
from services.errors import WiredeskError
from services.index.client import build_client
from services.index.names import IndexNames
from services.ingest.answer import Desk
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables
from services.ingest.problems import on_failure, on_http_exception, on_invalid_parameter, on_wiredesk_error
from services.ingest.publish import Limits, Publisher
from services.ingest.publishers import Publishers, hashed
from services.ingest.receipts import Receipts
from services.ingest.routes import probes, v1
from services.ingest.settings import IngestSettings
from services.ingest.state import IngestState
from services.metrics import IngestMetrics
from services.streams import build_broker
from services.vocabulary.gazetteer import load


def build_app(settings: IngestSettings) -> FastAPI:
    """The application; it connects when it starts and not before."""
    broker = build_broker(settings.redis_url, settings.redis_timeout)
    broker.publisher(
        stream=ARTICLES_STREAM,
        title="article events",
        description="CloudEvents 1.0 in structured JSON mode, in the stream's one field.",
        schema=ArticlePublished | ArticleWithdrawn,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, broker) as state:
            app.state.ingest = state
            yield

    app = FastAPI(
        title="Wiredesk ingest",
        version=__version__,
        description="Publishers post articles here. Every /v1 route needs `Authorization: Bearer KEY`.",
        lifespan=lifespan,
    )
    app.include_router(v1)
    app.include_router(probes)
    events = make_asyncapi_asgi(AsyncAPI(broker, title="Wiredesk", version=__version__))
    app.router.routes.append(Route("/asyncapi", events))
    app.add_exception_handler(WiredeskError, on_wiredesk_error)
    app.add_exception_handler(RequestValidationError, on_invalid_parameter)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_failure)
    return app


@asynccontextmanager
async def running(settings: IngestSettings, broker: RedisBroker) -> AsyncIterator[IngestState]:
    """Everything connected, and closed again at the end."""
    metrics = IngestMetrics()
    redis = await broker.connect()
    index = build_client(settings)
    key = settings.api_key.get_secret_value().strip() if settings.api_key else ""
    publisher = Publisher(broker, redis, Limits(settings.stream_max_length, settings.receipt_ttl))
    try:
        yield IngestState(
            settings=settings,
            metrics=metrics,
            publishers=Publishers({hashed(key): settings.publisher} if key else {}),
            redis=redis,
            desk=Desk(publisher, Tables(load(), LanguageReader()), metrics, settings.max_text_bytes),
            receipts=Receipts(redis, index, IndexNames.with_prefix(settings.index_prefix)),
        )
    finally:
        await index.close()
        await broker.stop()
