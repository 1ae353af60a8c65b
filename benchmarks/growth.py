"""Is a stream drained as fast when the index has grown, and when a million entries wait in it?

In `make bench`: articles a second with 200,000 articles in the index against 50,000, at least 0.9. The long way,
`python -m benchmarks.growth long`: with 1,000,000, and 1,000,000 waiting entries drained as fast as 1,000 (at least
0.9), with at most 30 MB more resident. The index is filled by bare `_bulk`; at each size the indexer drains three times
10,000 articles that are not there yet, and as many are written by bare `_bulk` between, which tells what of a change is
the server's. They belong to the size: the named one is that in the middle of them.

A stream counts as having 1,000 waiting when so many are added again as have been read; the other one is fed at the same
rate, for feeding takes processor time too. Those events are short, for a million of them have to stand in memory.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from statistics import median

import httpx
import redis

from benchmarks.bare_bulk import filled, make_indices
from benchmarks.full_stream import FullStream, bulks, events
from benchmarks.opensearch import opensearch
from benchmarks.processes import Service, say, services, valkey
from benchmarks.rows import Row, told
from services.index.names import IndexNames

_SMALL, _LARGE, _LARGEST = 50_000, 200_000, 1_000_000
_DRAINED, _ROUNDS, _AT_ONCE = 10_000, 3, 3
_FEW, _MANY, _FED = 1_000, 1_000_000, 50_000
_SHORT_BYTES = 100
_RATE, _MEGABYTES = 0.9, 30
_PREFIX = "growth-"
_NAMES = IndexNames.with_prefix(_PREFIX)


@dataclass(frozen=True, slots=True)
class Rates:
    """Articles a second at one size of the index: by the indexer, and by bare `_bulk`."""

    ours: float
    bare: float


class Grown:
    """An index that grows, and one indexer that waits for entries."""

    def __init__(self, client: httpx.Client, stream: FullStream, posted: list[bytes]) -> None:
        self._client = client
        self._stream = stream
        self._new = renamed(posted)
        self._size = 0

    def grow(self, size: int) -> None:
        """Fills it up to this size."""
        while self._size < size:
            self._write(min(_DRAINED, size - self._size))
        say(f"growth: {self._size:,} articles are in the index")

    def rates(self) -> Rates:
        """Medians; 60,000 more articles are there afterwards."""
        rounds = [(self._drain(), self._write(_DRAINED)) for _ in range(_ROUNDS)]
        found = Rates(*(_DRAINED / median(one[which] for one in rounds) for which in (0, 1)))
        say(f"growth: {self._size:,}: {found.ours:,.0f}/s, bare {found.bare:,.0f}/s")
        return found

    def _drain(self) -> float:
        self._stream.hold()
        self._stream.add(islice(self._new, _DRAINED))
        self._size += _DRAINED
        return self._stream.drained()

    def _write(self, articles: int) -> float:
        self._size += articles
        return filled(self._client, _NAMES, bulks(list(islice(self._new, articles)), _NAMES), _AT_ONCE)


def renamed(posted: list[bytes]) -> Iterator[bytes]:
    """The same events without end, each of an article of its own."""
    return (one.replace(b':"quay:', b':"quay:%d.' % number) for number in count() for one in posted)


@dataclass(frozen=True, slots=True)
class Waited:
    """A drain while so many entries wait: entries a second, and the most that was resident (bytes)."""

    rate: float
    resident: int


def fed(stream: FullStream, indexer: Service, new: Iterator[bytes], waiting: int) -> Waited:
    """The rate of 50,000 entries with always about so many waiting; then what is left is drained too."""
    stream.hold()
    stream.add(islice(new, waiting))
    left, resident, began = _FED, 0, time.monotonic()
    stream.release()
    while (done := stream.done()) < _FED:
        lacking = max(0, min(left, waiting - stream.waiting()))
        stream.add(islice(new, lacking))
        left -= lacking
        resident = max(resident, indexer.resident_bytes())
        time.sleep(0.05)
    rate = done / (time.monotonic() - began)
    while not stream.is_empty():
        resident = max(resident, indexer.resident_bytes())
        time.sleep(0.2)
    whole = (waiting + _FED) / (time.monotonic() - began)
    say(f"growth: {waiting:,} waiting: {rate:,.0f}/s, all of it {whole:,.0f}/s, {resident / 1e6:,.0f} MB")
    return Waited(rate, resident)


def rows(is_long: bool = False) -> list[Row]:
    """The row of `make bench`, or those of the long way."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        client = stack.enter_context(opensearch())
        url, index_url = stack.enter_context(valkey(home)), str(client.base_url)
        told = {"WIREDESK_REDIS_URL": url, "WIREDESK_OPENSEARCH_URL": index_url, "WIREDESK_INDEX_PREFIX": _PREFIX}
        stream = FullStream(redis.Redis.from_url(url))
        stream.hold()
        make_indices(client, _NAMES)
        (indexer,) = stack.enter_context(services("services.indexer", 1, told, home))
        grown = Grown(client, stream, events(_DRAINED))
        found = [grown_row(grown, _LARGEST if is_long else _LARGE)]
        return found + (waited(stream, indexer) if is_long else [])


def grown_row(grown: Grown, large: int) -> Row:
    """The rate at this size beside that at 50,000."""
    half = _ROUNDS * _DRAINED
    grown.grow(_SMALL - half)
    small_rates = grown.rates()
    grown.grow(large - half)
    large_rates = grown.rates()
    return Row(
        f"growth: a stream drained with {large:,} articles in the index",
        f"{large_rates.ours:,.0f} articles/s (bare `_bulk` {large_rates.bare:,.0f})",
        f"{small_rates.ours:,.0f}/s with {_SMALL:,} (bare {small_rates.bare:,.0f})",
        large_rates.ours / small_rates.ours,
        _RATE,
    )


def waited(stream: FullStream, indexer: Service) -> list[Row]:
    """The rate and the memory with a million waiting beside those with a thousand."""
    new = renamed([one.replace(b':"quay:', b':"quay:s') for one in events(_DRAINED, _SHORT_BYTES)])
    fed(stream, indexer, new, _FEW)
    few, many = fed(stream, indexer, new, _FEW), fed(stream, indexer, new, _MANY)
    more = (many.resident - few.resident) / 1e6
    measured, beside = (f"{one.rate:,.0f}/s, {one.resident / 1e6:,.0f} MB" for one in (many, few))
    question = f"a stream of {_MANY:,} waiting, beside {_FEW:,}"
    return [
        Row(f"{question}: drain", measured, beside, many.rate / few.rate, _RATE),
        Row(f"{question}: memory", measured, beside, more, _MEGABYTES, "at most", " MB"),
    ]


if __name__ == "__main__":
    sys.exit(told("growth", rows("long" in sys.argv[1:])))
