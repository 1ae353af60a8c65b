"""A page as it was scraped: the article in it, without what stands around it."""

import logging
import re

import trafilatura
from charset_normalizer import from_bytes
from courlan.meta import clear_caches as forget_addresses
from htmldate.meta import reset_caches as forget_dates
from lxml import etree, html
from lxml.html import HtmlElement
from trafilatura.utils import line_processing, trim

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.charset import decoded_text, is_known_charset
from services.ingest.formats.html_text import HtmlText, element_text
from services.ingest.formats.page_linked import json_ld_scripts
from services.ingest.formats.page_meta import read_facts
from services.ingest.formats.page_words import author_names, folded, is_surely_a_name
from services.ingest.formats.reading import Found, refusal

MAX_PAGE_BYTES = 3_000_000
_MOST_WORK = 1_500_000
"""Extracting takes time by elements and by how deep they are: each counts 20 and its depth. This much is 2 seconds."""
_SNIFFED_BYTES = 2_048
_GUESSED_BYTES = 65_536
_DECLARED = re.compile(
    rb"""(?:<meta[^>]{1,200}?charset\s*=|^\s*<\?xml[^>]{1,100}?encoding\s*=)\s*["']?\s*([\w.:-]+)""", re.I
)
_LANGUAGE = re.compile(rb"""<html[^>]{1,500}?lang\s*=\s*["']?([a-z]{2})\b""", re.I)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDER = {
    **dict.fromkeys(("iso-8859-1", "iso_8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii"), "cp1252"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "euc-kr": "cp949",
    "iso-8859-9": "cp1254",
}
"""Labels that stand for more than they say, as every browser reads them (WHATWG Encoding, 4.2)."""
_GUESSES = "cp1252 cp932 euc_jp gb18030 big5 cp949 cp1251 koi8_r cp1253 cp1255 cp1256".split()
_GUESSES_BY_LANGUAGE = {**dict.fromkeys("cs pl hu sk sl hr ro sq bs".split(), "cp1250"), "tr": "cp1254"}
_NO_CHARACTER = "\ufffd"
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ufffe\uffff]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_HTML_NAMES = {
    **{"head": "h2", "list": "ul", "item": "li", "quote": "blockquote", "row": "tr", "cell": "td", "lb": "br"},
    **{"code": "pre", "p": "p", "div": "div", "section": "section", "table": "table", "body": "body"},
}
"""What trafilatura's elements are in HTML; the others stand within a line."""
_OTHER_FILES = (b"%PDF", b"PK\x03\x04", b"GIF8", b"\x89PNG", b"\xff\xd8\xff")
_SLIPPED_IN = 3
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_WIDGETS = ("amp-ad", "amp-embed", "amp-sticky-ad", "amp-consent", "amp-sidebar")
_OFFER = re.compile(
    r"\b(?:(?:pay|reg)wall|subscri(?:be|ption))[-_](?:stub|prompt|offer|cta|message|overlay|banner|barrier|modal|promo)\b",
    re.IGNORECASE,
)
_TOP = 3
log = logging.getLogger(__name__)


def read_page_html(body: bytes, charset: str | None) -> list[Found]:
    """The one article of this page; its pointer is "".

    `charset` is the Content-Type's. The facts come out of JSON-LD, microdata, <meta> and the like, in this order; their
    places are `/script/0/headline` (a JSON pointer into the page's first JSON-LD), `/meta/og:title`, `/h1`.

    Raises Rejected for a page over 3,000,000 bytes, one that is not text in its charset, one that is nested too deep or
    has too many elements, and one that has neither a title nor a text.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise refusal(Reason.TOO_LARGE, "", f"a page of {len(body)} bytes; at most {MAX_PAGE_BYTES} are taken")
    if body.lstrip()[:5].startswith(_OTHER_FILES) or (
        not _is_wide(body, charset) and len(_BINARY.findall(body[:1445])) > _SLIPPED_IN
    ):
        raise refusal(Reason.MALFORMED, "", "binary data and no page")
    source = _page_text(body, charset)
    if _is_binary(source):
        raise refusal(Reason.MALFORMED, "", "holds NUL characters, so it is no page")
    root = _parsed(source)
    found = read_facts(root)
    if _NO_CHARACTER in source:
        found.lost("", f"bytes that are no text in its charset are now {_NO_CHARACTER}")
    _drop_what_misleads(root)
    _put_last_resorts(found, root)
    _put_body(found, _extracted(root))
    if not (found.values.get("title") or found.values.get("body") or found.values.get("summary")):
        raise refusal(Reason.INVALID_FIELD, "", "has neither a title nor a text")
    return [found]


def _is_wide(body: bytes, charset: str | None) -> bool:
    """Whether every other byte may well be 0."""
    return (charset or "").startswith("utf-16") or body[:2] in (b"\xff\xfe", b"\xfe\xff")


def _is_binary(source: str) -> bool:
    """Whether there are more NUL characters than slip into a page."""
    return source.count("\0") > max(2, len(source) // 1000)


def _page_text(body: bytes, charset: str | None) -> str:
    """The page's source: in UTF-8, if it can be, or the likeliest charset, where it names none or a wrong one."""
    if charset:
        return _in_charset(body, charset)
    for mark, name in _MARKS:
        if body.startswith(mark):
            return decoded_text(body, name)
    declared = _DECLARED.search(body[:_SNIFFED_BYTES])
    name = declared[1].decode().lower() if declared else "utf-8"
    for candidate in (name if is_known_charset(name) and not name.startswith("utf-16") else "utf-8", "utf-8"):
        try:
            return _in_charset(body, candidate)
        except Rejected:
            continue
    damaged = body.decode(errors="replace")
    lost = damaged.count(_NO_CHARACTER)
    beyond_ascii = len(damaged) - len(damaged.encode("ascii", "ignore"))
    return damaged if lost * 3 <= beyond_ascii else body.decode(_guessed(body), errors="replace")


