"""A body out of its Content-Encoding, piece by piece, so that no bomb is ever unpacked."""

import asyncio
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.reading import refusal
from services.ingest.receive import too_large

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE_BYTES = 65_536
MOST_CODINGS = 3
_STEP_BYTES = 8_192
_STEPS_A_TURN = 16
_BROTLI_PIECE = 32_752
"""brotli grows its output in blocks and stops at the first that reaches the limit: this is the first block."""
_ZSTD_WINDOW: Mapping[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
_SMALL_MEMBER = 64
_MANY_MEMBERS = 100


def decoded(chunks: AsyncIterator[bytes], content_encoding: str | None, limit: int | None) -> AsyncIterator[bytes]:
    """The body as it was before its codings, in pieces of at most 64 KB.

    `content_encoding` is the header, codings in the order in which they were applied (RFC 9110, 8.4): gzip (also
    x-gzip; members one after another), deflate (with zlib's wrapper or without), br (RFC 7932), zstd (RFC 8878, windows
    to 8 MB as RFC 9659 has it) and identity, at most three. `limit` bounds the bytes that come out, and what goes into
    each coding to little more; None bounds nothing. Beside the pieces only the codings' own windows take memory,
    16 MB for br at most.

    Raises Rejected: at once for a coding that is not known, and while reading as soon as more than `limit` bytes came
    out, or where a stream is corrupt, ends too early or has bytes after its end.
    """
    for coding in reversed(_codings(content_encoding or "")):
        chunks = _decode(_bounded(chunks, limit, slack=True), coding)
    return _bounded(chunks, limit)


def _codings(header: str) -> list[str]:
    names = [name.strip().lower() for name in header.split(",")]
    codings = [name.removeprefix("x-") if name == "x-gzip" else name for name in names if name not in ("", "identity")]
    if unknown := next((coding for coding in codings if coding not in _DECODERS), None):
        taken = ", ".join((*_DECODERS, "identity"))
        raise Rejected(Reason.UNSUPPORTED_MEDIA_TYPE, f"Content-Encoding {unknown[:40]!r} is not taken; {taken} are")
    if len(codings) > MOST_CODINGS:
        detail = f"{len(codings)} codings on top of each other; at most {MOST_CODINGS} are taken"
        raise Rejected(Reason.UNSUPPORTED_MEDIA_TYPE, detail)
    return codings


async def _bounded(chunks: AsyncIterator[bytes], limit: int | None, slack: bool = False) -> AsyncIterator[bytes]:
    """The same bytes in pieces of at most 64 KB. With `slack` what is still coded may be as long as coding the
    incompressible makes it. Raises Rejected."""
    most = None if limit is None else limit + (limit // 8 + PIECE_BYTES if slack else 0)
    seen = 0
    async for chunk in chunks:
        seen += len(chunk)
        if limit is not None and most is not None and seen > most:
            raise too_large(limit)
        for start in range(0, len(chunk), PIECE_BYTES):
            yield chunk[start : start + PIECE_BYTES]


async def _decode(chunks: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """The bytes without one coding; other tasks have their turn in between. Raises Rejected."""
    decoder = _DECODERS[coding]()
    steps = 0
    try:
        async for chunk in chunks:
            for start in range(0, len(chunk), _STEP_BYTES):
                for piece in decoder.decode(chunk[start : start + _STEP_BYTES]):
                    yield piece
                    steps += 1
                    if steps % _STEPS_A_TURN == 0:
                        await asyncio.sleep(0)
    except (ValueError, zlib.error, brotli.error, zstd.ZstdError) as problem:
        raise refusal(Reason.MALFORMED, "", f"not {coding}: {problem}") from problem
    if not decoder.is_complete():
        raise refusal(Reason.MALFORMED, "", f"not {coding}: it ends too early")


class _Stream(Protocol):
    """What zlib and zstd call a decompressor: it reads one member, or frame, and ends."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Members:
    """Reads streams one after another, or just one; `start` makes the stream that begins with this byte."""

    def __init__(self, start: Callable[[int], _Stream], several: bool) -> None:
        self._start = start
        self._several = several
        self._stream: _Stream | None = None
        self._members = 0
        self._taken = 0

    def decode(self, data: bytes) -> Iterator[bytes]:
        self._taken += len(data)
        is_full = False
        while data or is_full:
            stream = self._stream
            if stream is None or stream.eof:
                stream = self._stream = self._next(data[0])
            piece = stream.decompress(data, PIECE_BYTES)
            # zlib hands back what it has not read yet, zstd keeps it
            data = stream.unused_data if stream.eof else getattr(stream, "unconsumed_tail", b"")
            is_full = len(piece) == PIECE_BYTES and not stream.eof
            yield piece

    def is_complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def _next(self, first: int) -> _Stream:
        self._members += 1
        if self._members > 1 and not self._several:
            raise ValueError("bytes after its end")
        if self._members > _MANY_MEMBERS + self._taken // _SMALL_MEMBER:
            raise ValueError("too many members that hold next to nothing")
        return self._start(first)


class _Brotli:
    """Reads one brotli stream."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._stream.is_finished():
            raise ValueError("bytes after its end")
        yield self._stream.process(data, output_buffer_limit=_BROTLI_PIECE)
        while not self._stream.is_finished():
            piece = self._stream.process(b"", output_buffer_limit=_BROTLI_PIECE)
            if not piece and self._stream.can_accept_more_data():
                break
            yield piece

    def is_complete(self) -> bool:
        return bool(self._stream.is_finished())


def _deflate(first: int) -> _Stream:
    """RFC 9110 means zlib's wrapper (RFC 1950), whose first byte says 8 in its low half; some clients leave it away."""
    return zlib.decompressobj(zlib.MAX_WBITS if first & 0x0F == 8 else -zlib.MAX_WBITS)


_DECODERS: dict[str, Callable[[], _Members | _Brotli]] = {
    "gzip": lambda: _Members(lambda _: zlib.decompressobj(zlib.MAX_WBITS | 16), several=True),
    "deflate": lambda: _Members(_deflate, several=False),
    "br": _Brotli,
    "zstd": lambda: _Members(lambda _: zstd.ZstdDecompressor(options=_ZSTD_WINDOW), several=True),
}
