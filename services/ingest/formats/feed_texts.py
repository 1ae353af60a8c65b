"""Texts, names and addresses as feeds write them: plain, escaped, as XHTML, and relative to xml:base."""

import binascii
import re
from base64 import b64decode
from datetime import UTC, datetime
from urllib.parse import urljoin

from dateutil import parser as dateutil
from lxml import etree

from schemas.dates import parse_instant
from services.ingest.formats.html_text import HtmlText, element_text, has_markup, html_text
from services.ingest.formats.xml_elements import namespace, text_of

_ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
_MARKUP = frozenset({"html", "xhtml", "text/html", "application/xhtml+xml"})
_MAIL_AND_NAME = re.compile(r"[^\s()<>@]+@[^\s()<>@]+\s*\((.*)\)")
_NAME_AND_MAIL = re.compile(r"(.*)<[^<>@]+@[^<>@]+>")
LONGEST = 4000
"""Characters of an address or a name; longer ones are left as they are, for the centre to refuse."""
_DEFAULTS = ((datetime(2000, 1, 1, tzinfo=UTC), False), (datetime(2004, 2, 2, tzinfo=UTC), True))


def is_text(element: etree._Element) -> bool:
    """Whether a text can be read out of it: Atom's content may be a picture, or stand elsewhere (`src`)."""
    kind = _kind(element)
    return (kind in ("", "text") or kind in _MARKUP or kind.startswith("text/")) and not element.get("src")


def read_text(element: etree._Element) -> HtmlText:
    """The text of an RSS element, which may be HTML, or of an Atom construct, which says so (`type`, 0.3: `mode`).

    Elements inside it are taken out of the tree.
    """
    if len(element):
        inline = etree.Element("div")
        inline.text = element.text
        inline.extend(list(element))
        return element_text(inline)
    kind = _kind(element) or ("text" if namespace(element) in _ATOM else "")
    text = element.text or ""
    if element.get("mode") == "base64":
        text = _decoded(text)
    is_markup = kind == "" or kind in _MARKUP or element.get("mode") == "escaped"
    return html_text(text) if is_markup and has_markup(text) else HtmlText(text.strip())


def line_of(element: etree._Element) -> str:
    """The same on one line."""
    return " ".join(read_text(element).text.split())


def title_of(source: etree._Element) -> str:
    """The name of a source: the text of RSS's, the title of Atom's."""
    title = source.find("{*}title")
    return line_of(source if title is None else title)


def person(element: etree._Element) -> str:
    """A name: Atom's `name`, or that beside an e-mail address; "" for an address alone."""
    named = element.find("{*}name")
    text = text_of(element if named is None else named)[:LONGEST]
    for form in (_MAIL_AND_NAME, _NAME_AND_MAIL):
        if match := form.fullmatch(text):
            return match[1].strip()
    return "" if "@" in text and " " not in text else text


def address(element: etree._Element, value: str, base: str = "") -> str:
    """The address, absolute where it is relative to an xml:base, or else to that of the feed."""
    value, base = value.strip(), element.base or base
    if not value or len(value) > LONGEST or len(base) > LONGEST:
        return value
    try:
        return urljoin(base, value)
    except ValueError:
        return value


def date_of(element: etree._Element) -> str:
    """The date as it stands, or in RFC 3339 where its form is none of the standards' but can only mean one instant."""
    text = text_of(element)
    try:
        parse_instant(text)
    except ValueError:
        return _unusual_date(text) or text
    return text


def _unusual_date(text: str) -> str | None:
    """The instant if it is the same whatever a date leaves out, its day written first or not, and its zone known."""
    if len(text) > 60:
        return None
    begins_with_year = text[:4].isdecimal()
    try:
        read = {
            dateutil.parse(
                text, default=default, dayfirst=dayfirst and not begins_with_year, tzinfos=_offset
            ).isoformat()
            for default, dayfirst in _DEFAULTS
        }
    except (ValueError, ArithmeticError, TypeError):
        return None
    return read.pop() if len(read) == 1 else None


def _offset(name: str | None, seconds: int | None) -> int | None:
    """The offset from UTC of a zone that is a number, or none, or UTC."""
    if name is not None and (name.upper() not in ("UTC", "GMT", "Z") or seconds):
        raise ValueError("this zone has no known offset")
    return 0 if name else seconds


def _kind(element: etree._Element) -> str:
    return element.get("type", "").partition(";")[0].strip().lower()


def _decoded(text: str) -> str:
    try:
        return b64decode(text).decode()
    except (binascii.Error, ValueError):
        return ""
