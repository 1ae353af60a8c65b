"""From bytes to items: which format a body is in, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.reasons import Reason
from schemas.receipt import FieldError
from services.errors import Rejected
from services.ingest.formats import detect
from services.ingest.formats.charset import decoded_text
from services.ingest.formats.check import checked
from services.ingest.formats.feed import read_feed
from services.ingest.formats.forms import form_pairs
from services.ingest.formats.json_feed import read_json_feed
from services.ingest.formats.micropub import read_micropub_form, read_micropub_json
from services.ingest.formats.native import parse_json, read_native_value
from services.ingest.formats.newsml_g2 import read_newsml_g2
from services.ingest.formats.ninjs import read_ninjs
from services.ingest.formats.nitf import read_nitf
from services.ingest.formats.page_html import read_page_html
from services.ingest.formats.page_text import read_page_text
from services.ingest.formats.plausible import refuse_implausible
from services.ingest.formats.reading import Found, refusal
from services.ingest.formats.schema_org import read_schema_org
from services.ingest.formats.sitemap import read_sitemap
from services.ingest.formats.wordpress import read_wordpress
from services.ingest.formats.xml import root_name
from services.ingest.posted import Item, Reading
from services.ingest.receive import ContentType, too_large

_MOST_ITEMS = 2000
_OF_ONE_ARTICLE = ("id", "url", "title", "body", "version")
_READ_JSON = {
    "schema-org": read_schema_org,
    "json-feed": read_json_feed,
    "micropub": read_micropub_json,
    "wordpress": read_wordpress,
    "ninjs": read_ninjs,
}


@dataclass(frozen=True, slots=True)
class Given:
    """What stands beside a body: the native fields among the query parameters, and the clock."""

    fields: Mapping[str, Any]
    now: datetime
    max_line_bytes: int = 10_000_000


def read_items(kind: ContentType, body: bytes, given: Given) -> Reading:
    """Every item of a body of this content type. Raises Rejected for a body that cannot be read at all."""
    match detect.family(kind.name):
        case "json":
            reading = _read_json_body(parse_json(_in_utf_8(body, kind)), given)
        case "ndjson":
            reading = _read_lines(body, given)
        case "xml":
            reading = _read_xml(kind, body, given)
        case "html":
            reading = _one("html", read_page_html(body, kind.charset_given), given)
        case "text":
            reading = Reading("text", (_page_text(kind, body, given),), several=False)
        case "form":
            reading = _one("micropub", read_micropub_form(form_pairs(body, kind)), given)
        case _:
            raise Rejected(Reason.UNSUPPORTED_MEDIA_TYPE, _not_taken(kind.name))
    return _require_items(reading, given)


def _read_json_body(value: Any, given: Given) -> Reading:
    shape = detect.json_format(value)
    _bound(value)
    if shape == "native" and isinstance(value, list) and any(isinstance(one, dict) for one in value):
        items = tuple(item for number, one in enumerate(value) for item in _read_json_value(one, f"/{number}", given))
        return Reading("json", items, several=True)
    items = tuple(_read_json_value(value, "", given))
    return Reading(shape, items, several=_is_list(shape, value) or len(items) > 1)


def _bound(value: Any) -> None:
    """Refuses more items than one body should have, before they are read."""
    lists = [value, *((value.get("items"), value.get("@graph")) if isinstance(value, dict) else ())]
    most = max((len(one) for one in lists if isinstance(one, list)), default=0)
    if most > _MOST_ITEMS:
        raise refusal(Reason.TOO_LARGE, "", f"has {most} items; at most {_MOST_ITEMS} are taken in one body")


def _is_list(shape: str, value: Any) -> bool:
    return shape == "json-feed" or (isinstance(value, list) and shape != "native")


def _read_json_value(value: Any, pointer: str, given: Given) -> list[Item]:
    shape = detect.json_format(value)
    if shape == "native":
        return [_native(value, pointer, given)]
    return _items(_READ_JSON[shape](value, pointer), given)


def _native(value: Any, pointer: str, given: Given) -> Item:
    try:
        submission, warnings = read_native_value(value, given.fields, pointer)
        refuse_implausible(submission, given.now, {name: f"{pointer}/{name}" for name in type(submission).model_fields})
    except Rejected as error:
        return Item(pointer, error.with_traceback(None))
    return Item(pointer, submission, tuple(warnings))


def _page_text(kind: ContentType, body: bytes, given: Given) -> Item:
    submission, warnings = read_page_text(body, kind.charset, given.fields)
    refuse_implausible(submission, given.now, {})
    return Item("", submission, tuple(warnings))


def _read_lines(body: bytes, given: Given) -> Reading:
    """NDJSON: each line that is not blank is a body of its own; a broken one stops nothing."""
    items: list[Item] = []
    for number, line in enumerate(body.split(b"\n")):
        if line.strip(b" \t\r"):
            items.extend(read_line(line, f"/{number}", given))
    return Reading("ndjson", tuple(items), several=True)


def read_line(line: bytes, pointer: str, given: Given) -> list[Item]:
    """The items of one line of a batch, whatever JSON format it is in."""
    try:
        if len(line) > given.max_line_bytes:
            raise too_large(given.max_line_bytes, pointer)
        items = _read_json_value(parse_json(line), pointer, given)
        return items or [Item(pointer, refusal(Reason.INVALID_FIELD, pointer, "has no items"))]
    except Rejected as error:
        return [Item(pointer, moved(error, pointer))]


def moved(error: Rejected, pointer: str) -> Rejected:
    """The refusal of a body that stands at `pointer` of a greater one."""
    errors = tuple(
        one if one.pointer.startswith(pointer) else FieldError(pointer=pointer + one.pointer, detail=one.detail)
        for one in error.errors
    )
    return Rejected(error.reason, error.detail, errors or (FieldError(pointer=pointer, detail=error.detail),))


def _read_xml(kind: ContentType, body: bytes, given: Given) -> Reading:
    root = root_name(body, kind.charset_given)
    match detect.xml_format(root):
        case "feed":
            name = "atom" if root in ("feed", "entry") else "rss"
            return Reading(name, tuple(_items(read_feed(body, kind.charset_given), given)), several=root != "entry")
        case "newsml-g2":
            found = read_newsml_g2(body, kind.charset_given)
            return Reading("newsml-g2", tuple(_items(found, given)), several=root == "newsMessage")
        case "nitf":
            return _one("nitf", read_nitf(body, kind.charset_given), given)
        case "sitemap":
            return Reading("sitemap", tuple(_items(read_sitemap(body, kind.charset_given), given)), several=True)
        case "html":
            return _one("html", read_page_html(body, kind.charset_given), given)
    detail = f"an XML document with the root element {root} is not taken; {_TAKEN_XML} are"
    raise refusal(Reason.UNSUPPORTED_MEDIA_TYPE, "", detail)


def _one(name: str, found: list[Found | Rejected] | list[Found], given: Given) -> Reading:
    return Reading(name, tuple(_items(found, given)), several=len(found) > 1)


def _items(found: list[Found | Rejected] | list[Found], given: Given) -> list[Item]:
    fields = given.fields
    return [
        Item(_pointer_of(one), one) if isinstance(one, Rejected) else checked(one, fields, given.now) for one in found
    ]


def _pointer_of(error: Rejected) -> str:
    return error.errors[0].pointer if error.errors else ""


def _require_items(reading: Reading, given: Given) -> Reading:
    """Refuses a body that holds nothing, and fields of one article beside several."""
    if not reading.items:
        raise refusal(Reason.INVALID_FIELD, "", f"this {reading.format} body has no items")
    if len(reading.items) > 1 and (names := [name for name in _OF_ONE_ARTICLE if name in given.fields]):
        detail = f"stands for one article, and this body has {len(reading.items)}"
        raise Rejected(
            Reason.INVALID_FIELD,
            f"{', '.join(names)}: {detail}",
            tuple(FieldError(pointer=f"/{name}", detail=detail) for name in names),
        )
    return reading


def _in_utf_8(body: bytes, kind: ContentType) -> bytes:
    """JSON is in UTF-8 (RFC 8259); a charset that says otherwise is believed."""
    charset = kind.charset_given
    return body if charset is None or charset == "utf-8" else decoded_text(body, charset).encode()


def _not_taken(name: str) -> str:
    taken = "application/json (native, schema.org, ninjs, JSON Feed, Micropub, WordPress), application/x-ndjson"
    return (
        f"Content-Type {name or '(none)'} is not taken; {taken}, application/xml ({_TAKEN_XML}), text/html, "
        "text/plain (a page) and application/x-www-form-urlencoded (Micropub) are"
    )


_TAKEN_XML = "rss, RDF, feed, entry, newsItem, newsMessage, nitf, urlset and html"
