"""A body out of its Content-Encoding: whole, bounded, and refused while it is read."""

import asyncio
import gzip
import random
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache

import brotli  # type: ignore[import-untyped]
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.encodings import MOST_CODINGS, PIECE_BYTES, decoded

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"The ferry to Quay Island was an hour late. " * 400
MB = bytes(1 << 20)
LIMIT = 2_000_000


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
SHAPES = [*ENCODE.items(), ("deflate", raw_deflate), ("x-gzip", gzip.compress)]
every_shape = pytest.mark.parametrize(("coding", "encode"), SHAPES)


async def stream(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def pieces(chunks: list[bytes], coding: str | None, limit: int | None = None) -> list[bytes]:
    async def read() -> list[bytes]:
        return [piece async for piece in decoded(stream(chunks), coding, limit)]

    return asyncio.run(read())


def whole(body: bytes, coding: str | None, limit: int | None = None) -> bytes:
    return b"".join(pieces([body], coding, limit))


def refusal(body: bytes, coding: str | None, limit: int | None = None) -> Rejected:
    with pytest.raises(Rejected) as caught:
        whole(body, coding, limit)
    return caught.value


@cache
def bomb(coding: str) -> bytes:
    """10 GB of zeros, made of one compressed MB over and over; its checksum is never reached."""
    first: bytes
    again: bytes
    if coding == "br":
        brotli_stream = brotli.Compressor()
        first, again = (brotli_stream.process(MB) + brotli_stream.flush() for _ in range(2))
    elif coding == "zstd":
        zstd_stream = zstd.ZstdCompressor()
        first, again = (zstd_stream.compress(MB, zstd_stream.FLUSH_BLOCK) for _ in range(2))
    else:
        zlib_stream = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | (16 if coding == "gzip" else 0))
        first, again = (zlib_stream.compress(MB) + zlib_stream.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * 9_999


@every_shape
@pytest.mark.parametrize("data", [b"", b"a", TEXT, MB, bytes(range(256)) * 3])
def test_a_body_comes_out_as_it_went_in(coding: str, encode: Callable[[bytes], bytes], data: bytes) -> None:
    assert whole(encode(data), coding, len(data)) == data
    assert whole(encode(data), coding) == data


@every_shape
def test_a_body_may_come_one_byte_at_a_time(coding: str, encode: Callable[[bytes], bytes]) -> None:
    body = encode(TEXT)
    assert b"".join(pieces([body[at : at + 1] for at in range(len(body))], coding, len(TEXT))) == TEXT


@every_shape
@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=3000) | st.text("ab", max_size=3000).map(str.encode), draw=st.data())
def test_chunk_boundaries_anywhere_give_the_same_body(
    coding: str, encode: Callable[[bytes], bytes], data: bytes, draw: st.DataObject
) -> None:
    body = encode(data)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    chunks = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert b"".join(pieces(chunks, coding, len(data))) == data


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=2000), st.lists(st.sampled_from(sorted(ENCODE)), max_size=MOST_CODINGS))
def test_codings_are_undone_from_the_last_to_the_first(data: bytes, codings: list[str]) -> None:
    body = data
    for coding in codings:
        body = ENCODE[coding](body)
    assert whole(body, ", ".join(codings), len(data)) == data


@pytest.mark.parametrize("header", [None, "", "identity", " Identity ", "identity, identity,identity,identity", ",,"])
def test_a_body_without_a_coding_is_passed_on(header: str | None) -> None:
    assert whole(TEXT, header, len(TEXT)) == TEXT


@pytest.mark.parametrize("header", ["GZIP", " gzip ", "identity, gzip", ",gzip,", "X-Gzip"])
def test_a_header_is_read_as_rfc_9110_has_it(header: str) -> None:
    assert whole(gzip.compress(TEXT), header, len(TEXT)) == TEXT


@pytest.mark.parametrize("header", ["snappy", "gzip, snappy", "*", "gzip;q=1", "utf-8", "gzip br", "x-br", "compress"])
def test_another_coding_is_refused_before_anything_is_read(header: str) -> None:
    with pytest.raises(Rejected) as caught:
        decoded(stream([]), header, LIMIT)
    assert caught.value.reason is Reason.UNSUPPORTED_MEDIA_TYPE
    assert "gzip" in caught.value.detail


def test_more_than_three_codings_are_refused() -> None:
    with pytest.raises(Rejected) as caught:
        decoded(stream([]), "gzip, br, zstd, gzip", LIMIT)
    assert caught.value.reason is Reason.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_members_one_after_another_are_one_body(coding: str) -> None:
    body = b"".join(ENCODE[coding](part) for part in (b"", TEXT, b"", b"end"))
    assert whole(body, coding, len(TEXT) + 3) == TEXT + b"end"
    assert b"".join(pieces([body[at : at + 1] for at in range(len(body))], coding)) == TEXT + b"end"


@pytest.mark.parametrize("coding", ["deflate", "br"])
def test_these_codings_have_no_members(coding: str) -> None:
    body = ENCODE[coding](TEXT)
    with pytest.raises(Rejected) as caught:
        pieces([body, body], coding)
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_members_that_hold_next_to_nothing_are_not_read_forever(coding: str) -> None:
    error = refusal(ENCODE[coding](b"") * 10_000, coding)
    assert error.reason is Reason.MALFORMED
    assert "members" in error.detail


