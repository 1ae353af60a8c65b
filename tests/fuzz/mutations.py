"""Valid samples changed at random: by bytes, by JSON values, by XML tags. Nobody knows whether they are still valid."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson

from tests.fuzz.samples import CONTENT_TYPES, Samples

STRINGS = (
    *(
        "",
        " ",
        "\0",
        "\n",
        "\x1b[31m",
        "\ufeff",
        "\u200b",
        "\u202e",
        "e\u0301" * 500,
        "\ufffe",
        "👩‍👩‍👧",
        "İ",
        "ﬃ",
        "ß" * 300,
    ),
    *(
        "0",
        "-1",
        "1e400",
        "١٢٣",
        "²",
        "Ⅷ",
        "１２",
        "NaN",
        "null",
        "true",
        "[]",
        "{}",
        "x" * 5_000,
        "a " * 3_000,
        "https://",
    ),
    *("2026-13-45T99:99:99", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-01-31T09:00:00+99:99"),
    *(
        "Sat, 31 Jan 2026 09:00:00 +9999",
        "Thu, 32 Foo 2026",
        "31.1.2026",
        "20260131T090000",
        "1769850000",
        "2026-W05-6",
    ),
    *("http://[::1", "http://a:b@c:99999/%", "http://xn--/", "http://a..b/", "https://quay.example/é?%ff"),
    *(
        "javascript:x",
        "//cdn.example/a",
        "urn:uuid:",
        "../..",
        "%00",
        "medtop:20000344",
        "stat:canceled",
        "sig:correction",
    ),
    *("&#0;", "&#xD800;", "&a;", "<![CDATA[", "]]>", "<!--", "<p>", "<script>x</script>", "</x>", "<" * 500, "&" * 500),
    *("en", "en-US-x-" + "a" * 80, "klingon", "zh_Hant_TW", "deleted", "https://schema.org", "NewsArticle", "h-entry"),
)
NUMBERS = (0, -1, 1, 7, 0.5, -0.0, 1e308, 5e-324, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 10**30, 1769850000, 1e16)
_TAG = re.compile(rb"</?[A-Za-z][\w:.-]*")
_VALUE = re.compile(rb"\"[^\"<>]{0,200}\"|>[^<>]{1,200}<")
_CHARSETS = (
    "utf-8",
    "latin-1",
    "utf-16",
    "shift_jis",
    "gb18030",
    "big5",
    "koi8-r",
    "utf-7",
    "us-ascii",
    "x",
    "iso-2022-jp",
)
_QUERY = "title body id url language version published_at tags authors section urgency genre summary unknown".split()
_MOST_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Mutation:
    """A changed sample as it is posted."""

    damage: str
    body: bytes
    content_type: str
    query: str = ""

    def headers(self) -> dict[str, str]:
        """Its header fields."""
        return {"Content-Type": self.content_type}


def mutations(samples: Samples, seed: int, count: int) -> Iterator[Mutation]:
    """This many, the same for the same seed."""
    random = Random(seed)
    for _ in range(count):
        yield _mutation(random, samples)


def _mutation(random: Random, samples: Samples) -> Mutation:
    kind = random.choices(("json", "xml", "html", "ndjson", "text", "form"), (40, 30, 15, 5, 5, 5))[0]
    body, names = samples.any(random, kind), []
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        name = random.choice(_OWN[kind] if kind in _OWN and random.random() < 0.6 else _BY_BYTES)
        body = _CHANGES[name](random, body, samples)[:_MOST_BYTES]
        names.append(name)
    posted_as = kind if random.random() < 0.9 else random.choice(tuple(CONTENT_TYPES))
    content_type = random.choice(CONTENT_TYPES[posted_as])
    if random.random() < 0.1:
        content_type = f"{content_type.partition(';')[0]}; charset={random.choice(_CHARSETS)}"
    return Mutation(f"{kind}: {names[-1]}", body, content_type, _query(random))


def _query(random: Random) -> str:
    """Native fields beside the body, now and then."""
    if random.random() > 0.1:
        return ""
    return "?" + urlencode({random.choice(_QUERY): random.choice(STRINGS)[:300]})


def _flip(random: Random, body: bytes, _: Samples) -> bytes:
    changed = bytearray(body or b" ")
    for _number in range(random.randint(1, 8)):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _slice(random: Random, body: bytes) -> tuple[int, int]:
    start = random.randrange(len(body) + 1)
    return start, min(len(body), start + random.choice((1, 4, 30, 200, 2_000)))


def _removed(random: Random, body: bytes, _: Samples) -> bytes:
    start, end = _slice(random, body)
    return body[:start] + body[end:]


def _repeated(random: Random, body: bytes, _: Samples) -> bytes:
    start, end = _slice(random, body)
    return body[:end] + body[start:end] * random.choice((1, 2, 10, 300)) + body[end:]


def _spliced(random: Random, body: bytes, samples: Samples) -> bytes:
    """A slice of a sample of any format in place of one of this."""
    other = samples.any(random, random.choice(("json", "xml", "html", "text")))
    (start, end), (first, last) = _slice(random, body), _slice(random, other)
    return body[:start] + other[first:last] + body[end:]


def _inserted(random: Random, body: bytes, _: Samples) -> bytes:
    at = random.randrange(len(body) + 1)
    words = random.choice(STRINGS).encode("utf-8", "surrogatepass")
    return body[:at] + random.choice((words, random.randbytes(random.randint(1, 20)))) + body[at:]


def _value(random: Random, body: bytes, samples: Samples) -> bytes:
    """One JSON value, or its key, changed; bytes where it is no JSON any more."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _flip(random, body, samples)
    text = json.dumps(_changed(random, value, samples), ensure_ascii=random.random() < 0.5)
    return text.encode("utf-8", "replace")


