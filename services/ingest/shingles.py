"""What a text is made of, as a few hundred bytes that tell whether another text is much the same: pure functions.

Sketches are bottom-k samples (Broder 1997): of all hashes the smallest, so that two sketches sample the same things.
"""

import re
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

ALIKE = 0.7
"""The least likeness of copies: three words in ten may have been replaced where most numbers still agree."""

_MOST_CHARACTERS = 20_000
_FEWEST_PAIRS = 12
_SAMPLE, _NUMBERS, _ANCHORS = 48, 16, 12
_TELLING_NUMBERS = 8
_SORTED_AT_ONCE = 4
_ABOVE_ALL = 1 << 16
_BLANK = bytes(code if code >= 128 or chr(code).isalnum() else 32 for code in range(256))
_DIGITS = bytes(code if chr(code) in "0123456789" else 32 for code in range(256))
_LONG_WORD = re.compile(rb"[^ ]{4,}")
_MARKS = re.compile(rb"\xe2[\x80-\x84].|\xc2.", re.DOTALL)
"""Quotes, dashes, blanks and signs beyond ASCII, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Samples of a text's words, pairs of neighbouring words and numbers, as ascending 16-bit hashes.

    `anchors` are the smallest hashes of pairs in 32 bits: copies share some, other texts hardly ever one.
    """

    words: tuple[int, ...]
    pairs: tuple[int, ...]
    numbers: tuple[int, ...]
    anchors: tuple[int, ...] = ()


def sketch(text: str) -> Sketch | None:
    """The text's sketch; None where a dozen pairs of words are not there, too little to compare.

    Only the first 20,000 characters count. Words of up to three bytes and single digits do not; where words are not
    set apart (Japanese, Chinese, Thai), characters and triples of them stand for words and pairs.
    """
    low = text[:_MOST_CHARACTERS].lower()
    raw = low.encode()
    if len(raw) > 2 * len(low):
        low = unicodedata.normalize("NFKC", low)
        raw, tokens = low.encode(), [character.encode() for character in low if character.isalnum()]
        words = list(map(crc32, tokens))
        pairs = set(map(crc32, tokens[2:], map(crc32, tokens[1:], words)))
    else:
        raw = raw if len(raw) == len(low) else _MARKS.sub(b" ", raw)
        tokens = _LONG_WORD.findall(raw.translate(_BLANK))
        words = list(map(crc32, tokens))
        pairs = set(map(crc32, tokens[1:], words))
    if len(pairs) < _FEWEST_PAIRS:
        return None
    figures = raw.replace(b".", b"").replace(b",", b"").translate(_DIGITS).split()
    numbers = {crc32(number) for number in figures if len(number) > 1}
    least = _least(pairs, _SAMPLE)
    return Sketch(
        _short(_least(set(words), _SAMPLE)),
        _short(least),
        _short(_least(numbers, _NUMBERS)),
        tuple(least[:_ANCHORS]),
    )


def likeness(one: Sketch, other: Sketch) -> float:
    """How much two texts say the same: 2 for the same words in the same order, rarely above 0.5 for any two others.

    Where more than a quarter of the numbers differ, in the text that has fewer, that takes up to 2.25: so reports that
    come with the same words every week stay apart, and copies that were cut do not. Where the words alone say less than
    ALIKE, numbers are not looked at.
    """
    alike = _common(one.words, other.words) + _common(one.pairs, other.pairs)
    if alike < ALIKE:
        return alike
    shared, fewer, _ = _overlap(one.numbers, other.numbers, _NUMBERS)
    differing = max(0.0, 0.75 - shared / fewer) if fewer else 0.0
    weight = 3 * min(fewer, _TELLING_NUMBERS) / _TELLING_NUMBERS
    return alike - weight * differing


def packed(made: Sketch) -> bytes:
    """The sketch without its anchors, at most 227 bytes."""
    parts = (made.words, made.pairs, made.numbers)
    hashes = [value for part in parts for value in part]
    return struct.pack(f">3B{len(hashes)}H", *map(len, parts), *hashes)


def unpacked(raw: bytes) -> Sketch:
    """The sketch that was packed, without anchors."""
    words, pairs, _ = raw[:3]
    hashes = struct.unpack_from(f">{len(raw) // 2 - 1}H", raw, 3)
    return Sketch(hashes[:words], hashes[words : words + pairs], hashes[words + pairs :])


def _least(hashes: set[int], most: int) -> list[int]:
    """The smallest hashes, ascending. As they are spread evenly, twice as many as are wanted are enough to sort."""
    if len(hashes) < _SORTED_AT_ONCE * most:
        return sorted(hashes)[:most]
    bound = (2 * most << 32) // max(1, len(hashes))
    few = sorted([value for value in hashes if value < bound])
    return few[:most] if len(few) >= most else sorted(hashes)[:most]


def _short(hashes: Sequence[int]) -> tuple[int, ...]:
    """The upper halves, so that they stay the smallest."""
    return tuple([value >> 16 for value in hashes])


def _common(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of all that either text has which both have."""
    shared, fewer, more = _overlap(one, other, _SAMPLE)
    return shared / (fewer + more - shared) if more else 0.0


def _overlap(one: Sequence[int], other: Sequence[int], most: int) -> tuple[int, int, int]:
    """How many both have, how many the one with fewer has, and the other, below where a full sample ends."""
    ends = _ABOVE_ALL
    if len(one) == most:
        ends = one[-1]
    if len(other) == most:
        ends = min(ends, other[-1])
    ours, theirs = set(one[: bisect_right(one, ends)]), set(other[: bisect_right(other, ends)])
    return len(ours & theirs), min(len(ours), len(theirs)), max(len(ours), len(theirs))
