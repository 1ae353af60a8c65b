"""A page's bytes made a tree: its charset found, binary data and tangles refused."""

import re

from charset_normalizer import from_bytes
from lxml import etree, html
from lxml.html import HtmlElement

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.charset import decoded_text, is_known_charset
from services.ingest.formats.reading import refusal

NO_CHARACTER = "\ufffd"
"""Stands where bytes are no text in the page's charset."""
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
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff\ufffe\uffff]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_OTHER_FILES = (b"%PDF", b"PK\x03\x04", b"GIF8", b"\x89PNG", b"\xff\xd8\xff")
_CONTROLS = bytes((*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)))
"""What no text has in it; tab, form feed, line ends and the escape of ISO-2022 charsets are none of them."""
_SLIPPED_IN = 3


def page_text(body: bytes, charset: str | None) -> str:
    """The page's source in the charset of its Content-Type, else in UTF-8, in that which it names, or the likeliest.

    What is UTF-8 beyond ASCII is hardly anything else, whatever the page names: whoever scraped it stored it anew.

    Raises Rejected for binary data, and for what is not in the charset of its Content-Type.
    """
    if is_binary(body, charset):
        raise refusal(Reason.MALFORMED, "", "binary data and no page")
    if charset:
        return _in_charset(body, charset)
    for mark, name in _MARKS:
        if body.startswith(mark):
            return decoded_text(body, name)
    declared = _DECLARED.search(body[:_SNIFFED_BYTES])
    name = declared[1].decode().lower() if declared else "utf-8"
    named = name if is_known_charset(name) and not name.startswith("utf-16") else "utf-8"
    for candidate in (named,) if body.isascii() else ("utf-8", named):
        try:
            return _in_charset(body, candidate)
        except Rejected:
            continue
    damaged = body.decode(errors="replace")
    lost = damaged.count(NO_CHARACTER)
    beyond_ascii = len(damaged) - len(damaged.encode("ascii", "ignore"))
    return damaged if lost * 3 <= beyond_ascii else body.decode(_guessed(body), errors="replace")


def is_binary(body: bytes, charset: str | None = None) -> bool:
    """Whether this begins as other files do, or has more control characters than slip into a page: 3, and 1 in 1000."""
    if body.lstrip()[:5].startswith(_OTHER_FILES):
        return True
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        charset = "utf-16"
    if charset and charset.lower().startswith("utf-16") and is_known_charset(charset):
        body = body.decode(charset, "replace").encode("latin-1", "replace")
    return len(body) - len(body.translate(None, _CONTROLS)) > max(_SLIPPED_IN, len(body) // 1000)


def parsed_page(source: str) -> HtmlElement:
    """The page's tree without comments.

    Raises Rejected where there is nothing in it, and where it is nested too deep or has too many elements.
    """
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


def _refuse_tangled(root: HtmlElement) -> None:
    work = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        work += 20 + depth if event == "start" else 0
        if work > _MOST_WORK:
            raise refusal(Reason.TOO_LARGE, "", "a page of too many elements, or of many that are nested deeply")
