"""XML of any format: bytes into a tree, without entities, DTDs or network."""

import re
from collections.abc import Callable
from html.entities import html5
from itertools import islice
from xml.parsers import expat

from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.charset import decoded_text
from services.ingest.formats.reading import refusal

UNDECLARED = "undeclared:"
"""With its prefix after it, the namespace of what uses a prefix that the document does not declare."""
MAX_TAGS = 1_000_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDE = ((b"<\x00", "utf-16le"), (b"\x00<", "utf-16be"))
_DECLARED = re.compile(rb"\s{0,99}<\?xml[^>]{1,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})[\"']", re.ASCII)
_UNBELIEVED = {"us-ascii": "utf-8", "ascii": "utf-8", "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8"}
"""What a declaration that can be read as ASCII cannot mean, or what is a part of UTF-8."""
_LATIN_1 = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "windows-1252", "cp1252"})
_LATE = re.compile(r"((?:\s*<!--(?>.*?-->))++\s*)<\?xml\s[^>]{0,200}\?>", re.DOTALL)
"""An XML declaration that a comment stands before, which XML forbids."""
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_VERBATIM = re.compile(r"(<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*))", re.DOTALL)
_BARE = re.compile(r"&(?!#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(#?)(x?[A-Za-z0-9]{1,32});")
_UNDECLARED = re.compile(r"Namespace prefix (\S{1,40}) (?:on|for) ")
_MAX_UNDECLARED = 8


def root_name(body: bytes, charset: str | None = None) -> str:
    """The local name of the root element, read without building the tree. Raises Rejected for what is no XML."""
    return _start(_decoded(body, charset).encode())[0].rpartition(":")[2]


_TOO_DEEP = "Excessive depth"


def parse_xml(
    body: bytes, charset: str | None = None, rescue: Callable[[bytes], etree._Element | None] | None = None
) -> etree._Element:
    """The root element of this XML, without comments; names that HTML alone knows (&nbsp;) and bare & are read.

    A byte order mark says what the charset is, else `charset` (the Content-Type's), else the declaration (RFC 7303).
    What is not well-formed in another way, and closes its root, is given to `rescue`, in UTF-8. Raises Rejected for
    what declares anything in a DOCTYPE, has more than a million tags, is nested 256 deep or is not well-formed.
    """
    data = _decoded(body, charset).encode()
    name, start = _start(data)
    if data.count(b"<") > MAX_TAGS:
        raise refusal(Reason.TOO_LARGE, "", f"has more than {MAX_TAGS} tags")
    document = b"\n" * data.count(b"\n", 0, start) + data[start:]
    try:
        return etree.fromstring(document, _parser())
    except etree.XMLSyntaxError as problem:
        if _TOO_DEEP in str(problem):
            raise refusal(Reason.MALFORMED, "", "has elements nested to a depth of more than 256") from problem
        document = _mended(document.decode()).encode()
    try:
        return _tree_with_prefixes(document, name)
    except Rejected as problem:
        hopeless = "depth" in problem.detail or b"\0" in document or not _closes(document, name)
        rescued = rescue(document) if rescue and not hopeless else None
        if rescued is None:
            raise
        return rescued


def _decoded(body: bytes, charset: str | None) -> str:
    """The body as text that begins with its first sign. Raises Rejected where it is not in its charset."""
    marked = [codec for mark, codec in (*_BOMS, *_WIDE) if body.startswith(mark)]
    declared = _DECLARED.match(body)
    if marked:
        codec = marked[0]
    elif charset:
        codec = charset.lower()
    else:
        codec = declared[1].decode().lower() if declared else "utf-8"
        codec = _UNBELIEVED.get(codec, codec)
    text = _read_as(body, codec).lstrip("\ufeff \t\r\n")
    late = _LATE.match(text)
    return late[1] + text[late.end() :] if late else text


def _read_as(body: bytes, codec: str) -> str:
    """What says that it is Latin-1 is often UTF-8, else read as browsers do, as Windows-1252 (WHATWG Encoding)."""
    for likelier in ("utf-8", "windows-1252") if codec in _LATIN_1 else ():
        try:
            return decoded_text(body, likelier)
        except Rejected:
            continue
    return decoded_text(body, codec)


def _start(data: bytes) -> tuple[str, int]:
    """The root element's name, and where it starts. Raises Rejected where there is none, or a DOCTYPE declares."""
    roots: list[tuple[str, int]] = []

    def on_doctype(_name: str, _system: str | None, _public: str | None, declares: bool) -> None:
        if declares:
            raise refusal(Reason.MALFORMED, "", "declares entities or the like in its DOCTYPE; none are taken")

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = lambda name, _: roots.append((name, parser.CurrentByteIndex))
    at, size = 0, 4096
    try:
        while not roots and at < len(data):
            parser.Parse(data[at : at + size], False)
            at, size = at + size, size * 2
        if not roots:
            parser.Parse(b"", True)
    except expat.ExpatError as problem:
        if not roots:
            raise refusal(Reason.MALFORMED, "", f"not XML: {problem}") from problem
    return roots[0]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _tree_with_prefixes(document: bytes, name: str) -> etree._Element:
    """The tree, with the prefixes declared that the document uses without declaring them. Raises Rejected."""
    for _ in range(_MAX_UNDECLARED):
        parser = _parser()
        try:
            return etree.fromstring(document, parser)
        except etree.XMLSyntaxError:
            problems = [" ".join(str(error.message).split()) for error in islice(parser.error_log, 99)]
        prefixes = {match[1] for problem in problems if (match := _UNDECLARED.match(problem))}
        if not prefixes or len(prefixes) > _MAX_UNDECLARED:
            break
        declarations = "".join(f' xmlns:{prefix}="{UNDECLARED}{prefix}"' for prefix in sorted(prefixes))
        document = document.replace(f"<{name}".encode(), f"<{name}{declarations}".encode(), 1)
    why = problems[0] if _closes(document, name) else f"ends before </{name}>"
    raise refusal(Reason.MALFORMED, "", f"not well-formed XML: {why[:200]}")


def _closes(document: bytes, name: str) -> bool:
    return re.search(rf"</{re.escape(name)}\s*>".encode(), document) is not None


def _mended(text: str) -> str:
    """The text with bare & escaped and HTML's names as numbers, and without signs that XML forbids (but NUL)."""
    pieces = _VERBATIM.split(_CONTROLS.sub("", text))
    pieces[::2] = [_REFERENCE.sub(_reference, _BARE.sub("&amp;", piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _reference(match: re.Match[str]) -> str:
    number, name = match.groups()
    if number:
        sign = int(name[1:], 16) if name[0] == "x" else int(name)
        return "" if 0 < sign < 0x20 and sign not in (9, 10, 13) else match[0]
    signs = html5.get(name + ";")
    return "".join(f"&#{ord(sign)};" for sign in signs) if signs else f"&amp;{name};"
