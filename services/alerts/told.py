"""Writes decisions into Redis, once each: acknowledgement, who was told, and what is to be delivered, in one step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from redis.asyncio import Redis

from schemas.streams import (
    ALERTS_DUE,
    ALERTS_GROUP,
    CHANGES_STREAM,
    GIVEN_UP_STREAM,
    failures_key,
    lane_key,
    lanes_key,
    pause_key,
    told_key,
)
from services.alerts.decide import Decision, Delivery, Marks

_LOOKED_AT = timedelta(hours=1)
"""How long it is remembered which revision was looked at where nobody was told: other processes may be as late."""

_SCRIPT = """#!lua
local group, now, told_seconds, seconds, most = ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])

local function deliver(one)
  if one.replaces then
    redis.call('DEL', one.lane)
    redis.call('HDEL', one.failures, one.article)
  elseif redis.call('ZCARD', one.lanes) >= most and not redis.call('ZSCORE', one.lanes, one.article) then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', 10000, '*', 'alert', one.alert, 'article', one.article, 'id', one.id,
      'answer', 'too much waits for this alert already')
    return 0
  end
  redis.call('RPUSH', one.lane, one.body)
  redis.call('ZADD', one.lanes, 'NX', now, one.article)
  redis.call('ZADD', KEYS[2], redis.call('EXISTS', one.pause) == 1 and 'NX' or 'LT', now, one.alert)
  return 1
end

local results = {}
for number, one in ipairs(cjson.decode(ARGV[1])) do
  local key = KEYS[3 + number]
  if (redis.call('HGET', key, 'newest') or '0') ~= one.before then
    results[number] = -1
  elseif redis.call('XACK', KEYS[1], group, one.entry) == 0 then
    results[number] = 0
  else
    if one.forget then redis.call('DEL', key) end
    if one.newest then
      redis.call('HSET', key, 'newest', one.newest)
      for alert, revision in pairs(one.marks) do redis.call('HSET', key, alert, revision) end
      redis.call('EXPIRE', key, redis.call('HLEN', key) > 1 and told_seconds or seconds)
    end
    local queued = 0
    for _, delivery in ipairs(one.deliveries) do queued = queued + deliver(delivery) end
    results[number] = 1 + queued
  end
end
return results
"""
"""With its first line a full Redis refuses all of it, and never the half after the acknowledgement."""


class ToldBook:
    """Who was told of which article. Raises RedisError.

    A decision is written only where nobody wrote another one on the same article meanwhile; so of two processes with
    two versions of an article the one that comes second has to look again.
    """

    def __init__(self, redis: Redis, kept: timedelta, most_waiting: int) -> None:
        self._redis = redis
        self._kept = kept
        self._most_waiting = most_waiting
        self._write = redis.register_script(_SCRIPT)

    async def marks(self, articles: Sequence[str]) -> dict[str, Marks]:
        """What is remembered of these articles."""
        async with self._redis.pipeline(transaction=False) as reading:
            for article_id in articles:
                reading.hgetall(told_key(article_id))
            found: list[dict[bytes, bytes]] = await reading.execute()
        marks = {}
        for article_id, fields in zip(articles, found, strict=True):
            told = {name.decode(): int(revision) for name, revision in fields.items()}
            marks[article_id] = Marks(told.pop("newest", 0), told)
        return marks

    async def write(self, decisions: Sequence[Decision], now: datetime) -> list[int | None]:
        """How many messages each change made; None for a decision that has to be made again.

        A change that was acknowledged before, by whomever, makes none.
        """
        keys = [CHANGES_STREAM, ALERTS_DUE, GIVEN_UP_STREAM, *(told_key(one.article_id) for one in decisions)]
        arguments: list[Any] = [
            orjson.dumps([_row(one) for one in decisions]),
            ALERTS_GROUP,
            int(now.timestamp() * 1000),
            int(self._kept.total_seconds()),
            int(_LOOKED_AT.total_seconds()),
            self._most_waiting,
        ]
        results: Any = await self._write(keys=keys, args=arguments)
        return [None if result < 0 else max(0, result - 1) for result in results]


def _row(decision: Decision) -> dict[str, Any]:
    """What the script reads; revisions are text, because Lua's numbers are not exact so far up."""
    return {
        "entry": decision.entry_id,
        "before": str(decision.before.newest),
        "newest": str(decision.newest) if decision.newest else False,
        "marks": {alert: str(revision) for alert, revision in decision.marks.items()},
        "forget": decision.forget,
        "deliveries": [_delivery(one) for one in decision.deliveries],
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "alert": one.alert_id,
        "article": one.article_id,
        "id": one.id,
        "body": one.body.decode(),
        "replaces": one.replaces,
        "lane": lane_key(one.alert_id, one.article_id),
        "lanes": lanes_key(one.alert_id),
        "failures": failures_key(one.alert_id),
        "pause": pause_key(one.alert_id),
    }
