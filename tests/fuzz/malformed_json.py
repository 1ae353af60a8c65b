"""JSON that is certainly no article in any JSON format."""

from collections.abc import Callable
from random import Random
from typing import Any

import orjson

from tests.fuzz import documents
from tests.fuzz.damage import Case, Damage, of_kind
from tests.fuzz.samples import Samples

_SLOT = "here-stands-the-token"
_NUMBERS = b"NaN Infinity -Infinity nan inf +1 .5 1. 01 0x1f --1 1e 1e+ 1_000 -".split(b" ")
_WORDS = b"None True undefined nul tru fals @ $x new'a' //c /**/".split(b" ")
_SURROGATES = (rb'"\ud800"', rb'"a \udfff b"', rb'"\ud83d\u0041"', rb'"\uDC00\uD800"', rb'"cut \ud83d"', rb'"\udbff\n"')
_ESCAPES = (rb'"\x41"', rb'"\u12"', rb'"\u12G4"', rb'"\a"', rb'"\0"', rb'"\U0001F600"', rb'"\'"', b'"\\')
_NOT_UTF_8 = (
    *(b"\xff", b"\xfe", b"\xc3", b"\xe9t\xe9", b"\x80", b"\xc3(", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80"),
    *(b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xe2\x82", b"\xf0\x9f\x98", b"\x93quoted\x94"),
)
_CHARSETS = (
    *("utf-16", "utf-16le", "utf-16be", "utf-32", "utf-7", "x-harbor", "rot13", "hex", "base64", "unicode_escape"),
    *("idna", "punycode", "undefined", "cp037", "cp500", "zlib", "none", "8", "utf-9"),
)
_NO_OBJECTS = (
    b"null",
    b"true",
    b"7",
    b'"title"',
    b"[]",
    b"{}",
    b"[1,2]",
    b'["a"]',
    b"[null]",
    b"[[]]",
    b"[[{}]]",
    b"[{}, 7]",
)
_NOTHING = (b"", b" ", b"\n\n", b"\t", b"\xef\xbb\xbf", b"\x00", b"\xef\xbb\xbf \r\n")


def _cut(random: Random, samples: Samples) -> Case:
    whole = samples.any(random, "json").rstrip()
    return of_kind(random, "json", whole[: random.randrange(len(whole))])


def _token(*tokens: bytes) -> Damage:
    """A damage that puts one of these tokens where a value stood."""

    def damage(random: Random, samples: Samples) -> Case:
        return of_kind(random, "json", _with_token(random, samples, random.choice(tokens)))

    return damage


def _with_token(random: Random, samples: Samples, token: bytes) -> bytes:
    value = (
        orjson.loads(samples.any(random, "json")) if random.random() < 0.5 else random.choice(documents.JSON)(random)
    )
    return orjson.dumps(_slotted(random, value)).replace(f'"{_SLOT}"'.encode(), token, 1)


def _slotted(random: Random, value: Any) -> Any:
    """The value with a slot in place of something in it."""
    if isinstance(value, dict) and value:
        key = random.choice(list(value))
        return {**value, key: _slotted(random, value[key])}
    if isinstance(value, list) and value:
        at = random.randrange(len(value))
        return [*value[:at], _slotted(random, value[at]), *value[at + 1 :]]
    return _SLOT


def _control(random: Random, samples: Samples) -> Case:
    token = b'"a' + bytes([random.randrange(0x20)]) + b'b"'
    return of_kind(random, "json", _with_token(random, samples, token))


def _not_utf_8(random: Random, samples: Samples) -> Case:
    token = b'"a' + random.choice(_NOT_UTF_8) + b'"'
    charset = random.choice((None, "utf-8"))
    return of_kind(random, "json", _with_token(random, samples, token), charset)


def _wrong_charset(random: Random, _: Samples) -> Case:
    if random.random() < 0.2:
        value = {**documents.native(random), "section": "Häfen"}
        return of_kind(random, "json", orjson.dumps(value), random.choice(("us-ascii", "ascii")))
    return of_kind(random, "json", orjson.dumps(random.choice(documents.JSON)(random)), random.choice(_CHARSETS))


_SYNTAX: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: raw[:-1] + b",}",
    lambda raw: raw.replace(b",", b",,", 1),
    lambda raw: raw.replace(b":", b"=", 1),
    lambda raw: raw.replace(b":", b"", 1),
    lambda raw: raw.replace(b'"', b"'"),
    lambda raw: b"// article\n" + raw,
    lambda raw: raw[:-1] + b"/* end */}",
    lambda raw: raw + raw,
    lambda raw: raw + b"]",
    lambda raw: b"[" + raw,
    lambda raw: b"[" + raw + b",]",
    lambda raw: b"callback(" + raw + b");",
    lambda raw: b"\x1e" + raw,
    lambda raw: raw.replace(b'"', b"", 2),
    lambda raw: raw + b"\x00",
    lambda raw: b")]}'\n" + raw,
)


def _syntax(random: Random, _: Samples) -> Case:
    raw = orjson.dumps(random.choice(documents.JSON)(random))
    return of_kind(random, "json", random.choice(_SYNTAX)(raw))


def _deep(random: Random, _: Samples) -> Case:
    depth = 100_000 if random.random() < 0.02 else random.randint(1_100, 4_000)
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"items":', b"}]")))
    nested = opening * depth + b"1" + closing * depth
    inside = orjson.dumps({**documents.native(random), "extra": _SLOT}).replace(f'"{_SLOT}"'.encode(), nested)
    return of_kind(random, "json", random.choice((nested, inside)))


def _no_object(random: Random, _: Samples) -> Case:
    return of_kind(random, "json", random.choice((*_NO_OBJECTS, *_NOTHING)))


def _large(random: Random, _: Samples) -> Case:
    """Ten million signs on one line, or as many as a body may have and a text may not."""
    size = random.choice((9_900_000, 9_900_000, 10_000_001))
    field = random.choice((b'{"title":"t","body":"', b'{"body":"b","title":"', b'[{"title":"t","body":"b","summary":"'))
    return of_kind(random, "json", field + b"x" * (size - 40) + (b'"}]' if field[:1] == b"[" else b'"}'))


def _lines(random: Random, samples: Samples) -> Case:
    damaged = (_token(*_NUMBERS), _token(*_SURROGATES), _control, _not_utf_8, _no_object)
    bodies = [random.choice(damaged)(random, samples).body for _ in range(random.randint(1, 6))]
    ending = random.choice((b"\n", b"\r\n", b"\n\n"))
    return of_kind(random, "ndjson", ending.join(bodies) + random.choice((b"", ending)))


DAMAGES: dict[str, Damage] = {
    "json: cut off": _cut,
    "json: not a number": _token(*_NUMBERS),
    "json: not a value": _token(*_WORDS),
    "json: lone surrogate": _token(*_SURROGATES),
    "json: wrong escape": _token(*_ESCAPES),
    "json: raw control character": _control,
    "json: not UTF-8": _not_utf_8,
    "json: wrong charset": _wrong_charset,
    "json: syntax": _syntax,
    "json: nested too deep": _deep,
    "json: no object": _no_object,
    "ndjson: every line broken": _lines,
}
RARE: dict[str, Damage] = {"json: 10 MB on a line": _large}
