"""What a service does again and again, and how all of it is ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from opensearchpy.exceptions import OpenSearchException
from redis.exceptions import RedisError

_RETRY = timedelta(milliseconds=100)
_PATIENCE = timedelta(milliseconds=250)
_CANCELLED_AT_MOST = 20
log = logging.getLogger(__name__)


async def every(interval: timedelta, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Does it once an interval for ever; a server that is away is no reason to stop, a lost group is."""
    while True:
        await asyncio.sleep(interval.total_seconds())
        try:
            await action()
        except (RedisError, OpenSearchException, OSError, TimeoutError) as problem:
            if "NOGROUP" in str(problem):
                raise
            log.debug("left for the next time", extra={"cause": str(problem)})


async def until_done(
    server: str, attempt: Callable[[], Awaitable[None]], waiting_for: Callable[[str | None], None]
) -> None:
    """Tries until the server answers as it should; `waiting_for` is told which one is missing, and None at last."""
    waiting_for(server)
    logged = False
    while True:
        try:
            await attempt()
        except (RedisError, OpenSearchException, OSError, TimeoutError) as problem:
            if not logged:
                log.info("waiting for a server", extra={"server": server, "cause": str(problem)})
                logged = True
            await asyncio.sleep(_RETRY.total_seconds())
        else:
            waiting_for(None)
            return


async def end_all(tasks: set[asyncio.Task[None]]) -> None:
    """Cancels until every task has ended: a Redis client that is connecting may swallow a cancellation."""
    pending = tasks
    for _ in range(_CANCELLED_AT_MOST):
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_PATIENCE.total_seconds())
        if not pending:
            return
