"""What a running reading room is made of, and what every request asks of it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from schemas.reasons import Reason
from services.errors import Unavailable
from services.index.asked import Asked
from services.metrics import SearchMetrics
from services.search.asking import Page, read
from services.search.live import Live
from services.search.rates import Rates
from services.search.reader import Reader

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SearchState:
    """Everything that a request needs."""

    reader: Reader
    live: Live
    rates: Rates
    metrics: SearchMetrics


def state(request: Request) -> SearchState:
    """What this process is made of."""
    made: SearchState = request.app.state.search
    return made


State = Annotated[SearchState, Depends(state)]


async def within_rate(request: Request, made: State) -> None:
    """Counts the request. Raises Unavailable for one too many from its address."""
    await made.rates.take(request.client.host if request.client else "")


def asked(request: Request, made: State) -> tuple[Asked, Page]:
    """What the parameters ask. Raises Rejected."""
    return read(request.query_params.multi_items(), made.reader.labels.canonical)


Asking = Annotated[tuple[Asked, Page], Depends(asked)]


async def while_there(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of the work, which is given up when whoever asked goes away, and then in OpenSearch too."""
    working = asyncio.create_task(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Unavailable(Reason.OVERLOADED, "nobody waits for the answer")
    finally:
        gone.cancel()
        working.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
