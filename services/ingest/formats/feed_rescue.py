"""Feeds that are no XML, with tags that do not match: feedparser reads them, and out comes a tree."""

import io
import re
from collections.abc import Iterable
from typing import Any

import feedparser  # type: ignore[import-untyped]
from lxml import etree

MAX_BYTES = 100_000
"""For which the worst of bodies take feedparser two seconds; it grows with the square."""
_ATOM = "{http://www.w3.org/2005/Atom}"
_LONG_WORD = re.compile(rb"[\w.+-]{1000}", re.ASCII)
"""feedparser looks for e-mail addresses in time that grows with the square of such a word."""
_LINES = ("id", "published", "updated", "language")
_TEXTS = {"title": "title_detail", "summary": "summary_detail", "rights": "rights_detail"}
_READ = frozenset((*_LINES, *_TEXTS, "content", "links", "link", "authors", "author", "tags", "guidislink", "source"))


def rescue_feed(document: bytes) -> etree._Element | None:
    """The feed as a tree of Atom elements, or None where feedparser finds no items or must not be tried.

    feedparser is given at most 100 kB, as a stream: a text it might take for an address and fetch. Its parsers hold
    their state by themselves, so that threads may use it side by side; nothing here registers a handler with it.
    """
    if len(document) > MAX_BYTES or _LONG_WORD.search(document):
        return None
    try:
        read = feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
        return _tree(read.version, [dict(entry) for entry in read.entries]) if read.entries else None
    except Exception:  # it raises of all kinds; the caller says what is wrong with the XML
        return None


def _tree(version: str, entries: Iterable[dict[str, Any]]) -> etree._Element:
    if version.startswith("atom"):
        root = container = etree.Element(f"{_ATOM}feed")
    else:
        root = etree.Element("rss")
        container = etree.SubElement(root, "channel")
    for entry in entries:
        _add_item(container, f"{_ATOM}entry" if root is container else "item", entry)
    return root


def _add_item(container: etree._Element, name: str, entry: dict[str, Any]) -> None:
    """An item like the entry; of an author feedparser may leave `ple (Ada` over of ada@news.example (Ada)."""
    item = etree.SubElement(container, name)
    for key in _LINES:
        _add(item, key, entry.get(key))
    for key, detail in _TEXTS.items():
        kind = entry.get(detail, {}).get("type", "text/plain")
        _add(item, key, entry.get(key), type=kind)
    for content in entry.get("content", ()):
        _add(item, "content", content.get("value"), type=content.get("type", "text/html"))
    for link in entry.get("links", ()):
        _add(item, "link", "", **{key: link[key] for key in ("rel", "href", "type") if isinstance(link.get(key), str)})
    for author in entry.get("authors", ()):
        _add(item, "author", author.get("name", "").rpartition("(")[2])
    for tag in entry.get("tags", ()):
        _add(item, "category", "", **{key: tag[key] for key in ("term", "scheme", "label") if tag.get(key)})
    _add(item, "source", entry.get("source", {}).get("title"))
    for key in entry.keys() - _READ:
        if not key.endswith(("_detail", "_parsed")):
            _add(item, key, "-")


def _add(item: etree._Element, name: str, text: object, **attributes: str) -> None:
    if isinstance(text, str) and (text or attributes):
        etree.SubElement(item, _ATOM + name, attributes).text = text
