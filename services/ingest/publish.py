"""The last step of ingest: gives each draft its place in the order of versions and adds its event to the stream."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from faststream.redis import RedisBroker
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError, WatchError

from schemas.events import encode, published
from schemas.outcome import Outcome
from schemas.reasons import Reason
from schemas.streams import ARTICLES_STREAM, article_key, outcome_field
from services.errors import Unavailable
from services.ingest.draft import Draft
from services.ingest.order import Known, Placed, instant, place

MAX_GROUP = 256
MAX_GROUP_CHARACTERS = 4_000_000
_ATTEMPTS = 20


@dataclass(slots=True)
class _Waiting:
    draft: Draft
    republish: bool
    traceparent: str | None
    answer: asyncio.Future[Placed]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the stream may get, and how long Redis keeps an article's state."""

    stream_max_length: int
    receipt_ttl: timedelta


class Publisher:
    """Publishes drafts in groups: whatever arrives while one transaction is under way shares the next.

    A group is one MULTI under WATCH of the articles' states: two posts of one article at the same moment have one
    winner, in this process or in another, and a failed XADD leaves no trace.
    """

    def __init__(self, broker: RedisBroker, redis: Redis, limits: Limits) -> None:
        self._broker = broker
        self._redis = redis
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._committing: asyncio.Task[None] | None = None

    async def publish(self, draft: Draft, republish: bool = False, traceparent: str | None = None) -> Placed:
        """Returns after the stream has the event, or after the decision that none is owed.

        Raises Unavailable when Redis is away, full or behind; then nothing was published.
        """
        waiting = _Waiting(draft, republish, traceparent, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_queue())
        return await waiting.answer

    async def _commit_queue(self) -> None:
        while self._queue:
            group = self._next_group()
            try:
                answers = await self._commit(group)
            except (RedisError, OSError, TimeoutError) as problem:
                self._refuse(group, Unavailable(Reason.STREAM_UNAVAILABLE, f"the stream takes nothing now: {problem}"))
            except Unavailable as problem:
                self._refuse(group, problem)
            except BaseException as problem:
                self._refuse(group, Unavailable(Reason.INTERNAL, "publishing failed"))
                if not isinstance(problem, Exception):
                    raise
            else:
                for waiting, answer in zip(group, answers, strict=True):
                    if not waiting.answer.done():
                        waiting.answer.set_result(answer)

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.popleft()]
        size = len(group[0].draft.body)
        while self._queue and len(group) < MAX_GROUP and size < MAX_GROUP_CHARACTERS:
            group.append(self._queue.popleft())
            size += len(group[-1].draft.body)
        return group

    @staticmethod
    def _refuse(group: list[_Waiting], problem: Unavailable) -> None:
        for waiting in group:
            if not waiting.answer.done():
                waiting.answer.set_exception(problem)

    async def _commit(self, group: list[_Waiting]) -> list[Placed]:
        keys = list(dict.fromkeys(article_key(waiting.draft.id) for waiting in group))
        for _ in range(_ATTEMPTS):
            async with self._redis.pipeline(transaction=True) as transaction:
                await transaction.watch(*keys)
                known, now = await self._read(keys, len(group))
                transaction.multi()  # type: ignore[no-untyped-call]
                answers = [await self._add(transaction, waiting, known, now) for waiting in group]
                try:
                    await transaction.execute()
                except WatchError:
                    continue
                return answers
        raise Unavailable(Reason.STREAM_UNAVAILABLE, "others write the same articles at the same moment")

    async def _read(self, keys: list[str], wanted: int) -> tuple[dict[str, Known | None], int]:
        async with self._redis.pipeline(transaction=False) as reading:
            reading.time()
            reading.xlen(ARTICLES_STREAM)
            for key in keys:
                reading.hgetall(key)
            (seconds, micros), length, *states = await reading.execute()
        if length + wanted > self._limits.stream_max_length:
            raise Unavailable(Reason.STREAM_FULL, f"{length} events wait in the stream", timedelta(seconds=30))
        return {key: _known(state) for key, state in zip(keys, states, strict=True)}, seconds * 1_000_000 + micros

    async def _add(self, transaction: Pipeline, waiting: _Waiting, known: dict[str, Known | None], now: int) -> Placed:
        draft, key = waiting.draft, article_key(waiting.draft.id)
        before = known[key]
        placed = place(draft, before, now, waiting.republish)
        if placed.status != "accepted":
            return placed
        event = published(draft.article(placed.revision, instant(now)), waiting.traceparent)
        await self._broker.publish(encode(event), stream=ARTICLES_STREAM, pipeline=transaction)
        state: dict[Any, Any] = {
            "revision": placed.revision,
            "number": draft.number or "",
            "content_hash": draft.content_hash,
            "accepted_at": now,
            outcome_field(placed.revision): Outcome("accepted", now).encode(),
        }
        if before is not None:
            transaction.hdel(key, outcome_field(before.revision))
        transaction.hset(key, mapping=state)
        transaction.expire(key, self._limits.receipt_ttl)
        known[key] = Known(placed.revision, draft.number, draft.content_hash)
        return placed


def _known(state: dict[bytes, bytes]) -> Known | None:
    if b"revision" not in state:
        return None
    revision = int(state[b"revision"])
    outcome = state.get(outcome_field(revision).encode())
    return Known(
        revision=revision,
        number=int(state[b"number"]) if state[b"number"] else None,
        content_hash=state[b"content_hash"].decode(),
        dead=outcome is not None and Outcome.decode(outcome).status == "dead-lettered",
    )
