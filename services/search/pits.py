"""The points in time that readers of long lists hold: bounded in number and life, and closed again."""

import time
from collections.abc import Callable
from datetime import timedelta

from prometheus_client import Gauge

from services.search.index import Index

_AFTER_LAST_PAGE = timedelta(seconds=10)
"""So that the last page can be asked for again when its answer is lost."""


class Pits:
    """Those of this process. One more than `most` closes the one that was not used for longest."""

    def __init__(
        self, index: Index, keep: timedelta, most: int, gauge: Gauge, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._index = index
        self._keep = keep
        self._most = most
        self._now = now
        self._until: dict[str, float] = {}
        gauge.set_function(lambda: len(self._until))

    @property
    def keep_alive(self) -> str:
        """How long OpenSearch keeps one that is not used."""
        return f"{int(self._keep.total_seconds())}s"

    async def open(self) -> str:
        """A new one. Raises Unavailable."""
        pit = await self._index.open_pit(self.keep_alive)
        self.used(pit)
        if len(self._until) > self._most:
            await self._close([next(iter(self._until))])
        return pit

    def used(self, pit: str, is_last: bool = False) -> None:
        """Notes that a page was read from it, the last one or not."""
        self._until.pop(pit, None)
        self._until[pit] = self._now() + (_AFTER_LAST_PAGE if is_last else self._keep).total_seconds()

    async def sweep(self) -> None:
        """Closes those whose time is over."""
        if over := [pit for pit, until in self._until.items() if until <= self._now()]:
            await self._close(over)

    async def close(self) -> None:
        """Closes all."""
        if self._until:
            await self._close(list(self._until))

    async def _close(self, pits: list[str]) -> None:
        for pit in pits:
            self._until.pop(pit, None)
        await self._index.close_pits(pits)