@every_shape
def test_a_body_that_ends_too_early_is_malformed(coding: str, encode: Callable[[bytes], bytes]) -> None:
    body = encode(TEXT)
    for length in (0, 1, 2, 5, len(body) // 2, len(body) - 1):
        error = refusal(body[:length], coding, len(TEXT))
        assert error.reason is Reason.MALFORMED
        assert error.detail == f"not {coding.removeprefix('x-')}: it ends too early"
        assert [one.pointer for one in error.errors] == [""]


@every_shape
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_bytes_after_the_end_are_malformed(coding: str, encode: Callable[[bytes], bytes], step: int) -> None:
    body = encode(TEXT) + b"more and more"
    with pytest.raises(Rejected, match=f"not {coding.removeprefix('x-')}: ") as caught:
        pieces([body[at : at + step] for at in range(0, len(body), step)], coding, len(TEXT))
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b'{"title": "t"}', b"\xff" * 100, b"\x1f\x8b" * 50, TEXT])
def test_what_is_not_in_its_coding_is_malformed(coding: str, body: bytes) -> None:
    error = refusal(body, coding, LIMIT)
    assert error.reason is Reason.MALFORMED
    assert error.detail.startswith(f"not {coding}: ")


def test_a_changed_byte_is_noticed() -> None:
    body = bytearray(gzip.compress(TEXT))
    body[-6] ^= 1
    assert refusal(bytes(body), "gzip").reason is Reason.MALFORMED


def test_a_window_over_8_mb_is_not_taken() -> None:
    wide: Mapping[int, int] = {zstd.CompressionParameter.window_log: 27}
    frame = zstd.ZstdCompressor(options=wide)
    assert refusal(frame.compress(TEXT) + frame.flush(), "zstd").reason is Reason.MALFORMED


@every_shape
@settings(deadline=None, max_examples=60)
@given(body=st.binary(max_size=300), position=st.integers(0, 10_000), length=st.integers(0, 20))
def test_a_damaged_body_is_read_or_refused(
    coding: str, encode: Callable[[bytes], bytes], body: bytes, position: int, length: int
) -> None:
    good = encode(TEXT)
    at = position % len(good)
    try:
        read = whole(good[:at] + body + good[at + length :], coding, LIMIT)
    except Rejected as error:
        assert error.reason in (Reason.MALFORMED, Reason.TOO_LARGE)  # noqa: PT017 - either outcome is right
    else:
        assert len(read) <= LIMIT


@pytest.mark.parametrize("coding", [None, *ENCODE])
def test_one_byte_over_the_limit_is_too_large(coding: str | None) -> None:
    body = ENCODE[coding](MB) if coding else MB
    assert len(whole(body, coding, len(MB))) == len(MB)
    error = refusal(body, coding, len(MB) - 1)
    assert error.reason is Reason.TOO_LARGE
    assert str(len(MB) - 1) in error.detail


@pytest.mark.parametrize("coding", [None, *ENCODE])
def test_pieces_have_at_most_64_kb(coding: str | None) -> None:
    body = ENCODE[coding](MB * 8) if coding else MB * 8
    read = pieces([body], coding)
    assert sum(map(len, read)) == 8 * len(MB)
    assert max(map(len, read)) <= PIECE_BYTES


async def test_a_bomb_is_not_read_to_its_end() -> None:
    passed = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal passed
        body = bomb("gzip")
        for at in range(0, len(body), 1000):
            passed += 1
            yield body[at : at + 1000]

    with pytest.raises(Rejected):
        async for _ in decoded(chunks(), "gzip", LIMIT):
            pass
    assert passed < 10


@pytest.mark.parametrize("outside", [(), ("gzip",), ("br", "zstd"), ("zstd", "br"), ("gzip", "gzip")])
@pytest.mark.parametrize("coding", list(ENCODE))
def test_10_gb_of_zeros_are_refused_in_bounded_memory(coding: str, outside: tuple[str, ...]) -> None:
    body = bomb(coding)
    for outer in outside:
        body = ENCODE[outer](body)
    tracemalloc.start()
    try:
        error = refusal(body, ", ".join((coding, *outside)), LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.reason is Reason.TOO_LARGE
    assert peak < LIMIT + 3 * PIECE_BYTES * (1 + len(outside))


@pytest.mark.parametrize("coding", list(ENCODE))
async def test_a_body_without_a_limit_takes_no_memory_of_its_own(coding: str) -> None:
    process = psutil.Process()
    resident = process.memory_info().rss
    read = highest = 0
    async for piece in decoded(stream([bomb(coding)]), coding, None):
        read += len(piece)
        highest = max(highest, process.memory_info().rss - resident)
        if read >= 300 << 20:
            break
    assert read >= 300 << 20
    assert highest < 40 << 20


@pytest.mark.parametrize("inner", ["gzip", "deflate", "zstd"])
def test_a_bomb_that_comes_to_nothing_is_refused_as_well(inner: str) -> None:
    nothing = {
        "gzip": gzip.compress(b""),
        "deflate": b"\x00\x00\x00\xff\xff",  # an empty block
        "zstd": b"\x50\x2a\x4d\x18\x00\x00\x00\x00",  # an empty skippable frame
    }
    body = gzip.compress(nothing[inner] * 2_000_000)
    assert refusal(body, f"{inner}, gzip", LIMIT).reason in (Reason.TOO_LARGE, Reason.MALFORMED)


async def test_others_have_their_turn_while_a_bomb_is_read() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counter = asyncio.create_task(count())
    async for _ in decoded(stream([zstd.compress(MB * 32)]), "zstd", None):
        pass
    counter.cancel()
    assert turns >= 16


@pytest.mark.parametrize("coding", list(ENCODE))
def test_what_cannot_be_compressed_still_fits_the_limit(coding: str) -> None:
    noise = random.Random(1).randbytes(100_000)
    body = ENCODE[coding](ENCODE[coding](noise))
    assert len(body) > len(noise)
    assert whole(body, f"{coding}, {coding}", len(noise)) == noise
