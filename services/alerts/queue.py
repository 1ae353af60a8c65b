"""What waits to be delivered, in Redis: a lane an alert and article, so that a correction never overtakes its match."""

from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from schemas.streams import (
    ALERTS_DUE,
    GIVEN_UP_STREAM,
    failures_key,
    lane_key,
    lanes_key,
    lease_key,
    pause_key,
)
from services.alerts.waiting import Failures, Waiting

TARGET = "target"
"""The field of the failures in a row of an alert's target; no article's id, which has a colon."""
GIVEN_UP_KEPT = 10_000
_LEASE = """
local leased = {}
for _, alert in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1000)) do
  if #leased >= tonumber(ARGV[2]) then break end
  if redis.call('SET', ARGV[5] .. alert, ARGV[3], 'NX', 'PX', ARGV[4]) then leased[#leased + 1] = alert end
end
return leased
"""
_HOLD = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
_RELEASE = """
if redis.call('GET', KEYS[4]) ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[4])
local first = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
if not first[1] then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[5])
  return 1
end
local due, pause = tonumber(first[2]), redis.call('PTTL', KEYS[3])
if pause > 0 then due = math.max(due, tonumber(ARGV[3]) + pause) end
redis.call('ZADD', KEYS[1], due, ARGV[1])
return 1
"""
_TAKE_OFF = """
if (redis.call('LINDEX', KEYS[1], 0) or ARGV[1]) ~= ARGV[1] then return 0 end
redis.call('LPOP', KEYS[1])
redis.call('HDEL', KEYS[3], ARGV[2], ARGV[4])
if redis.call('LLEN', KEYS[1]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[2])
else
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
end
return 1
"""
_DROP = """
local dropped = redis.call('ZRANGE', KEYS[2], 0, -1)
for _, article in ipairs(dropped) do redis.call('DEL', ARGV[2] .. article) end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4])
return #dropped
"""


class Queue:
    """What waits for each alert. One process at a time delivers for an alert, under a lease. Raises RedisError."""

    def __init__(self, redis: Redis, token: str) -> None:
        self._redis = redis
        self._token = token
        self._lease, self._hold, self._release, self._take_off, self._drop = map(
            redis.register_script, (_LEASE, _HOLD, _RELEASE, _TAKE_OFF, _DROP)
        )

    async def lease(self, now: datetime, most: int, hold: timedelta) -> list[str]:
        """Alerts that are due and nobody else's: they are this process's for `hold`."""
        found: Any = await self._lease(
            keys=[ALERTS_DUE], args=[_ms(now), most, self._token, _length(hold), lease_key("")]
        )
        return [alert_id.decode() for alert_id in found]

    async def hold(self, alert_id: str, hold: timedelta) -> bool:
        """Keeps a lease for so long from now; False where it has run out, be it another's by now or nobody's."""
        held: Any = await self._hold(keys=[lease_key(alert_id)], args=[self._token, _length(hold)])
        return bool(held)

    async def release(self, alert_id: str, now: datetime) -> None:
        """Gives a lease back; the alert is due again when the first of its lanes is and its target's pause is over."""
        keys = [ALERTS_DUE, lanes_key(alert_id), pause_key(alert_id), lease_key(alert_id), failures_key(alert_id)]
        await self._release(keys=keys, args=[alert_id, self._token, _ms(now)])

    async def next(self, alert_id: str, now: datetime) -> Waiting | None:
        """What is due first; None where nothing is."""
        found: Any = await self._redis.zrangebyscore(lanes_key(alert_id), "-inf", _ms(now), start=0, num=1)
        if not found:
            return None
        article_id = found[0].decode()
        async with self._redis.pipeline(transaction=True) as reading:
            reading.lindex(lane_key(alert_id, article_id), 0)
            reading.hmget(failures_key(alert_id), [article_id, TARGET])
            body, (own, target) = await reading.execute()
        waiting = Waiting(article_id, body or b"", Failures.read(own), Failures.read(target))
        if body is None:  # the alert was removed in between
            await self.take_off(alert_id, waiting, now, has_arrived=False)
            return None
        return waiting

    async def take_off(self, alert_id: str, waiting: Waiting, now: datetime, has_arrived: bool = True) -> None:
        """Lets the next of the lane come; with `has_arrived` the target's failures in a row are over.

        Where a withdrawal has replaced the message meanwhile, that stays.
        """
        keys = [lane_key(alert_id, waiting.article_id), lanes_key(alert_id), failures_key(alert_id)]
        await self._take_off(
            keys=keys, args=[waiting.body, waiting.article_id, _ms(now), TARGET if has_arrived else ""]
        )

    async def retry(
        self, alert_id: str, waiting: Waiting, failures: Failures, target: Failures, at: datetime, pause: timedelta
    ) -> None:
        """Lets the lane wait until `at`, and leaves the target alone for `pause`."""
        async with self._redis.pipeline(transaction=True) as writing:
            writing.zadd(lanes_key(alert_id), {waiting.article_id: _ms(at)}, xx=True)
            told: dict[Any, Any] = {waiting.article_id: failures.encode(), TARGET: target.encode()}
            writing.hset(failures_key(alert_id), mapping=told)
            writing.set(pause_key(alert_id), "", px=pause)
            await writing.execute()

    async def leave_alone(self, alert_id: str, pause: timedelta) -> None:
        """Delivers nothing for this alert for `pause`."""
        await self._redis.set(pause_key(alert_id), "", px=pause)

    async def hurry(self, alert_id: str, now: datetime) -> None:
        """Lets everything of this alert be tried at once."""
        lanes: Any = await self._redis.zrange(lanes_key(alert_id), 0, -1)
        async with self._redis.pipeline(transaction=True) as writing:
            writing.delete(pause_key(alert_id), failures_key(alert_id))
            for article_id in lanes:
                writing.zadd(lanes_key(alert_id), {article_id: _ms(now)}, xx=True)
            if lanes:
                writing.zadd(ALERTS_DUE, {alert_id: _ms(now)})
            await writing.execute()

    async def note_given_up(self, alert_id: str, article_id: str, message_id: str, failures: Failures) -> None:
        """Remembers what was not delivered, without its text; about the last 10,000 are kept."""
        fields: dict[Any, Any] = {
            "alert": alert_id,
            "article": article_id,
            "id": message_id,
            "tries": failures.tries,
            "answer": failures.answer,
        }
        await self._redis.xadd(GIVEN_UP_STREAM, fields, maxlen=GIVEN_UP_KEPT, approximate=True)

    async def drop(self, alert_id: str) -> int:
        """Forgets all that waits for an alert; of how many articles that was."""
        keys = [ALERTS_DUE, lanes_key(alert_id), failures_key(alert_id), pause_key(alert_id)]
        dropped: Any = await self._drop(keys=keys, args=[alert_id, lane_key(alert_id, "")])
        return int(dropped)


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _length(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)
