"""`make test-formats`: each format's samples, what is kept of them, what is told to be lost, and what is lost silently.

Every text that stands in a sample has to stand in what was made of it, or at a place that a warning or a refusal names.
Read off the samples themselves, without the modules that read them.
"""

import base64
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dateutil.parser
import orjson
from lxml import etree
from rich.console import Console
from rich.table import Table

from schemas.dates import parse_instant
from services.errors import Rejected
from services.ingest.formats.html_text import html_text
from services.ingest.posted import Item, Restore, Withdrawal
from services.ingest.read import Given, read_items
from services.ingest.receive import content_type

SAMPLES = Path(__file__).parent / "fixtures" / "formats"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TYPES = {
    ".json": "application/json",
    ".xml": "application/xml",
    ".html": "text/html",
    ".form": "application/x-www-form-urlencoded",
}
NOT_OF_THE_ARTICLE = {
    # what a thing is, when it is to be fetched, where a copy is; what is said of people, of pictures and of the site
    "atom": "generator email feed/id feed/title source/id",
    "json-feed": "version description home_page_url feed_url next_url icon favicon hubs feed/title author/url",
    "micropub": "access_token type action h visibility post-status",
    "newsml-g2": "header",
    "ninjs-1": "type representationtype pubstatus $standard standard mimetype signal",
    "ninjs-2": "type representationtype pubstatus standard contenttype role signal renditions/name literal",
    "ninjs-3": "type representationType pubStatus standard contentType role signals renditions/name literal",
    "nitf": "block",
    "rss": "ttl generator docs language lastBuildDate pubDate managingEditor webMaster channel/title "
    "channel/description",
    "schema-org": "@type @context @id position caption logo sameAs author/url @graph/url @graph/name "
    "inLanguage/name inDefinedTermSet/name item/name /name",
    "sitemap": "changefreq priority",
    "wordpress": "type slug date modified status comment_status ping_status format taxonomy mime_type _links template "
    "permalink_template class_list @id @type @context og_locale author/description alt_text wp:term/name title",
}
_BROKEN = ("old-and-broken.xml",)
"""Samples that no XML parser reads, so that their texts cannot be told independently."""
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4}){6,}")
_NEVER = "0000-00-00T00:00:00"
_COUNT, _PREFIX = re.compile(r"/\d+(?=/|$)"), re.compile(r"/@?[\w-]+:(?=\w)")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_WORDS = re.compile(r"\w+")


@dataclass(slots=True)
class Row:
    """One line of the table."""

    samples: int = 0
    items: int = 0
    kept: int = 0
    lost: int = 0
    refused: int = 0
    silent: list[str] = field(default_factory=list)


def row_of(folder: Path) -> Row:
    """All samples of one format."""
    row = Row()
    for sample in sorted(path for path in folder.iterdir() if path.suffix in TYPES and ".expected" not in path.name):
        row.samples += 1
        body = sample.read_bytes()
        items = read_items(content_type(TYPES[sample.suffix]), body, Given({}, NOW)).items
        row.items += len(items)
        row.refused += sum(isinstance(item.content, Rejected) for item in items)
        row.kept += sum(len(_said(item)) for item in items)
        row.lost += sum(len(item.warnings) for item in items)
        ignored = frozenset(NOT_OF_THE_ARTICLE.get(folder.name, "").split())
        row.silent += [
            f"{folder.name}/{sample.name} {place}: {text[:60]}" for place, text in _silent(sample, body, items, ignored)
        ]
    return row


def _said(item: Item) -> dict[str, Any]:
    if isinstance(item.content, Rejected):
        return {}
    values = {name: getattr(item.content, name) for name in type(item.content).model_fields}
    return {name: value for name, value in values.items() if value not in (None, "", (), {}, False)}


