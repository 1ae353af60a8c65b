"""How much one address may ask: a sliding window, in this process' memory."""

import math
import time
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from prometheus_client import Counter

from schemas.reasons import Reason
from services.errors import Unavailable

_NETWORK_BITS = 64
"""Of an IPv6 address: what one customer usually has."""


class Rates:
    """Counts requests. Without a `rate` everybody may ask all the time."""

    def __init__(self, rate: RateLimitItem | None, limited: Counter) -> None:
        self._rate = rate
        self._limited = limited
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def take(self, address: str) -> None:
        """Counts one request. Raises Unavailable, with the time to wait, for one too many."""
        if self._rate is None or await self._limiter.hit(self._rate, network(address)):
            return
        self._limited.inc()
        window = await self._limiter.get_window_stats(self._rate, network(address))
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise Unavailable(Reason.RATE_LIMITED, f"{self._rate} for each address", timedelta(seconds=wait))


def network(address: str) -> str:
    """Whom an address stands for: itself, or the network of an IPv6 one."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    return str(known.ipv4_mapped or IPv6Address(int(known) >> _NETWORK_BITS << _NETWORK_BITS))
