"""Streams of Redis as lines: entries, then groups, the head, and what is pending."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from services.backup.keys import Line, paged, raw, text
from services.entry_id import order

_PAGE = 200
_NOTHING = "0-0"
_MAKING = "restoring"
_SAME_MS = 100


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream and its groups stand at one moment, `at_ms` of the server's clock."""

    stream: bytes
    at_ms: int
    last_id: str
    line: Line
    groups: list[Line]
    pending: tuple[Line, ...] | list[Line] = ()


async def read_head(redis: Redis, stream: bytes) -> Head | None:
    """Where the stream stands now; None where there is none."""
    if not await redis.exists(stream):
        return None
    async with redis.pipeline(transaction=True) as reading:
        reading.time()
        reading.xinfo_stream(stream)
        reading.xinfo_groups(stream)
        (seconds, micros), info, groups = await reading.execute()
    last_id = text(info["last-generated-id"])
    told = [
        {"group": text(one["name"]), "last_id": text(one["last-delivered-id"]), "entries_read": one["entries-read"]}
        for one in groups
    ]
    added = {"entries_added": info["entries-added"], "max_deleted_id": text(info["max-deleted-entry-id"])}
    at_ms = seconds * 1000 + micros // 1000
    return Head(stream, at_ms, last_id, {"head": last_id, **added}, sorted(told, key=lambda one: str(one["group"])))


async def read_entries(redis: Redis, head: Head, after: str = _NOTHING) -> AsyncIterator[list[Line]]:
    """The entries after this id and up to the head, a page at a time."""
    while order(after) < order(head.last_id):
        page: Any = await redis.xrange(head.stream, min=f"({after}", max=head.last_id, count=_PAGE)
        if page:
            yield [{"id": text(one), "fields": [[text(n), text(v)] for n, v in told.items()]} for one, told in page]
        if len(page) < _PAGE:
            return
        after = text(page[-1][0])


async def read_pending(redis: Redis, head: Head) -> list[Line]:
    """What was delivered up to the head's moment and is not acknowledged.

    What is not there any more was acknowledged since then; what was delivered since then, is to be delivered again.
    """
    lines: list[Line] = []
    for group in head.groups:
        start = "-"
        while True:
            async with redis.pipeline(transaction=True) as reading:
                reading.time()
                reading.xpending_range(head.stream, group["group"], start, group["last_id"], _PAGE)
                (seconds, micros), page = await reading.execute()
            now_ms = seconds * 1000 + micros // 1000
            lines += [
                {
                    "pending": text(one["message_id"]),
                    "group": group["group"],
                    "consumer": text(one["consumer"]),
                    "delivered_at": now_ms - one["time_since_delivered"],
                    "times": one["times_delivered"],
                }
                for one in page
            ]
            if len(page) < _PAGE:
                break
            start = f"({text(page[-1]['message_id'])}"
    return lines


async def write(redis: Redis, stream: bytes, lines: Iterable[Line]) -> AsyncIterator[int]:
    """Writes a stream that is not there yet; how many lines each step wrote."""
    await redis.xgroup_create(stream, _MAKING, id="0", mkstream=True)
    for page in paged(lines, _PAGE):
        async with redis.pipeline(transaction=False) as writing:
            for line in page:
                if "id" in line:
                    fields = [raw(one) for pair in line["fields"] for one in pair]
                    writing.execute_command("XADD", stream, line["id"], *fields)
                elif "pending" in line:
                    _claim(writing, stream, line)
                elif "group" in line:
                    _create_group(writing, stream, line)
                else:
                    deleted = ("ENTRIESADDED", line["entries_added"], "MAXDELETEDID", line["max_deleted_id"])
                    writing.execute_command("XSETID", stream, line["head"], *deleted)
            await writing.execute()
        yield len(page)
    await redis.xgroup_destroy(stream, _MAKING)


def _create_group(writing: Any, stream: bytes, line: Line) -> None:
    read = () if line["entries_read"] is None else ("ENTRIESREAD", line["entries_read"])
    writing.execute_command("XGROUP", "CREATE", stream, line["group"], line["last_id"], "MKSTREAM", *read)


def _claim(writing: Any, stream: bytes, line: Line) -> None:
    """Pending as it was; of an entry that is gone Redis keeps nothing."""
    writing.xclaim(
        stream,
        line["group"],
        line["consumer"],
        min_idle_time=0,
        message_ids=[line["pending"]],
        time=line["delivered_at"],
        retrycount=line["times"],
        force=True,
        justid=True,
    )


def is_same_place(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether groups, head and pending entries are the same; the server tells instants to a few milliseconds."""
    return len(one) == len(other) and all(
        {**line, "delivered_at": 0} == {**like, "delivered_at": 0}
        and abs(line.get("delivered_at", 0) - like.get("delivered_at", 0)) < _SAME_MS
        for line, like in zip(one, other, strict=True)
    )
