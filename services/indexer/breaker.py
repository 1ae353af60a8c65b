"""One pause for the whole process while the index takes nothing."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from logging import getLogger

from prometheus_client import Gauge

_FIRST_PAUSE = timedelta(milliseconds=100)
log = getLogger(__name__)


class Breaker:
    """Closed, requests go out side by side; after a failure they go one by one, each after a pause.

    The pause is exponential with full jitter, at most `longest`. The cause of an opening is logged once.
    """

    def __init__(
        self,
        longest: timedelta,
        gauge: Gauge,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._longest = longest
        self._gauge = gauge
        self._sleep = sleep
        self._failures = 0
        self._one_by_one = asyncio.Lock()
        self.cause: str | None = None

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Waits for this request's turn."""
        if not self._failures:
            yield
            return
        async with self._one_by_one:
            if self._failures:
                await self._sleep(self._pause().total_seconds())
            yield

    def failed(self, cause: str) -> None:
        """Notes that the index did not take everything."""
        self._failures += 1
        self._gauge.set(1)
        if self.cause is None:
            log.warning("the index does not take everything; waiting", extra={"cause": cause})
        self.cause = cause

    def succeeded(self) -> None:
        """Notes that the index took everything."""
        if self._failures:
            log.warning("the index takes everything again")
        self._failures = 0
        self._gauge.set(0)
        self.cause = None

    def _pause(self) -> timedelta:
        bound = min(self._longest, _FIRST_PAUSE * 2 ** min(self._failures, 16))
        return timedelta(seconds=random.uniform(0, bound.total_seconds()))  # noqa: S311 - jitter, not a secret