def _in_charset(body: bytes, charset: str) -> str:
    wider = _WIDER.get(charset.lower())
    try:
        return decoded_text(body, wider or charset)
    except Rejected:
        if wider is None:
            raise
        return decoded_text(body, charset)


def _guessed(body: bytes) -> str:
    """The likeliest charset of a page that is not in UTF-8, by its first 64 KB."""
    language = _LANGUAGE.search(body[:_SNIFFED_BYTES])
    special = _GUESSES_BY_LANGUAGE.get(language[1].decode().lower()) if language else None
    whole_characters = body[:_GUESSED_BYTES].rpartition(b"<")[0] or body[:_GUESSED_BYTES]
    best = from_bytes(whole_characters, cp_isolation=[special, *_GUESSES] if special else _GUESSES).best()
    return best.encoding if best else "cp1252"


def _parsed(source: str) -> HtmlElement:
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, collect_ids=False
    )
    try:
        root = html.document_fromstring(_UNPARSABLE.sub("", source).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as problem:
        raise refusal(Reason.INVALID_FIELD, "", "has neither a title nor a text") from problem
    if any("depth" in entry.message for entry in parser.error_log):
        raise refusal(Reason.MALFORMED, "", "its elements are nested more than 250 deep")
    _refuse_tangled(root)
    for element in root.iter("*"):
        if not _NAME.fullmatch(element.tag):  # such as <o:p>, which lxml reads but cannot copy
            element.tag = "span"
    return root


def _refuse_tangled(root: HtmlElement) -> None:
    work = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        work += 20 + depth if event == "start" else 0
        if work > _MOST_WORK:
            raise refusal(Reason.TOO_LARGE, "", "a page of too many elements, or of many that are nested deeply")


def _extracted(root: HtmlElement) -> HtmlText:
    """The article's text, as trafilatura tells it from the page; comments left out, tables kept."""
    try:
        document = trafilatura.bare_extraction(root, fast=True, include_comments=False)
    except Exception:  # it is a heap of heuristics, and a page without a body still has a headline
        log.warning("the text of a page could not be extracted", exc_info=True)
        document = None
    finally:
        _forget_texts()
    if document is None or isinstance(document, dict):
        return HtmlText("")
    for element in document.body.iter("*"):
        element.tag = _HTML_NAMES.get(element.tag, "span")
    return element_text(document.body)


def _forget_texts() -> None:
    """Empties the caches in which trafilatura and its libraries keep thousands of texts, be they ever so long."""
    trim.cache_clear()
    line_processing.cache_clear()
    forget_dates()
    forget_addresses()


def _drop_what_misleads(root: HtmlElement) -> None:
    """Takes out JSON-LD, which is read already, AMP's widgets, and what stands at a paywall instead of the rest."""
    blocks = (*root.iterfind(".//div[@class]"), *root.iterfind(".//section[@class]"))
    offers = [element for element in blocks if _OFFER.search(element.get("class") or "")]
    for element in (*json_ld_scripts(root), *root.iter("nav", *_WIDGETS), *offers):
        element.drop_tree()


def _put_body(found: Found, extracted: HtmlText) -> None:
    """The text that was extracted, or JSON-LD's where that has more than twice as much of it."""
    stated = found.values.get("body")
    if isinstance(stated, str) and len(extracted.text) < len(stated) / 2:
        return
    for name in ("body", "headings"):
        found.values.pop(name, None)
    paragraphs = extracted.text.split("\n\n")
    known = {folded(found.values.get(name)) for name in ("title", "subtitle")}
    names = found.values.get("authors")
    top = [p for p in paragraphs[:_TOP] if folded(p) not in known and not (names and author_names([p]) == names)]
    found.put("body", "\n\n".join((*top, *paragraphs[_TOP:])), "/body")
    found.put("headings", [heading for heading in extracted.headings if folded(heading) not in known], "/body")


def _put_last_resorts(found: Found, root: HtmlElement) -> None:
    """What only the page's look tells: byline, day and name of the site."""
    if all(name in found.values for name in ("authors", "published_at", "source")):
        return
    try:
        told = trafilatura.extract_metadata(root, default_url=found.values.get("url"), extensive=False)
    except Exception:
        log.warning("the facts of a page could not be extracted", exc_info=True)
        return
    names = author_names([told.author or ""])
    found.put("authors", names if all(map(is_surely_a_name, names)) else None, "/body")
    found.put("published_at", told.date, "/body")
    found.put("source", told.sitename, "/body")
