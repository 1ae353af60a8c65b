"""The last step of ingest: gives each draft its place in the order of versions and adds its event to the stream."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from faststream.redis import RedisBroker
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError, WatchError

from schemas.article import own_cluster
from schemas.events import ArticlePublished, ArticleWithdrawn, encode, published, replayed, withdrawn
from schemas.reasons import Reason
from schemas.streams import ARTICLES_STREAM, article_key, outcome_field
from services.errors import Unavailable
from services.ingest.clusters import Clusters
from services.ingest.draft import Became, Burial, Draft
from services.ingest.identity import changed_fields
from services.ingest.known import from_state, to_state
from services.ingest.library import Library
from services.ingest.order import Known, Placed, instant, place, place_again, place_burial
from services.ingest.replicated import NO_REPLICAS, Replicas
from services.ingest.replicated import transaction as replicated

MAX_GROUP = 256
MAX_GROUP_CHARACTERS = 4_000_000
_ATTEMPTS = 20


@dataclass(slots=True)
class _Waiting:
    work: Draft | Burial
    republish: bool
    traceparent: str | None
    answer: "asyncio.Future[Published]"


@dataclass(frozen=True, slots=True)
class Published:
    """What was decided of a version, what was known of its article before, and its entry if the stream has one now."""

    placed: Placed
    before: Known | None
    entry_id: str | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the stream may get, how long Redis keeps an article's state, and how many replicas must have it."""

    stream_max_length: int
    receipt_ttl: timedelta
    replicas: Replicas = NO_REPLICAS


class Publisher:
    """Publishes drafts in groups: whatever arrives while one transaction is under way shares the next.

    A group is one MULTI under WATCH of the articles' states: two posts of one article at the same moment have one
    winner, in this process or in another, and a failed XADD leaves no trace. What Redis does not know, the index may.
    """

    def __init__(self, broker: RedisBroker, redis: Redis, library: Library, clusters: Clusters, limits: Limits) -> None:
        self._broker = broker
        self._redis = redis
        self._library = library
        self._clusters = clusters
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._committing: asyncio.Task[None] | None = None

    async def publish(self, work: Draft | Burial, republish: bool = False, traceparent: str | None = None) -> Published:
        """Returns after the stream has the event, or after the decision that none is owed.

        Raises Unavailable when Redis is away, full or behind; then nothing was published.
        """
        waiting = _Waiting(work, republish, traceparent, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_queue())
        return await waiting.answer

    async def look_up_cluster(self, draft: Draft) -> str:
        """The cluster that this draft would have if it were published now; its own while Redis does not answer."""
        try:
            known, _ = await self._read([draft.id], 0)
        except (RedisError, OSError, TimeoutError, Unavailable):
            return own_cluster(draft.id)
        before = known[draft.id]
        return (before.cluster_id if before else "") or await self._clusters.look_up(draft)

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
        size = _characters(group[0])
        while self._queue and len(group) < MAX_GROUP and size < MAX_GROUP_CHARACTERS:
            group.append(self._queue.popleft())
            size += _characters(group[-1])
        return group

    @staticmethod
    def _refuse(group: list[_Waiting], problem: Unavailable) -> None:
        for waiting in group:
            if not waiting.answer.done():
                waiting.answer.set_exception(problem)

    async def _commit(self, group: list[_Waiting]) -> list[Published]:
        ids = list(dict.fromkeys(waiting.work.id for waiting in group))
        for _ in range(_ATTEMPTS):
            async with replicated(self._redis, self._limits.replicas) as transaction:
                await transaction.watch(*map(article_key, ids))
                known, now = await self._read(ids, len(group))
                await self._cluster(group, known, now)
                transaction.multi()  # type: ignore[no-untyped-call]
                answers = [await self._add(transaction, waiting, known, now) for waiting in group]
                try:
                    replies = await transaction.execute()
                except WatchError:
                    continue
                return _with_entries(answers, replies)
        raise Unavailable(Reason.STREAM_UNAVAILABLE, "others write the same articles at the same moment")

    async def _read(self, ids: list[str], wanted: int) -> tuple[dict[str, Known | None], int]:
        async with self._redis.pipeline(transaction=False) as reading:
            reading.time()
            reading.xlen(ARTICLES_STREAM)
            for article_id in ids:
                reading.hgetall(article_key(article_id))
            (seconds, micros), length, *states = await reading.execute()
        if length + wanted > self._limits.stream_max_length:
            raise Unavailable(Reason.STREAM_FULL, f"{length} events wait in the stream", timedelta(seconds=30))
        known = {article_id: from_state(state) for article_id, state in zip(ids, states, strict=True)}
        unknown = [article_id for article_id, one in known.items() if one is None]
        return {**known, **await self._library.newest(unknown)}, seconds * 1_000_000 + micros

    async def _cluster(self, group: list[_Waiting], known: Mapping[str, Known | None], now: int) -> None:
        """Gives each draft that will count its cluster: the one that its article has, or one that it belongs to."""
        counting: list[Draft] = []
        for waiting in group:
            work, before = waiting.work, known[waiting.work.id]
            if isinstance(work, Draft) and _placed(waiting, before, now).status == "accepted":
                work.cluster_id = (before.cluster_id if before else "") or work.cluster_id
                counting.append(work)
        await self._clusters.assign(counting)

    async def _add(
        self, transaction: Pipeline, waiting: _Waiting, known: dict[str, Known | None], now: int
    ) -> tuple[Placed, Known | None]:
        work, before = waiting.work, known[waiting.work.id]
        placed = _placed(waiting, before, now)
        work.became = None
        if placed.status != "accepted":
            if self._limits.replicas.count:  # a write to wait for: perhaps no replica has confirmed what is known of it
                transaction.expire(article_key(work.id), self._limits.receipt_ttl)
            return placed, before
        accepted_at = work.again.accepted_at if work.again else now
        is_newest = before is None or before.revision < placed.revision
        event, after = _event(work, placed, before if is_newest else None, accepted_at, waiting.traceparent)
        work.became = Became(work.id, accepted_at, placed.revision, after.cluster_id)
        await self._broker.publish(encode(event), stream=ARTICLES_STREAM, pipeline=transaction, correlation_id=work.id)
        if not is_newest and work.again:
            return placed, before
        key = article_key(work.id)
        if before is not None:
            transaction.hdel(key, outcome_field(before.revision))
        transaction.hset(key, mapping=to_state(after, accepted_at))
        transaction.expire(key, self._limits.receipt_ttl)
        known[work.id] = after
        return placed, before


