"""How many articles a publisher may post in how many seconds, counted in Redis for all processes together."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas.reasons import Reason
from schemas.streams import RATES_PREFIX
from services.errors import Rejected, Unavailable
from services.ingest.publishers import Caller
from services.publishers.model import Rate

_POLICY = "articles"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a rate: no more than `remaining` articles within the next `reset` seconds."""

    rate: Rate
    remaining: int
    reset: int


@dataclass(frozen=True, slots=True)
class Window:
    """The counters of a sliding window, as the library keeps them: articles, and seconds until each counter ends.

    The current counter lives for two windows, and becomes the previous one after its first.
    """

    previous: int
    previous_left: float
    current: int
    current_left: float


class RateLimited(Unavailable):
    """The publisher has posted its fill; `allowance` says what is left."""

    def __init__(self, allowance: Allowance, cost: int, wait: float) -> None:
        rate = allowance.rate
        detail = (
            f"{rate.articles} articles in {rate.seconds} s are allowed; {allowance.remaining} are left, {cost} came"
        )
        super().__init__(Reason.RATE_LIMITED, detail, timedelta(seconds=wait))
        self.allowance = allowance


class Rates:
    """Counts articles on the connections of `redis`, with their timeouts; opens none of its own."""

    def __init__(self, redis: Redis) -> None:
        self._storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=RATES_PREFIX,
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]
        )
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)

    async def take(self, caller: Caller, cost: int = 1, before: int = 0) -> Allowance | None:
        """Takes this many articles off the publisher's rate; what is left, or None for one without a rate.

        `before` says how many were taken for the same request already. Raises RateLimited, and then nothing was taken;
        Rejected for a request of more than the rate ever allows. Where Redis does not answer nothing is counted: None.
        """
        rate, name = caller.rate, caller.publisher
        if rate is None or name is None:
            return None
        if (whole := before + cost) > rate.articles:
            detail = f"{whole} articles at once are never allowed: the limit is {rate.articles} in {rate.seconds} s"
            raise Rejected(Reason.RATE_LIMITED, detail)
        item = RateLimitItemPerSecond(rate.articles, rate.seconds, namespace=_POLICY)
        try:
            taken = await self._limiter.hit(item, name, cost=cost)
            window = Window(*await self._storage.get_sliding_window(item.key_for(name), rate.seconds))
        except (RedisError, OSError, TimeoutError):
            return None
        allowance = allowance_of(rate, window)
        if not taken:
            raise RateLimited(allowance, cost, wait_for(rate, window, cost))
        return allowance


def allowance_of(rate: Rate, window: Window) -> Allowance:
    """What the counters leave of the rate."""
    counted = math.floor(window.previous * window.previous_left / rate.seconds) + window.current
    remaining = max(0, rate.articles - counted)
    reset = rate.seconds if remaining == rate.articles else wait_for(rate, window, remaining + 1)
    return Allowance(rate, remaining, max(1, math.ceil(reset)))


def wait_for(rate: Rate, window: Window, cost: int) -> float:
    """Seconds until `cost` articles, at most the whole rate, are allowed if nobody takes any before.

    The previous window's articles count in proportion to what is left of it, the current one's in full.
    """
    room = rate.articles - cost
    if window.current <= room:
        return _until_fewer(rate, window.previous, window.previous_left, room - window.current + 1)
    until_it_is_previous = max(0.0, window.current_left - rate.seconds)
    return until_it_is_previous + _until_fewer(rate, window.current, rate.seconds, room + 1)


def _until_fewer(rate: Rate, articles: int, left: float, than: int) -> float:
    """Seconds until a window that is going out, with `left` of its seconds, counts fewer than so many articles."""
    if articles * left / rate.seconds < than:
        return 0.0
    return left - than * rate.seconds / articles


def fields(allowance: Allowance) -> Mapping[str, str]:
    """The header fields of an answer (draft-ietf-httpapi-ratelimit-headers-11)."""
    rate = allowance.rate
    return {
        "RateLimit-Policy": f'"{_POLICY}";q={rate.articles};w={rate.seconds}',
        "RateLimit": f'"{_POLICY}";r={allowance.remaining};t={allowance.reset}',
    }
