"""What came in, bounded, and as what it says it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import Reason
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.read import Given, read_items
from services.ingest.receive import (
    ContentType,
    content_type,
    given_fields,
    read_lines,
    read_whole,
)

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


def the_one(kind: ContentType, body: bytes, given: dict[str, object]) -> Submission:
    (item,) = read_items(kind, body, Given(given, NOW)).items
    assert isinstance(item.content, Submission)
    return item.content


async def stream(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def never() -> AsyncIterator[bytes]:
    raise AssertionError("nothing may be read of this body")
    yield b""


def lines(chunks: list[bytes], limit: int = 1000) -> list[bytes | None]:
    async def read() -> list[bytes | None]:
        return [line async for line in read_lines(stream(chunks), limit)]

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("header", "name", "charset"),
    [
        (None, "", "utf-8"),
        ("", "", "utf-8"),
        ("application/json", "application/json", "utf-8"),
        ("APPLICATION/JSON", "application/json", "utf-8"),
        (" application/json ;charset=utf-8", "application/json", "utf-8"),
        ("text/plain; charset=ISO-8859-1", "text/plain", "iso-8859-1"),
        ("Text/Plain; Charset=Shift_JIS", "text/plain", "shift_jis"),
        ('text/plain; charset="windows-1252"', "text/plain", "windows-1252"),
        ("text/plain; format=flowed; charset=latin1", "text/plain", "latin1"),
        ("text/plain; format=flowed", "text/plain", "utf-8"),
        ("text/plain; charset=", "text/plain", "utf-8"),
        ("text/plain;", "text/plain", "utf-8"),
        (";;;", "", "utf-8"),
    ],
)
def test_a_content_type_is_read(header: str | None, name: str, charset: str) -> None:
    assert content_type(header) == ContentType(name, charset)


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ([], {}),
        ([("title", "A")], {"title": "A"}),
        ([("title", "A"), ("title", "B")], {"title": "B"}),
        ([("tags", "a")], {"tags": ["a"]}),
        ([("tags", "a,b")], {"tags": ["a", "b"]}),
        ([("tags", "a"), ("tags", "b,c")], {"tags": ["a", "b", "c"]}),
        ([("tags", "a,,b, ,")], {"tags": ["a", "b"]}),
        ([("authors", "Ada"), ("authors", "Bo")], {"authors": ["Ada", "Bo"]}),
        ([("republish", "true"), ("id", "1")], {"id": "1"}),
        ([("section", "a,b")], {"section": "a,b"}),
        ([("unknown", "x")], {"unknown": "x"}),
    ],
)
def test_query_parameters_are_native_fields(query: list[tuple[str, str]], given: dict[str, object]) -> None:
    assert given_fields(query) == given


@pytest.mark.parametrize("name", ["", "image/png", "application/octet-stream", "text/csv", "application/json5", "*/*"])
def test_another_content_type_is_not_taken(name: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_items(ContentType(name, "utf-8"), b"{}", Given({}, NOW))
    assert caught.value.reason is Reason.UNSUPPORTED_MEDIA_TYPE
    assert "application/json" in caught.value.detail


def test_a_body_is_read_by_its_content_type() -> None:
    json = the_one(ContentType("application/json", "utf-8"), b'{"title":"t","body":"b"}', {})
    page = the_one(ContentType("text/plain", "utf-8"), b"b", {"title": "t"})
    assert (json.title, json.body, json.from_page) == ("t", "b", False)
    assert (page.title, page.body, page.from_page) == ("t", "b", True)


@pytest.mark.parametrize("chunks", [[], [b""], [b"abcde"], [b"ab", b"cde"], [b"a", b"", b"bcde"]])
@pytest.mark.parametrize("announced", [None, "", "5", "0", "many", "-1"])
async def test_a_body_within_the_limit_is_read_whole(chunks: list[bytes], announced: str | None) -> None:
    assert await read_whole(stream(chunks), announced, 5) == b"".join(chunks)


@pytest.mark.parametrize("chunks", [[b"abcdef"], [b"abc", b"def"], [b"abcde", b"f"]])
@pytest.mark.parametrize("announced", [None, "1", "5"])
async def test_a_body_over_the_limit_is_refused(chunks: list[bytes], announced: str | None) -> None:
    with pytest.raises(Rejected) as caught:
        await read_whole(stream(chunks), announced, 5)
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("announced", ["6", "1000000", "9" * 100])
async def test_a_body_that_announces_too_much_is_not_read_at_all(announced: str) -> None:
    with pytest.raises(Rejected) as caught:
        await read_whole(never(), announced, 5)
    assert caught.value.reason is Reason.TOO_LARGE


async def test_a_body_over_the_limit_is_not_read_further() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"abcdef"
        raise AssertionError("read on after the limit")

    with pytest.raises(Rejected):
        await read_whole(chunks(), None, 5)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", []),
        (b"\n", []),
        (b"\n\n \n\t\r\n", []),
        (b"a", [b"a"]),
        (b"a\n", [b"a"]),
        (b"a\nb", [b"a", b"b"]),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\r\nb\r\n", [b"a", b"b"]),
        (b"a\n\n\nb", [b"a", b"b"]),
        (b"a\n \nb\n\t", [b"a", b"b"]),
        (b'{"a": "b c"}\n', [b'{"a": "b c"}']),
        ("日本\n東京".encode(), ["日本".encode(), "東京".encode()]),
        (b"a\x0bb\x0c\x85", [b"a\x0bb\x0c\x85"]),
    ],
)
def test_lines_are_told_apart(body: bytes, expected: list[bytes]) -> None:
    assert lines([body]) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"abcd\n", [b"abcd"]),
        (b"abcd", [b"abcd"]),
        (b"abcde\n", [None]),
        (b"abcde", [None]),
        (b"abcde\nfg\n", [None, b"fg"]),
        (b"fg\nabcdefghijklmnop\nhi", [b"fg", None, b"hi"]),
        (b"abcde\nabcdef\n", [None, None]),
        (b"abcdefgh\n\n\nhi", [None, b"hi"]),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 3, 5, 100])
def test_an_over_long_line_is_none_once_and_the_next_line_is_fine(
    body: bytes, expected: list[bytes | None], step: int
) -> None:
    assert lines([body[at : at + step] for at in range(0, len(body), step)], 4) == expected


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text("ab \r\n", max_size=60).map(str.encode), st.integers(1, 12), st.data())
def test_chunk_boundaries_anywhere_give_the_same_lines(body: bytes, limit: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    chunks = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert b"".join(chunks) == body
    assert lines(chunks, limit) == lines([body], limit)


@settings(deadline=None)
@given(st.lists(st.text("abc", min_size=1, max_size=9).map(str.encode), max_size=8), st.sampled_from([b"\n", b"\n\n"]))
def test_every_line_is_answered_once_and_in_order(words: list[bytes], end: bytes) -> None:
    assert lines([end.join(words)], 5) == [word if len(word) <= 5 else None for word in words]
