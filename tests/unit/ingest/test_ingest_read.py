"""From bytes to items: whatever the bytes are, items or a refusal with a pointer come out, and nothing else."""

import gc
import json
import weakref
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.posted import Item, Reading
from services.ingest.read import Given, read_items
from services.ingest.receive import content_type
from tests.fuzz.mutations import STRINGS, mutations
from tests.fuzz.samples import CONTENT_TYPES, load

NOW = datetime(2026, 1, 31, tzinfo=UTC)
SAMPLES = load()
FAMILIES = (*(names[0] for names in CONTENT_TYPES.values()), "multipart/form-data; boundary=x")
STARTS = (
    b"",
    b"{",
    b'{"items":[',
    b"<rss><channel><item>",
    b"<feed><entry>",
    b"<urlset><url>",
    b"<nitf>",
    b"<newsItem>",
)
JSON, LINES, XML, HTML = "application/json", "application/x-ndjson", "application/xml", "text/html"
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
UNREADABLE = {
    "JSON that is cut off": (JSON, b'{"title": "t", "bo'),
    "a number that is none": (JSON, b'{"title": NaN, "body": "b"}'),
    "a lone surrogate": (JSON, rb'{"title": "\ud800", "body": "b"}'),
    "a raw control character": (JSON, b'{"title": "a\x01b", "body": "b"}'),
    "a trailing comma": (JSON, b'{"title": "t", "body": "b",}'),
    "JSON not in UTF-8": (JSON, b'{"title": "\xff", "body": "b"}'),
    "JSON not in its charset": ("application/json; charset=utf-16", b'{"title": "t", "body": "b"}'),
    "a charset that is none": ("application/json; charset=rot13", b'{"title": "t", "body": "b"}'),
    "JSON nested 2,000 deep": (JSON, b'{"title": "t", "body": "b", "x": ' + b"[" * 2000 + b"]" * 2000 + b"}"),
    "nothing": (JSON, b""),
    "a broken line": (LINES, b'{"title": "t"'),
    "a feed that is cut off": ("application/rss+xml", b"<rss><channel><item><title>t"),
    "tags that do not match": (XML, b"<nitf><body></nitf>"),
    "entities": (XML, b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>'),
    "XML nested 3,000 deep": (XML, b"<rss><channel><item><title>t</title>" + b"<a>" * 3000 + b"</channel></rss>"),
    "NUL in XML": (XML, b"<rss><channel><item><title>t\0</title></item></channel></rss>"),
    "an encoding that is none": (XML, b"<?xml version='1.0' encoding='rot13'?><rss/>"),
    "XML not in UTF-8": (XML, b"<nitf><head><title>H\xe4fen</title></head></nitf>"),
    "a picture as a page": (HTML, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10 and more words than a title has."),
    "a page not in its charset": ("text/html; charset=utf-8", b"<p>H\xe4fen</p>"),
    "a page nested 3,000 deep": (HTML, b"<div>" * 3000 + b"t"),
    "a text not in UTF-8": ("text/plain", b"H\xe4fen"),
    "a form not in UTF-8": (FORM, b"content=%FF"),
    "parts without a boundary": (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\nc\r\n--x--'),
}
UNUSABLE = {
    "a number instead of an article": (JSON, b"7", ""),
    "no title": (JSON, b'{"body": "b"}', "/title"),
    "a body that is no text": (JSON, b'{"title": "t", "body": 7}', "/body"),
    "NUL": (JSON, rb'{"title": "\u0000", "body": "b"}', "/title"),
    "an id of 513 bytes": (JSON, b'{"title": "t", "body": "b", "id": "%s"}' % (b"x" * 513), "/id"),
    "the year 1": (JSON, b'{"title": "t", "body": "b", "published_at": "0001-01-01"}', "/published_at"),
    "the far future": (JSON, b'{"title": "t", "body": "b", "updated_at": "2999-01-01"}', "/updated_at"),
    "version 0": (JSON, b'{"title": "t", "body": "b", "version": 0}', "/version"),
    "a line without a body": (LINES, b'{"title": "t"}', "/0/body"),
    "JSON-LD without an article": (JSON, b'{"@type": "WebSite"}', ""),
    "an article of the far future": (
        *(JSON, b'{"@type": "NewsArticle", "headline": "h", "datePublished": "2999-01-01"}'),
        "/datePublished",
    ),
    "an embargo until nobody knows when": (
        *(JSON, b'{"pubstatus": "usable", "uri": "a", "headline": "h", "embargoed": "soon"}'),
        "/embargoed",
    ),
    "a JSON Feed without items": (JSON, b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}', "/items"),
    "a draft": (JSON, b'{"date_gmt": "", "status": "draft"}', "/status"),
    "a deletion of nothing": (JSON, b'{"action": "delete", "url": null}', "/url"),
    "an unknown action": (JSON, b'{"type": ["h-entry"], "properties": {}, "action": "burn"}', "/action"),
    "an empty channel": (XML, b"<rss><channel/></rss>", "/rss/channel"),
    "an empty item": (XML, b"<rss><channel><item/></channel></rss>", "/rss/channel/item/0"),
    "a guid of 513 bytes": (
        *(XML, b"<rss><channel><item><title>t</title><guid>%s</guid></item></channel></rss>" % (b"x" * 513)),
        "/rss/channel/item/0/guid",
    ),
    "a package": (XML, b"<packageItem/>", "/packageItem"),
    "a page without text": (HTML, b"<html><body></body></html>", ""),
    "a form without content": (FORM, b"h=entry", ""),
    "a form that deletes nothing": (FORM, b"action=delete", "/url"),
}
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(STRINGS)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(SAMPLES.keys), inner, max_size=6),
    max_leaves=15,
)


def read(header: str, body: bytes) -> Reading | Rejected:
    """Every item of the body, or its refusal; any other exception is a failure of the test."""
    try:
        return read_items(content_type(header), body, Given({}, NOW))
    except Rejected as error:
        return error


def refusals(outcome: Reading | Rejected) -> list[Rejected]:
    """Every refusal; each points into the item that it is about."""
    if isinstance(outcome, Rejected):
        refused = [("", outcome)]
    else:
        assert all(isinstance(item, Item) for item in outcome.items)
        assert outcome.items
        refused = [(item.pointer, item.content) for item in outcome.items if isinstance(item.content, Rejected)]
    for place, error in refused:
        assert error.errors, error
        assert all(one.pointer.startswith(place) for one in error.errors), (place, error.errors)
    return [error for _, error in refused]


@pytest.mark.parametrize("header", FAMILIES)
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_any_bytes_are_items_or_refused_with_a_pointer(header: str, start: bytes, rest: bytes) -> None:
    refusals(read(header, start + rest))


@settings(max_examples=400, deadline=None)
@given(values)
def test_any_json_is_items_or_refused_with_a_pointer(value: Any) -> None:
    body = json.dumps(value).encode()
    refusals(read("application/json", body))
    refusals(read("application/x-ndjson", body))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(SAMPLES.keys), values, min_size=1), st.sampled_from(SAMPLES.by_kind["json"]))
