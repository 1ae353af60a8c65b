"""The first step of the indexer: new entries as FastStream reads them, and entries that somebody left behind."""

import logging
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Self

from faststream import AckPolicy
from faststream.redis import RedisBatchStreamMessage, RedisBroker, StreamSub
from faststream.redis.subscriber.usecases.basic import LogicSubscriber
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from schemas.streams import ARTICLES_STREAM, EVENT_FIELD, INDEXER_GROUP
from services.indexer.intake import Entry, Intake
from services.metrics import IndexerMetrics

_FIELD = EVENT_FIELD.encode()
_PAGE = 500
_CLAIMED_AT_ONCE = 50
"""As many of the largest articles as one read brings."""
_BLOCK_MILLISECONDS = 100
_SUSPECT_AFTER = 2
"""Deliveries without an acknowledgement after which an entry is decided alone; one may be anybody's misfortune."""
_LAST_BUT_ONE_ID = "18446744073709551615-18446744073709551614"
"""The very last id means `>` to the server: it would deliver new entries."""
log = logging.getLogger(__name__)


class _Stream(StreamSub[Literal[True]]):
    """The stream under its own name: FastStream copies it deeply, twice a read, to put nothing before its name."""

    def add_prefix(self, prefix: str) -> Self:
        """The stream itself where nothing is put before its name."""
        return super().add_prefix(prefix) if prefix else self


async def create_group(redis: Redis) -> None:
    """Creates stream and group where they are missing; the group begins with the stream's first entry."""
    try:
        groups: Any = await redis.xinfo_groups(ARTICLES_STREAM)
    except ResponseError:
        groups = []
    if any(group["name"].decode() == INDEXER_GROUP for group in groups):
        return  # a full Redis refuses even to be asked for a group that exists
    try:
        await redis.xgroup_create(ARTICLES_STREAM, INDEXER_GROUP, id="0", mkstream=True)
    except ResponseError as problem:
        if "BUSYGROUP" not in str(problem):
            raise


def subscribe(broker: RedisBroker, intake: Intake, consumer: str, read_entries: int) -> LogicSubscriber:
    """Lets FastStream put every new entry into the intake; nothing is acknowledged here."""
    stream = _Stream(
        ARTICLES_STREAM,
        group=INDEXER_GROUP,
        consumer=consumer,
        batch=True,
        max_records=read_entries,
        polling_interval=_BLOCK_MILLISECONDS,
    )

    subscriber = broker.subscriber(
        stream=stream,
        ack_policy=AckPolicy.MANUAL,
        parser=_unparsed,
        decoder=_undecoded,
        title="article events",
        description="CloudEvents 1.0 in structured JSON mode, in the stream's one field.",
    )

    @subscriber
    async def consume(message: RedisBatchStreamMessage) -> None:
        raw = message.raw_message
        read = entries(zip(raw["message_ids"], raw["data"], strict=True))
        raw["data"].clear()  # FastStream's message is in a cycle, which would keep megabytes until it is collected
        await intake.put(read)

    return subscriber


async def _unparsed(batch: Any) -> RedisBatchStreamMessage:
    """The batch as it was read: one entry that is not UTF-8 would make all of it unreadable for FastStream."""
    nobody: Any = None  # acknowledging through FastStream, which does not happen here, would ask it
    return RedisBatchStreamMessage(raw_message=batch, body=b"", group=INDEXER_GROUP, consumer=nobody)


async def _undecoded(message: RedisBatchStreamMessage) -> RedisBatchStreamMessage:
    """The message itself: its entries are decided one by one, later."""
    return message


def entries(read: Iterable[tuple[bytes, dict[bytes, bytes]]], suspects: Container[str] = ()) -> list[Entry]:
    """Entries as redis-py reads them, as ours; `suspects` are the ids of those that are to be decided alone."""
    named = ((entry_id.decode(), fields.get(_FIELD)) for entry_id, fields in read)
    return [Entry(entry_id, raw, entry_id in suspects) for entry_id, raw in named]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Finds entries that were delivered and not acknowledged, by this consumer before or by one that died."""

    redis: Redis
    intake: Intake
    consumer: str
    metrics: IndexerMetrics

    async def take_own(self, idle: timedelta) -> None:
        """Takes up what this consumer was given at least `idle` ago and does not have in hand.

        Such entries are left by a run before this one, or their delivery's answer was lost on the way.
        """
        await self._take(self.consumer, idle, "own")

    async def take_from_dead(self, dead_after: timedelta) -> None:
        """Takes over what is pending with consumers that have asked for nothing for `dead_after`."""
        limit = dead_after.total_seconds() * 1000
        consumers: Any = await self.redis.xinfo_consumers(ARTICLES_STREAM, INDEXER_GROUP)
        for other in consumers:
            name = other["name"].decode()
            if name != self.consumer and other["pending"] and other["idle"] >= limit:
                await self._take(name, dead_after, "claimed")

    async def show_life(self) -> None:
        """Asks for something, so that others see this consumer alive while it waits for the index.

        It asks for own pending entries at the end of all ids: reading one would make it look freshly delivered.
        """
        await self.redis.xreadgroup(INDEXER_GROUP, self.consumer, {ARTICLES_STREAM: _LAST_BUT_ONE_ID}, count=1)

    async def _take(self, consumer: str, idle: timedelta, origin: str) -> None:
        milliseconds = int(idle.total_seconds() * 1000)
        after = "-"
        while pending := await self._pending(consumer, after, milliseconds):
            after = f"({list(pending)[-1]}"
            suspects = {entry_id for entry_id, times in pending.items() if times >= _SUSPECT_AFTER}
            wanted = [entry_id for entry_id in pending if entry_id not in self.intake]
            taken = 0
            for first in range(0, len(wanted), _CLAIMED_AT_ONCE):
                taken += await self._claim(wanted[first : first + _CLAIMED_AT_ONCE], milliseconds, suspects)
            if taken:
                log.info("took up entries", extra={"origin": origin, "consumer": consumer, "entries": taken})
                self.metrics.recovered.labels(origin).inc(taken)

    async def _claim(self, wanted: list[Any], idle_milliseconds: int, suspects: set[str]) -> int:
        """Takes these entries in hand, as soon as there is room; how many there were to be had."""
        claimed: Any = await self.redis.xclaim(ARTICLES_STREAM, INDEXER_GROUP, self.consumer, idle_milliseconds, wanted)
        taken = entries(claimed, suspects)
        had = {entry.entry_id for entry in taken}
        await self._note_lost([entry_id for entry_id in wanted if entry_id not in had])
        await self.intake.put(taken)
        return len(taken)

    async def _note_lost(self, missing: list[str]) -> None:
        """Counts those that are gone from the stream; the others were acknowledged, or taken, meanwhile."""
        async with self.redis.pipeline(transaction=False) as pipeline:
            for entry_id in missing:
                pipeline.xrange(ARTICLES_STREAM, entry_id, entry_id)
            there = await pipeline.execute()
        gone = [entry_id for entry_id, found in zip(missing, there, strict=True) if not found]
        if gone:
            self.metrics.lost_entries.inc(len(gone))
            log.error("pending entries were removed from the stream: what they held is lost", extra={"entries": gone})

    async def _pending(self, consumer: str, after: str, idle_milliseconds: int) -> dict[str, int]:
        """A page of the consumer's pending entries from `after` on: their ids, and how often each was delivered."""
        found: Any = await self.redis.xpending_range(
            ARTICLES_STREAM, INDEXER_GROUP, after, "+", _PAGE, consumername=consumer, idle=idle_milliseconds
        )
        return {item["message_id"].decode(): item["times_delivered"] for item in found}