def _changed(random: Random, value: Any, samples: Samples) -> Any:
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(list(value))
        rest = {name: one for name, one in value.items() if name != key}
        match random.randrange(6):
            case 0:
                return rest
            case 1:
                return {**rest, random.choice((*samples.keys, *STRINGS)): value[key]}
            case _:
                return {**rest, key: _changed(random, value[key], samples)}
    if isinstance(value, list) and value and random.random() < 0.85:
        at = random.randrange(len(value))
        again = random.choice((0, 1, 1, 1, 2))
        return [*value[:at], *[_changed(random, value[at], samples)] * again, *value[at + 1 :]]
    return _other(random, value)


def _other(random: Random, value: Any) -> Any:
    """Anything else in place of a value."""
    others: tuple[Any, ...] = (None, True, False, [], {}, [value], {"value": value}, [[value]], {"@value": value})
    many = [value] * (3 if isinstance(value, dict | list) else 300)
    return random.choice((random.choice(STRINGS), random.choice(NUMBERS), random.choice(others), many))


def _tag(random: Random, body: bytes, samples: Samples) -> bytes:
    """One tag's name replaced by another's, of this or another sample."""
    other = samples.any(random, "xml") if random.random() < 0.5 else body
    here, there = list(_TAG.finditer(body)), _TAG.findall(other)
    if not here or not there:
        return _flip(random, body, samples)
    found = random.choice(here)
    name: bytes = random.choice(there)
    return body[: found.start()] + name + body[found.end() :]


def _content(random: Random, body: bytes, samples: Samples) -> bytes:
    """The text of one element, or one attribute's value, replaced."""
    found = list(_VALUE.finditer(body))
    if not found:
        return _flip(random, body, samples)
    one = random.choice(found)
    words = random.choice(STRINGS).encode("utf-8", "replace")
    return body[: one.start() + 1] + words + body[one.end() - 1 :]


Change = Callable[[Random, bytes, Samples], bytes]
_CHANGES: dict[str, Change] = {
    "bits flipped": _flip,
    "a slice removed": _removed,
    "a slice repeated": _repeated,
    "a slice of another": _spliced,
    "something inserted": _inserted,
    "a value changed": _value,
    "a tag renamed": _tag,
    "a content changed": _content,
}
_BY_BYTES = tuple(_CHANGES)[:5]
_OWN = {"json": ("a value changed",), **dict.fromkeys(("xml", "html"), ("a tag renamed", "a content changed"))}
