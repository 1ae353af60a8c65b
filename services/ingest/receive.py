"""The first step of ingest: what came in, bounded, and as what it says it is."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache
from typing import Any

from schemas.reasons import Reason
from schemas.receipt import FieldError
from services.errors import Rejected

_LISTS = ("authors", "tags", "genre")
_OPTIONS = ("republish",)
_BLANK = b" \t\r\n"
_MOST_BLANKS = 65_536


@dataclass(frozen=True, slots=True)
class ContentType:
    """A media type without parameters, in lower case, and its charset, as it counts and as it was given."""

    name: str
    charset: str
    charset_given: str | None = field(default=None, compare=False)
    header: str = field(default="", compare=False)


@lru_cache(maxsize=64)
def content_type(header: str | None) -> ContentType:
    """The header read as RFC 9110 has it; UTF-8 where it names no charset."""
    message = Message()
    message["content-type"] = header or ""
    charset = message.get_content_charset() or None
    return ContentType((header or "").partition(";")[0].strip().lower(), charset or "utf-8", charset, header or "")


def given_fields(query: list[tuple[str, str]]) -> dict[str, Any]:
    """The native fields among the query parameters; lists may be repeated or comma-separated."""
    given: dict[str, Any] = {}
    for name, value in query:
        if name in _LISTS:
            given.setdefault(name, []).extend(part for part in value.split(",") if part.strip())
        elif name not in _OPTIONS:
            given[name] = value
    return given


async def read_whole(chunks: AsyncIterator[bytes], announced: str | None, limit: int) -> bytes:
    """The whole body; raises Rejected as soon as it is, or says that it will be, longer than `limit` bytes."""
    if announced and announced.isascii() and announced.isdecimal() and int(announced) > limit:
        raise too_large(limit)
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


async def read_lines(
    chunks: AsyncIterator[bytes], limit: int, keeping: Callable[[int], None] = lambda _: None
) -> AsyncIterator[bytes | None]:
    """Each line that is not blank, without blanks around it; None for one over `limit` bytes, which is not kept.

    `keeping` is told how many bytes of a line are kept until its end comes; what it raises, ends the reading.
    """
    rest = bytearray()
    skipping = False
    async for chunk in chunks:
        *ended, last = chunk.split(b"\n")
        for piece in ended:
            rest += piece
            if skipping or _is_too_long(rest, limit):
                yield None
            elif line := rest.strip(_BLANK):
                yield bytes(line)
            rest.clear()
            skipping = False
        if not skipping:
            rest += last
            if skipping := _is_too_long(rest, limit):
                rest.clear()
            keeping(len(rest))
    if skipping:
        yield None
    elif line := rest.strip(_BLANK):
        yield bytes(line)


def _is_too_long(line: bytearray, limit: int) -> bool:
    return len(line) > limit and (len(line) > limit + _MOST_BLANKS or len(line.strip(_BLANK)) > limit)


def too_large(limit: int, pointer: str = "") -> Rejected:
    """What a body or a line over the limit is told."""
    detail = f"more than {limit} bytes"
    return Rejected(Reason.TOO_LARGE, detail, (FieldError(pointer=pointer, detail=detail),))
