"""The dead letters as a workbench: look through them, send them again as they were or mended, or drop them."""

import base64
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from redis.asyncio import Redis

from schemas.dead_letter import DeadLetter
from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, EVENT_FIELD

_PAGE = 200
_FIELD = EVENT_FIELD.encode()


@dataclass(frozen=True, slots=True)
class Kept:
    """A dead letter and its id, which is its entry's in the stream of dead letters."""

    id: str
    letter: DeadLetter

    @property
    def publisher(self) -> str | None:
        """Whose article it was, where the event could be read that far."""
        return self.letter.article_id.partition(":")[0] if self.letter.article_id else None

    def event(self) -> bytes:
        """The event as it stood on the stream."""
        return base64.b64decode(self.letter.event) if self.letter.event_base64 else self.letter.event.encode()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters are meant; what is not given is not asked for. `since` is included, `until` is not."""

    ids: frozenset[str] = frozenset()
    reason: str | None = None
    publisher: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return self == Wanted()

    def covers(self, kept: Kept) -> bool:
        """Whether this one is meant."""
        letter = kept.letter
        return (
            (not self.ids or kept.id in self.ids)
            and self.reason in (None, letter.reason)
            and self.publisher in (None, kept.publisher)
            and (self.since is None or letter.dead_at >= self.since)
            and (self.until is None or letter.dead_at < self.until)
        )


async def look_through(redis: Redis, wanted: Wanted) -> AsyncIterator[Kept]:
    """Those that are meant, oldest first, as many as there were when it began; a page at a time."""
    newest: Any = await redis.xrevrange(DEAD_LETTERS_STREAM, count=1)
    last, after = (newest[0][0].decode() if newest else ""), "-"
    while last:
        page: Any = await redis.xrange(DEAD_LETTERS_STREAM, min=after, max=last, count=_PAGE)
        for entry_id, fields in page:
            kept = _kept(entry_id.decode(), fields.get(_FIELD))
            if kept is not None and wanted.covers(kept):
                yield kept
        if len(page) < _PAGE:
            return
        after = f"({page[-1][0].decode()}"


def _kept(entry_id: str, raw: bytes | None) -> Kept | None:
    """None for what somebody else wrote there."""
    try:
        return Kept(entry_id, DeadLetter.model_validate_json(raw or b""))
    except ValidationError:
        return None


async def replay(redis: Redis, kept: Iterable[Kept]) -> int:
    """Puts their events on the stream again, with their versions, and takes the letters away: both or neither."""
    sent = list(kept)
    async with redis.pipeline(transaction=True) as transaction:
        for one in sent:
            transaction.xadd(ARTICLES_STREAM, {EVENT_FIELD: one.event()})
            transaction.xdel(DEAD_LETTERS_STREAM, one.id)
        await transaction.execute()
    return len(sent)


async def drop(redis: Redis, kept: Iterable[Kept]) -> int:
    """Removes them for good; how many were still there."""
    ids = [one.id for one in kept]
    return int(await redis.xdel(DEAD_LETTERS_STREAM, *ids)) if ids else 0


async def mend(redis: Redis, kept: Kept, event: bytes) -> Kept:
    """The dead letter with this event instead of its own, in its place among the newest."""
    mended = kept.letter.model_copy(update={"event": event.decode(), "event_base64": False})
    async with redis.pipeline(transaction=True) as transaction:
        transaction.xadd(DEAD_LETTERS_STREAM, {EVENT_FIELD: mended.model_dump_json(exclude_none=True)})
        transaction.xdel(DEAD_LETTERS_STREAM, kept.id)
        added, _ = await transaction.execute()
    return Kept(added.decode(), mended)