def _silent(sample: Path, body: bytes, items: tuple[Item, ...], ignored: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each text of the sample that is neither kept nor told of; a withdrawal keeps no text on purpose."""
    if sample.suffix == ".html" or sample.name in _BROKEN:
        return
    leaves = _json_texts(orjson.loads(body)) if sample.suffix == ".json" else _xml_texts(body)
    kept = _Kept(items)
    told = [warning.pointer for item in items for warning in item.warnings]
    told += [item.pointer for item in items if isinstance(item.content, Rejected)]
    gone = [item.pointer for item in items if isinstance(item.content, Withdrawal | Restore)]
    if all(isinstance(item.content, Withdrawal | Restore) for item in items):
        return
    for place, text in leaves:
        if any(place.startswith(pointer + "/") for pointer in gone):
            continue
        if (
            text == _NEVER
            or _is_ignored(place, ignored)
            or any(_covers(pointer, place) for pointer in told)
            or kept.has(text)
        ):
            continue
        yield place, text


def _covers(pointer: str, place: str) -> bool:
    """Whether a pointer tells of this place or of what it stands in; prefixes and counts of XML aside."""
    pointer, place = _plain(pointer), _plain(place)
    return bool(pointer) and (place == pointer or place.startswith(pointer.rstrip("/") + "/"))


def _plain(place: str) -> str:
    return _PREFIX.sub("/", _COUNT.sub("", place))


def _is_ignored(place: str, ignored: frozenset[str]) -> bool:
    """Whether one of these names is among the steps to the place, or two of them at its end."""
    steps = _COUNT.sub("", place).split("/")
    return bool(ignored & {*steps, "/".join(steps[-2:])}) or ("feed/title" in ignored and place == "/title")


class _Kept:
    """Everything that stands in what was made of a sample."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        contents = [item.content.model_dump(mode="json") for item in items if not isinstance(item.content, Rejected)]
        texts = [str(text) for _, text in _json_leaves(contents, "")]
        self._text = " " + " ".join(" ".join(_WORDS.findall(text.lower())) for text in texts) + " "
        self._instants = {instant for text in texts for instant in _instants(text)}

    def has(self, text: str) -> bool:
        if _instants(text) & self._instants:
            return True
        if _BASE64.fullmatch(text):
            text = base64.b64decode(text).decode()
        plain = _MAIL.sub("", html_text(text).text if "<" in text else text)
        return all(self._has_part(part) for part in re.split(r"\n+|[,;:] ?|/| and |^(?:By|Von) ", plain))

    def _has_part(self, part: str) -> bool:
        words = " ".join(_WORDS.findall(part.lower()))
        return f" {words} " in self._text if words else True


def _instants(text: str) -> set[datetime]:
    """The instants that the text may name, in whatever shape; none for other texts."""
    if not re.search(r"\d{4}", text) or len(text) > 40:
        return set()
    found = set()
    for read in (parse_instant, _day_last, _day_first):
        with suppress(ValueError, OverflowError):
            found.add(read(text))
    return found


def _day_first(text: str) -> datetime:
    return parse_instant(dateutil.parser.parse(text, dayfirst=True))


def _day_last(text: str) -> datetime:
    return parse_instant(dateutil.parser.parse(text))


def _json_texts(value: Any) -> Iterator[tuple[str, str]]:
    """The texts of a sample; its numbers are counts, sizes and the publisher's own keys."""
    return ((place, leaf) for place, leaf in _json_leaves(value, "") if not leaf.isdigit())


def _json_leaves(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _json_leaves(one, f"{place}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _json_leaves(one, f"{place}/{number}")
    elif isinstance(value, str | int) and str(value).strip() and not isinstance(value, bool):
        yield place, str(value)


def _xml_texts(body: bytes) -> Iterator[tuple[str, str]]:
    root = etree.fromstring(body, etree.XMLParser(recover=True, resolve_entities=False, no_network=True))
    return _xml_leaves(root, "") if root is not None else iter(())


def _xml_leaves(element: "etree._Element", place: str) -> Iterator[tuple[str, str]]:
    """Each element's own text at the place of its element, counted where its name is repeated."""
    here = place or f"/{etree.QName(element).localname}"
    if element.text and element.text.strip():
        yield here, element.text
    seen: dict[str, int] = {}
    children = [child for child in element if isinstance(child.tag, str)]
    names = [etree.QName(child).localname for child in children]
    for child, name in zip(children, names, strict=True):
        number = seen.get(name, 0)
        seen[name] = number + 1
        counted = f"{here}/{name}/{number}" if names.count(name) > 1 else f"{here}/{name}"
        yield from _xml_leaves(child, counted)
        if child.tail and child.tail.strip():
            yield here, child.tail


def main() -> int:
    """Prints the table; 1 where a format has no sample, an item is refused, or a text went silently."""
    table = Table("format", "samples", "items", "fields kept", "places lost (told)", "refused", "silent")
    rows = {folder.name: row_of(folder) for folder in sorted(SAMPLES.iterdir()) if folder.is_dir()}
    for name, row in rows.items():
        cells = (row.samples, row.items, row.kept, row.lost, row.refused, len(row.silent))
        table.add_row(name, *(f"{cell:,}" for cell in cells))
    console = Console(width=110)
    console.print(table)
    silent = [line for row in rows.values() for line in row.silent]
    for line in silent:
        console.print(f"silent: {line}", markup=False, highlight=False)
    empty = [name for name, row in rows.items() if not row.samples]
    samples, items = sum(row.samples for row in rows.values()), sum(row.items for row in rows.values())
    verdict = "missed" if silent or empty else "all kept or told"
    print(f"{len(rows)} formats, {samples} samples, {items} items, {len(silent)} texts silent: {verdict}")
    return 1 if silent or empty else 0


if __name__ == "__main__":
    sys.exit(main())
