"""Entries in hand: read from the stream, not yet acknowledged, and bounded."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One stream entry: its id and the bytes of its one field, None where it lacks it.

    `is_suspect` says that it was in hand more than once when a process ended.
    """

    entry_id: str
    raw: bytes | None
    is_suspect: bool = False

    @property
    def size(self) -> int:
        """Bytes of the event."""
        return len(self.raw or b"")


class Intake:
    """Where readers put entries and bulks take them from. An entry in hand is never taken twice."""

    def __init__(self, max_in_hand: int, max_waiting_bytes: int) -> None:
        self.max_in_hand = max_in_hand
        self._max_waiting_bytes = max_waiting_bytes
        self._waiting: deque[Entry] = deque()
        self._waiting_bytes = 0
        self._in_hand: set[str] = set()
        self._changed = asyncio.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._in_hand)

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._in_hand

    @property
    def waiting_bytes(self) -> int:
        """Bytes read and not yet taken."""
        return self._waiting_bytes

    async def put(self, entries: Iterable[Entry]) -> None:
        """Takes the entries in hand, and returns when there is room for more: this is what slows the reader."""
        async with self._changed:
            for entry in entries:
                if entry.entry_id not in self._in_hand:
                    self._in_hand.add(entry.entry_id)
                    self._waiting.append(entry)
                    self._waiting_bytes += entry.size
            self._changed.notify_all()
            await self._changed.wait_for(self._has_room)

    async def take(self, max_items: int, max_bytes: int) -> list[Entry]:
        """The entries of the next bulk, at least one; none only after close, when nothing waits any more."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._waiting or self._closed)
            taken: list[Entry] = []
            size = 0
            while self._waiting and len(taken) < max_items and (not taken or size + self._waiting[0].size <= max_bytes):
                taken.append(self._waiting.popleft())
                size += taken[-1].size
            self._waiting_bytes -= size
            self._changed.notify_all()
            return taken

    async def release(self, entry_ids: Iterable[str]) -> None:
        """Lets go of entries that are acknowledged."""
        async with self._changed:
            self._in_hand.difference_update(entry_ids)
            self._changed.notify_all()

    async def close(self) -> None:
        """Lets those who wait for entries, or for room, go."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _has_room(self) -> bool:
        full = len(self._in_hand) >= self.max_in_hand or self._waiting_bytes >= self._max_waiting_bytes
        return self._closed or not full
