"""Stops the indexer before a broken feed, or a broken indexer, is emptied into the dead letters."""

import asyncio
import logging
from collections.abc import Iterable

from prometheus_client import Gauge

log = logging.getLogger(__name__)


class Brake:
    """Free, until `most_in_a_row` entries were dead without a good one between; then on, until a restart.

    0 means no limit. What is in hand stays pending, and is handled after the restart.
    """

    def __init__(self, most_in_a_row: int, gauge: Gauge) -> None:
        self._most = most_in_a_row
        self._gauge = gauge
        self._in_a_row = 0
        self._may_look = asyncio.Event()
        self._may_look.set()
        self.cause: str | None = None

    def note(self, are_dead: Iterable[bool]) -> None:
        """Takes note of what became of some entries, in order: whether each is dead."""
        for is_dead in are_dead:
            self._in_a_row = self._in_a_row + 1 if is_dead else 0
        if self._most and self._in_a_row >= self._most and self.cause is None:
            self.cause = f"{self._in_a_row} dead letters in a row; look at them, then restart the indexer"
            self._gauge.set(1)
            self._may_look.clear()
            log.error("stopped reading", extra={"cause": self.cause})

    async def is_free(self) -> bool:
        """True when the next entries may be handled; False, at last, when the indexer ends with the brake on."""
        await self._may_look.wait()
        return self.cause is None

    def end(self) -> None:
        """Lets those who wait go; nothing is handled any more while it is on."""
        self._may_look.set()
