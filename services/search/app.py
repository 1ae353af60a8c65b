"""Wires the reading room by hand."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from limits import parse
from starlette.exceptions import HTTPException

from services import __version__
from services.errors import WiredeskError
from services.index.client import build_client
from services.index.names import IndexNames
from services.loops import end_all, every
from services.metrics import SearchMetrics
from services.redis_client import build_redis
from services.search.cursor import Seal
from services.search.guarding import Guarding
from services.search.index import Index
from services.search.labels import Labels
from services.search.live import Live
from services.search.pages import pages, static
from services.search.pits import Pits
from services.search.probes import probes
from services.search.problems import on_failure, on_http_exception, on_invalid_parameter, on_wiredesk_error
from services.search.rates import Rates
from services.search.reader import Reader
from services.search.routes import api
from services.search.searching import Searching
from services.search.settings import SearchSettings
from services.search.state import SearchState
from services.tracing import OFF, Traces
from services.vocabulary.gazetteer import load

_SWEEP = timedelta(seconds=5)


def build_app(settings: SearchSettings, traces: Traces = OFF) -> FastAPI:
    """The application; it connects when it starts and not before."""
    metrics = SearchMetrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, metrics) as state:
            app.state.search = state
            yield

    app = FastAPI(
        title="Wiredesk reading room",
        version=__version__,
        description="Searches what is published. Nothing needs a key, and nothing can be written.",
        lifespan=lifespan,
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        telemetry=traces.requests,
    )
    for router in (api, probes, pages):
        app.include_router(router)
    app.mount("/static", static)
    app.add_middleware(Guarding, seconds=metrics.seconds)
    app.add_exception_handler(WiredeskError, on_wiredesk_error)
    app.add_exception_handler(RequestValidationError, on_invalid_parameter)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Exception, on_failure)
    return app


def end_listening(app: FastAPI) -> None:
    """Ends what would not end by itself, when the process is told to."""
    state: SearchState | None = getattr(app.state, "search", None)
    if state:
        state.live.end()


@asynccontextmanager
async def running(settings: SearchSettings, metrics: SearchMetrics) -> AsyncIterator[SearchState]:
    """Everything connected, and closed again at the end; Redis may be away."""
    client = build_client(settings, retry_on_timeout=True)
    index = Index(client, IndexNames.with_prefix(settings.index_prefix), settings.query_timeout)
    pits = Pits(index, settings.pit_keep, settings.most_pits, metrics.pits)
    redis = build_redis(settings.redis_url, settings.redis_timeout)
    reader = build_reader(settings, index, pits)
    live = Live(redis, reader, settings.most_listeners, metrics.listeners)
    rate = None if settings.search_rate == "0" else parse(settings.search_rate)
    loops = {asyncio.create_task(live.run()), asyncio.create_task(every(_SWEEP, pits.sweep))}
    try:
        yield SearchState(reader, live, Rates(rate, metrics.limited), metrics)
    finally:
        await end_all(loops)
        await pits.close()
        await redis.aclose()
        await client.close()


def build_reader(settings: SearchSettings, index: Index, pits: Pits) -> Reader:
    """The parts that read, put together."""
    told = settings.cursor_key.get_secret_value() if settings.cursor_key else ""
    seal = Seal(told.encode() or secrets.token_bytes(32))
    labels = Labels(load())
    return Reader(index, labels, Searching(index, labels, seal, pits, settings.pit_life, now), now)


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)