def test_a_sample_with_other_values_in_it_is_items_or_refused(changes: dict[str, Any], sample: bytes) -> None:
    value = json.loads(sample)
    changed = (
        [{**one, **changes} if isinstance(one, dict) else one for one in value] if isinstance(value, list) else None
    )
    refusals(read("application/json", json.dumps(changed or {**value, **changes}).encode()))


def test_a_sample_that_was_changed_at_random_is_items_or_refused() -> None:
    for mutation in mutations(SAMPLES, seed=7, count=400):
        refusals(read(mutation.content_type, mutation.body))


@pytest.mark.parametrize(("header", "body"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read_is_malformed(header: str, body: bytes) -> None:
    (error,) = refusals(read(header, body))
    assert error.reason is Reason.MALFORMED, error


@pytest.mark.parametrize(("header", "body", "pointer"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_no_article_can_have_is_refused_where_it_is(header: str, body: bytes, pointer: str) -> None:
    (error,) = refusals(read(header, body))
    assert error.reason is Reason.INVALID_FIELD, error
    assert [one.pointer for one in error.errors] == [pointer]


def test_a_broken_line_is_refused_by_its_number() -> None:
    (error,) = refusals(read(LINES, b'\n{"title'))
    assert [one.pointer for one in error.errors] == ["/1"]


def test_an_unknown_root_is_refused() -> None:
    (error,) = refusals(read(XML, b"<opml/>"))
    assert error.reason is Reason.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize(("header", "body", "_"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_refused_article_is_forgotten(header: str, body: bytes, _: str) -> None:
    kept = [weakref.ref(error) for error in refusals(read(header, body))]
    gc.collect()
    assert [error() for error in kept] == [None]


@pytest.mark.parametrize("header", ["", "image/png", "application/xml-dtd", "text/csv", "json", "*/*", "text/x"])
def test_an_unknown_content_type_is_refused(header: str) -> None:
    error = read(header, b'{"title": "t", "body": "b"}')
    assert isinstance(error, Rejected)
    assert error.reason is Reason.UNSUPPORTED_MEDIA_TYPE
