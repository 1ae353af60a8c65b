"""Wire formats: bytes into Submissions."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.native import read_native
from services.ingest.formats.page_text import read_page_text

BOM = b"\xef\xbb\xbf"


def body(**fields: Any) -> bytes:
    return orjson.dumps({"title": "t", "body": "b"} | fields)


def refusal(raw: bytes, given: dict[str, Any] | None = None) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read_native(raw, given or {})
    return caught.value


@pytest.mark.parametrize(
    ("pointer", "fields"),
    [
        ("/title", {"title": None}),
        ("/title", {"title": False}),
        ("/title", {"title": ["t"]}),
        ("/title", {"title": "a\x00b"}),
        ("/body", {"body": None}),
        ("/body", {"body": {}}),
        ("/body", {"body": "a\x00"}),
        ("/id", {"id": ""}),
        ("/id", {"id": "  "}),
        ("/id", {"id": "x" * 1001}),
        ("/id", {"id": True}),
        ("/url", {"url": "x" * 4097}),
        ("/url", {"url": []}),
        ("/summary", {"summary": []}),
        ("/source", {"source": "x" * 1001}),
        ("/section", {"section": {}}),
        ("/authors", {"authors": {"name": "Ada"}}),
        ("/authors", {"authors": ["x"] * 201}),
        ("/authors/1", {"authors": ["Ada", None]}),
        ("/authors/0", {"authors": [["Ada"]]}),
        ("/tags/2", {"tags": ["a", "b", {}]}),
        ("/tags/0", {"tags": ["a\x00"]}),
        ("/tags", {"tags": 7.5}),
        ("/language", {"language": "english"}),
        ("/language", {"language": ""}),
        ("/published_at", {"published_at": 1769850000}),
        ("/published_at", {"published_at": "soon"}),
        ("/updated_at", {"updated_at": True}),
        ("/version", {"version": 0}),
        ("/version", {"version": "one"}),
        ("/version", {"version": 1.5}),
        ("/version", {"version": 2**53 + 1}),
        ("/embargoed_until", {"embargoed_until": {}}),
        ("/expires_at", {"expires_at": "2026-02-30"}),
    ],
)
def test_a_field_that_cannot_be_used_is_pointed_at(pointer: str, fields: dict[str, Any]) -> None:
    error = refusal(body(**fields))
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == [pointer]
    assert pointer in error.detail
    assert not error.errors[0].detail.startswith("Value error")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    error = refusal(body(title=[], version=0, tags=["a", "b", {}], expires_at="never", language="??"))
    assert [one.pointer for one in error.errors] == ["/tags/2", "/language", "/version", "/expires_at", "/title"]


def test_title_and_body_are_both_missed() -> None:
    assert [one.pointer for one in refusal(b"{}").errors] == ["/title", "/body"]


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("mood", "/mood"),
        ("a/b~c", "/a~1b~0c"),
        ("", "/"),
        ("Title", "/Title"),
        ("from_page", "/from_page"),
        ("日", "/日"),
    ],
)
def test_an_unknown_field_is_a_warning(name: str, pointer: str) -> None:
    submission, warnings = read_native(body(**{name: True}), {})
    assert [warning.pointer for warning in warnings] == [pointer]
    assert submission.title == "t"
    assert submission.from_page is False


def test_known_fields_alone_give_no_warning() -> None:
    everything = {
        "id": "1",
        "url": "https://e.example/",
        "summary": "s",
        "authors": ["Ada"],
        "source": "Quay",
        "section": "North",
        "tags": ["a"],
        "language": "en",
        "published_at": "2026-01-31",
        "updated_at": "2026-01-31",
        "version": 1,
        "embargoed_until": "2026-01-31",
        "expires_at": "2026-01-31",
    }
    submission, warnings = read_native(body(**everything), {})
    assert warnings == []
    assert (submission.id, submission.authors, submission.version) == ("1", ("Ada",), 1)


@pytest.mark.parametrize("name", ["id", "url", "summary", "authors", "tags", "language", "published_at", "version"])
def test_null_is_the_same_as_absent(name: str) -> None:
    assert read_native(body(**{name: None}), {}) == read_native(body(), {})


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(b"[]", "a list"), (b'"t"', "a text"), (b"null", "null"), (b"true", "a truth value"), (b"1", "number")],
)
def test_what_is_not_an_object_is_refused_as_a_whole(raw: bytes, kind: str) -> None:
    error = refusal(raw)
    assert error.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in error.errors] == [""]
    assert kind in error.detail


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"",
            b" ",
            b"{",
            b"title=t",
            b"NaN",
            b'{"title":NaN,"body":"b"}',
            b'{"title":"t","body":"b","version":Infinity}',
        ),
        *(b'{"title":"\\ud800","body":"b"}', b'{"title":"\\udc00\\ud800","body":"b"}', b'{"title":"\xff","body":"b"}'),
        *(b'{"title":"\xed\xa0\x80","body":"b"}', b'{"title":"t","body":"b"} {}', b"{'title':'t'}", b"[" * 100_000),
        *(b'{"title":"t","body":"a\x00b"}', b'{"title":"t",}', b"\x00", "{}".encode("utf-16"), BOM, BOM + BOM + b"{}"),
    ],
)
def test_what_is_not_json_in_utf_8_is_malformed(raw: bytes) -> None:
    error = refusal(raw)
    assert error.reason is Reason.MALFORMED
    assert [one.pointer for one in error.errors] == [""]


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    assert read_native(BOM + body(), {}) == read_native(body(), {})


def test_a_pair_of_surrogate_escapes_is_one_character() -> None:
    assert read_native(b'{"title":"\\ud83d\\ude00","body":"b"}', {})[0].title == "😀"


def test_query_parameters_fill_what_the_json_does_not_say() -> None:
    submission, warnings = read_native(body(section="North"), {"section": "South", "language": "fr", "mood": "calm"})
    assert (submission.section, submission.language) == ("North", "fr")
    assert [warning.pointer for warning in warnings] == ["/mood"]


@settings(deadline=None)
@given(st.binary(max_size=100) | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_whatever_the_bytes_they_are_read_or_rejected(raw: bytes) -> None:
    try:
        read_native(raw, {})
    except Rejected as error:
        pointers = [one.pointer for one in error.errors]
    else:
        pointers = ["/read"]
    assert pointers


@settings(deadline=None)
@given(
    st.binary(max_size=100), st.sampled_from(["utf-8", "ascii", "latin-1", "utf-16", "utf-7", "shift_jis", "klingon"])
)
def test_whatever_the_bytes_of_a_page_they_are_read_or_rejected(raw: bytes, charset: str) -> None:
    try:
        submission, _ = read_page_text(raw, charset, {})
    except Rejected as error:
        text = error.detail
    else:
        text = submission.body.encode().decode() or "empty"
    assert text


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("Fährt".encode(), "utf-8", "Fährt"),
        ("Fährt".encode("latin-1"), "iso-8859-1", "Fährt"),
        ("東京".encode("shift_jis"), "shift_jis", "東京"),
        ("“x”".encode("cp1252"), "windows-1252", "“x”"),
        (b"", "utf-8", ""),
    ],
)
def test_a_page_is_read_in_its_charset(raw: bytes, charset: str, text: str) -> None:
    submission, warnings = read_page_text(raw, charset, {})
    assert (submission.title, submission.body, submission.from_page) == ("", text, True)
    assert warnings == []


@pytest.mark.parametrize(
    ("raw", "charset"),
    [(b"\xff", "utf-8"), (b"\xe4", "ascii"), (b"x", "klingon"), (b"x", "hex"), (b"x", "utf-16"), (b"x", "rot13")],
)
def test_a_page_that_is_not_text_in_its_charset_is_malformed(raw: bytes, charset: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_page_text(raw, charset, {})
    assert caught.value.reason is Reason.MALFORMED
    assert [one.pointer for one in caught.value.errors] == [""]
    assert charset in caught.value.detail


def test_the_fields_of_a_page_come_beside_it() -> None:
    given = {"title": "T", "tags": ["a"], "body": "other", "mood": "calm", "version": "3"}
    submission, warnings = read_page_text(b"page", "utf-8", given)
    assert (submission.title, submission.body, submission.tags, submission.version) == ("T", "page", ("a",), 3)
    assert [warning.pointer for warning in warnings] == ["/mood"]


@pytest.mark.parametrize(
    ("name", "value"), [("version", "0"), ("language", "english"), ("published_at", "soon"), ("id", "")]
)
def test_a_bad_field_beside_a_page_is_pointed_at(name: str, value: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_page_text(b"page", "utf-8", {name: value})
    assert [one.pointer for one in caught.value.errors] == [f"/{name}"]


@pytest.mark.parametrize("raw", [b"a\x00b"])
def test_a_page_with_a_nul_is_refused(raw: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        read_page_text(raw, "utf-8", {})
    assert [one.pointer for one in caught.value.errors] == ["/body"]
