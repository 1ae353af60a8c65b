"""Reads how Redis is, and what waits in it; changes nothing there."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from schemas.dead_letter import DeadLetter
from schemas.streams import (
    ALERTS_GROUP,
    ARTICLES_STREAM,
    CHANGES_STREAM,
    DEAD_LETTERS_STREAM,
    EVENT_FIELD,
    GIVEN_UP_STREAM,
    INDEXER_GROUP,
    REMOVED_KEY,
)
from services.entry_id import added_at
from services.health.readings import Away, Backlog, Consumer, DeadLetters, RedisReading

MOST_SAMPLED = 200
_MOST_SAMPLED_BYTES = 4_000_000
_NOT_THERE = ("no such key", "NOGROUP")


@dataclass(slots=True)
class RedisReader:
    """Reads again and again; the dead letters only when there are others than the last time."""

    redis: Redis
    _sampled: tuple[object, DeadLetters] | None = None

    async def read(self) -> RedisReading | Away:
        """The reading, or why there is none."""
        try:
            return await self._read()
        except (RedisError, OSError, TimeoutError) as problem:
            return away(problem)

    async def _read(self) -> RedisReading:
        async with self.redis.pipeline(transaction=False) as asking:
            asking.info()
            asking.time()
            asking.xinfo_stream(ARTICLES_STREAM)
            asking.get(REMOVED_KEY)
            asking.xlen(GIVEN_UP_STREAM)
            asking.xinfo_stream(DEAD_LETTERS_STREAM)
            asking.memory_usage(DEAD_LETTERS_STREAM)
            told = [_or_none(one) for one in await asking.execute(raise_on_error=False)]
        info, (seconds, micros), stream, ours, given_up, dead, dead_bytes = told
        at = seconds + micros / 1e6
        length, added = (stream["length"], stream["entries-added"]) if stream else (0, 0)
        newest = added_at(stream["last-generated-id"].decode()) if added else None
        return RedisReading(
            at=at,
            server=server_of(info),
            memory=info["used_memory"],
            memory_limit=info["maxmemory"],
            policy=info["maxmemory_policy"],
            appends=bool(info["aof_enabled"]),
            writes_fail="err" in (info.get("aof_last_write_status"), info.get("rdb_last_bgsave_status")),
            length=length,
            added=added,
            newest=max(0.0, at - newest) if newest is not None else None,
            removed=max(0, added - length - int(ours)) if ours is not None else None,
            indexer=await self._backlog(ARTICLES_STREAM, INDEXER_GROUP, at),
            alerts=await self._backlog(CHANGES_STREAM, ALERTS_GROUP, at),
            given_up=given_up,
            dead=await self._dead_letters(dead, dead_bytes or 0),
        )

    async def _backlog(self, stream: str, name: str, at: float) -> Backlog | None:
        async with self.redis.pipeline(transaction=True) as asking:
            asking.xinfo_groups(stream)
            asking.xinfo_consumers(stream, name)
            asking.xpending(stream, name)
            groups, consumers, pending = [_or_none(one) for one in await asking.execute(raise_on_error=False)]
        group = next((one for one in groups or () if one["name"].decode() == name), None)
        if group is None or consumers is None:
            return None
        oldest = pending["min"]
        if not pending["pending"]:
            next_one: Any = await self.redis.xrange(stream, f"({group['last-delivered-id'].decode()}", "+", count=1)
            oldest = next_one[0][0] if next_one else None
        return Backlog(
            pending=pending["pending"],
            read=group["entries-read"],
            lag=group["lag"],
            oldest=max(0.0, at - added_at(oldest.decode())) if oldest else 0.0,
            consumers=tuple(Consumer(one["name"].decode(), one["pending"], one["idle"] / 1000) for one in consumers),
        )

    async def _dead_letters(self, stream: dict[str, Any] | None, size: int) -> DeadLetters:
        if stream is None or not stream["length"]:
            return DeadLetters(0, 0, 0, {})
        seen = (stream["last-generated-id"], stream["length"])
        if self._sampled is None or self._sampled[0] != seen:
            many = max(1, min(MOST_SAMPLED, _MOST_SAMPLED_BYTES * stream["length"] // max(1, size)))
            newest: Any = await self.redis.xrevrange(DEAD_LETTERS_STREAM, count=many)
            reasons = Counter(_reason(fields) for _, fields in newest)
            self._sampled = seen, DeadLetters(stream["length"], size, reasons.total(), dict(reasons.most_common()))
        return self._sampled[1]


def away(problem: Exception) -> Away:
    """Why there is no reading: what Redis, or the way to it, complained of."""
    stranger = isinstance(problem, AuthenticationError) or str(problem).startswith("NOAUTH")
    answered = stranger or isinstance(problem, ResponseError)
    return Away(str(problem) or type(problem).__name__, answered, stranger)


def server_of(info: Mapping[str, Any]) -> str:
    """The server's name and version, as INFO has them: Valkey claims to be an older Redis beside its own version."""
    name, version = ("Valkey", info["valkey_version"]) if "valkey_version" in info else ("Redis", info["redis_version"])
    return f"{name} {version}"


def _reason(fields: dict[bytes, bytes]) -> str:
    try:
        return DeadLetter.model_validate_json(fields.get(EVENT_FIELD.encode(), b"")).reason.value
    except ValidationError:
        return "unreadable"


def _or_none(told: Any) -> Any:
    """None for what is not there; raises what else Redis complained of."""
    if isinstance(told, ResponseError) and any(word in str(told) for word in _NOT_THERE):
        return None
    if isinstance(told, Exception):
        raise told
    return told
