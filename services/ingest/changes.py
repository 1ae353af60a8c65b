"""The feed of changes: what could be found, was corrected or was withdrawn, since a place in it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from schemas.changes import Change, Changes, ListedChange
from schemas.dates import parse_instant
from schemas.reasons import Reason
from schemas.streams import CHANGES_STREAM
from services.entry_id import order
from services.errors import Rejected, Unavailable
from services.ingest.formats.reading import refusal

MAX_LISTED = 1000
_SCANNED = 10_000
_CURSOR = re.compile(r"\d{1,19}(?:-\d{1,19})?")
_FIRST = "0-0"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChangesFeed:
    """Reads the stream `articles.changes`, whose entry ids are the cursors."""

    redis: Redis

    async def since(self, since: str | None, publisher: str | None, limit: int) -> Changes:
        """At most `limit` changes after the cursor or instant `since`, all kept ones without it.

        With a `publisher` only its own; others are passed over, 10,000 at most a call, so that a call may find nothing
        and still lead on. Raises Rejected with GONE where changes after `since` are no longer kept.
        """
        after = _cursor(since)
        first, last, length, added = await self._edges()
        if after is not None and _is_cursor(since) and order(after) > order(last):
            raise _gone(f"{since} is ahead of the feed: it was begun anew", first)
        if after is not None and added > length and order(after) < order(first):
            raise _gone(f"changes after {since} are no longer kept", first)
        return await self._list(after or _FIRST, publisher, limit)

    async def _edges(self) -> tuple[str, str, int, int]:
        """First and last entry's ids, entries kept and entries ever added."""
        try:
            info: Any = await self.redis.xinfo_stream(CHANGES_STREAM)
        except ResponseError:  # nothing was ever indexed
            return _FIRST, _FIRST, 0, 0
        except (RedisError, OSError, TimeoutError) as problem:
            raise _no_answer(problem) from problem
        last = info["last-generated-id"].decode()
        first = info["first-entry"][0].decode() if info["first-entry"] else last
        return first, last, int(info["length"]), int(info["entries-added"])

    async def _list(self, after: str, publisher: str | None, limit: int) -> Changes:
        listed: list[ListedChange] = []
        scanned = 0
        while scanned < _SCANNED:
            try:
                entries: Any = await self.redis.xrange(CHANGES_STREAM, min=f"({after}", count=MAX_LISTED)
            except (RedisError, OSError, TimeoutError) as problem:
                raise _no_answer(problem) from problem
            for entry_id, fields in entries:
                change = Change.read(fields)
                if publisher is None or change.publisher == publisher:
                    if len(listed) == limit:
                        return Changes(changes=tuple(listed), next=after, more=True)
                    listed.append(_listed(change, entry_id.decode()))
                after = entry_id.decode()
            scanned += len(entries)
            if len(entries) < MAX_LISTED:
                return Changes(changes=tuple(listed), next=after, more=False)
        return Changes(changes=tuple(listed), next=after, more=True)


def _is_cursor(since: str | None) -> bool:
    """Whether this is a place in the feed, and not an instant."""
    return since is not None and _CURSOR.fullmatch(since) is not None


def _cursor(since: str | None) -> str | None:
    """The entry id after which the feed goes on. An instant stands for the place just before its millisecond."""
    if since is None:
        return None
    if _is_cursor(since):
        return since if "-" in since else f"{since}-0"
    try:
        instant = parse_instant(since)
    except ValueError as problem:
        detail = f"expected a cursor that was given as `next`, or an instant: {problem}"
        raise refusal(Reason.INVALID_FIELD, "/since", detail) from problem
    milliseconds = max(0, (instant - _EPOCH) // timedelta(milliseconds=1))
    return f"{milliseconds - 1}-{2**64 - 1}" if milliseconds else _FIRST


def _listed(change: Change, entry_id: str) -> ListedChange:
    at = _EPOCH + timedelta(milliseconds=order(entry_id)[0])
    return ListedChange(**change.model_dump(), cursor=entry_id, at=at)


def _gone(detail: str, first: str) -> Rejected:
    return Rejected(Reason.GONE, f"{detail}; the oldest change that is kept is {first}")


def _no_answer(problem: Exception) -> Unavailable:
    return Unavailable(Reason.STREAM_UNAVAILABLE, f"Redis does not answer: {problem}")
