"""What every consumer group needs now and then."""

import logging
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

_FORGET = """
for _, one in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local told = {}
  for at = 1, #one, 2 do told[one[at]] = one[at + 1] end
  if told['name'] == ARGV[2] and told['pending'] == 0 and told['idle'] >= tonumber(ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
    return 1
  end
end
return 0
"""
"""Looks and removes in one step: what a consumer is given in between would be lost with it."""
log = logging.getLogger(__name__)


async def forget_idle(redis: Redis, stream: str, group: str, own: str, forget_after: timedelta) -> None:
    """Removes consumers that have asked for nothing for so long and have nothing pending; with entries never."""
    milliseconds = int(forget_after.total_seconds() * 1000)
    consumers: Any = await redis.xinfo_consumers(stream, group)
    for other in consumers:
        name = other["name"].decode()
        is_idle = name != own and not other["pending"] and other["idle"] >= milliseconds
        if is_idle and await redis.eval(_FORGET, 1, stream, group, name, milliseconds):
            log.info("removed an idle consumer", extra={"consumer": name})
