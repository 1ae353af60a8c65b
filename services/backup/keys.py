"""Keys of Redis as lines, whatever server they came from; streams are elsewhere."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

PAGE = 500
Line = dict[str, Any]
_One = TypeVar("_One")
_STREAM = b"stream"
_READ: dict[bytes, Callable[[Pipeline, bytes], Any]] = {
    b"string": lambda reading, name: reading.get(name),
    b"hash": lambda reading, name: reading.hgetall(name),
    b"list": lambda reading, name: reading.lrange(name, 0, -1),
    b"set": lambda reading, name: reading.smembers(name),
    b"zset": lambda reading, name: reading.zrange(name, 0, -1, withscores=True),
}


class StrangeKey(RedisError):
    """A key of a type that Wiredesk does not write."""


def text(raw: bytes) -> str:
    """Any bytes as text that JSON holds, a character a byte."""
    return raw.decode("latin-1")


def raw(text: str) -> bytes:
    """The bytes that the text stands for."""
    return text.encode("latin-1")


def paged(all_of_them: Iterable[_One], size: int) -> Iterator[list[_One]]:
    """The same, so many at a time."""
    remaining = iter(all_of_them)
    while page := list(islice(remaining, size)):
        yield page


async def names(redis: Redis, pattern: str = "*") -> AsyncIterator[list[bytes]]:
    """Every key that is there from beginning to end, each once, some hundred at a time."""
    seen: set[bytes] = set()
    page: list[bytes] = []
    async for name in redis.scan_iter(match=pattern, count=PAGE):
        if name not in seen:
            seen.add(name)
            page.append(name)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


async def read(redis: Redis, wanted: Sequence[bytes]) -> list[Line]:
    """These keys as lines, each as it is at one moment; those that are gone, and streams, are left out."""
    async with redis.pipeline(transaction=False) as asking:
        for name in wanted:
            asking.type(name)
        kinds = [kind if isinstance(kind, bytes) else str(kind).encode() for kind in await asking.execute()]
    there = [(name, kind) for name, kind in zip(wanted, kinds, strict=True) if kind not in (b"none", _STREAM)]
    if strange := next(((name, kind) for name, kind in there if kind not in _READ), None):
        raise StrangeKey(f"{text(strange[0])} is a {text(strange[1])}, which Wiredesk does not write")
    async with redis.pipeline(transaction=True) as reading:
        for name, kind in there:
            _READ[kind](reading, name)
            reading.execute_command("PEXPIRETIME", name)
        answers = await reading.execute()
    lines = []
    for (name, kind), value, expires_at in zip(there, answers[::2], answers[1::2], strict=True):
        if value not in (None, {}, [], set()):
            ends = expires_at if expires_at >= 0 else None
            lines.append({"key": text(name), "type": text(kind), "expires_at": ends, "value": _told(kind, value)})
    return lines


async def write(redis: Redis, lines: Iterable[Line], now_ms: int) -> int:
    """Writes keys in the place of whatever has their names; how many. What has expired by now is left out."""
    written = 0
    for page in paged(lines, PAGE):
        async with redis.pipeline(transaction=False) as writing:
            for line in page:
                if line["expires_at"] is None or line["expires_at"] > now_ms:
                    _write(writing, line)
                    written += 1
            await writing.execute()
    return written


def _told(kind: bytes, value: Any) -> Any:
    match kind:
        case b"string":
            return text(value)
        case b"hash":
            return {text(field): text(one) for field, one in value.items()}
        case b"zset":
            return [[text(member), repr(float(score))] for member, score in value]
        case b"set":
            return sorted(map(text, value))
    return [text(one) for one in value]


def _write(writing: Pipeline, line: Line) -> None:
    name, value = raw(line["key"]), line["value"]
    writing.delete(name)
    match line["type"]:
        case "string":
            writing.set(name, raw(value))
        case "hash":
            writing.hset(name, mapping={raw(field): raw(one) for field, one in value.items()})
        case "list":
            writing.rpush(name, *map(raw, value))
        case "set":
            writing.sadd(name, *map(raw, value))
        case "zset":
            pairs = ((score, raw(member)) for member, score in value)
            writing.execute_command("ZADD", name, *chain.from_iterable(pairs))
    if line["expires_at"] is not None:
        writing.pexpireat(name, line["expires_at"])