def _with_entries(answers: Sequence[tuple[Placed, Known | None]], replies: Sequence[Any]) -> list[Published]:
    """The answers with the ids of their entries: XADD alone is answered with a string, once for each accepted one."""
    added = (reply.decode() for reply in replies if isinstance(reply, bytes))
    return [
        Published(placed, before, next(added) if placed.status == "accepted" else None) for placed, before in answers
    ]


def _placed(waiting: _Waiting, before: Known | None, now: int) -> Placed:
    work = waiting.work
    if work.again:
        return place_again(work, work.again, before)
    if isinstance(work, Burial):
        return place_burial(work, before, now)
    return place(work, before, now, waiting.republish)


def _event(
    work: Draft | Burial, placed: Placed, before: Known | None, now: int, traceparent: str | None
) -> tuple[ArticlePublished | ArticleWithdrawn, Known]:
    """The event that this version is, and what is known of the article from now on."""
    accepted_at, supersedes = instant(now), before.version if before else None
    number = work.number or (before.number if before else None)
    cluster = before.cluster_id if before else ""
    if isinstance(work, Burial):
        content, fields = (before.content_hash, before.field_hashes) if before else ("", "")
        tombstone = work.tombstone(placed.revision, accepted_at, supersedes, content or None, cluster or None)
        after = Known(placed.revision, number, content, withdrawn=True, field_hashes=fields, cluster_id=cluster)
        return withdrawn(tombstone, traceparent), after
    work.cluster_id = cluster or work.cluster_id or own_cluster(work.id)
    changed = changed_fields(before.field_hashes, work.field_hashes) if before and before.field_hashes else ()
    article = work.article(placed.revision, accepted_at, supersedes, changed)
    event = published(article, traceparent) if work.again is None else replayed(article)
    return event, Known(
        placed.revision, number, work.content_hash, field_hashes=work.field_hashes, cluster_id=work.cluster_id
    )


def _characters(waiting: _Waiting) -> int:
    return len(waiting.work.body) if isinstance(waiting.work, Draft) else 0
