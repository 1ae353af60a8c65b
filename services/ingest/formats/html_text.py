"""The text of a piece of HTML: paragraphs, and which of them are headings."""

import re
from dataclasses import dataclass

from lxml import etree, html

from schemas.reasons import Reason
from services.ingest.formats.reading import refusal

_DROPPED = frozenset(
    "script style noscript template iframe object embed svg canvas audio video form button select nav figcaption head "
    "title math map".split()
)
_BLOCKS = frozenset(
    "p div section article main header footer aside blockquote ul ol li dl dt dd table thead tbody tfoot tr caption "
    "pre figure address details summary hr h1 h2 h3 h4 h5 h6 body hl1 hl2".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hl2"))
_CELLS = frozenset(("td", "th"))
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_MOST_CHARACTERS = 2_000_000
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>")


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`text` has a blank line between paragraphs; `headings` are those paragraphs that are section headings;
    `image` is the address of the first picture."""

    text: str
    headings: tuple[str, ...] = ()
    image: str | None = None


def has_markup(text: str) -> bool:
    """Whether a text that may be plain or HTML has a tag in it."""
    return _MARKUP.search(text) is not None


def html_text(fragment: str) -> HtmlText:
    """The text of this HTML, be it a fragment or a document; scripts, captions and forms left out.

    Raises Rejected for more than two million characters, and for elements nested deeper than about 250.
    """
    if len(fragment) > _MOST_CHARACTERS:
        detail = f"HTML of {len(fragment)} characters; at most {_MOST_CHARACTERS} are read"
        raise refusal(Reason.TOO_LARGE, "", detail)
    source = _UNPARSABLE.sub("", fragment)
    if not source.strip():
        return HtmlText("")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        root = html.document_fromstring(source.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing but a comment
        return HtmlText("")
    if any("depth" in entry.message for entry in parser.error_log):
        raise refusal(Reason.MALFORMED, "", "HTML whose elements are nested too deep")
    return element_text(root)


def element_text(root: "etree._Element") -> HtmlText:
    """The same of an element that is parsed already; names are compared without their namespace."""
    writer = _Writer()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        name = _name(element)
        if event == "start":
            writer.begin(name, element)
            if name in _DROPPED:
                walker.skip_subtree()
            else:
                writer.add(element.text, name == "pre")
            continue
        if event == "end":
            writer.end(name)
        if element is not root:
            writer.add(element.tail)
    writer.flush()
    return HtmlText("\n\n".join(writer.paragraphs), tuple(writer.headings), writer.image)


def _name(element: "etree._Element") -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


class _Writer:
    """Collects paragraphs while the tree is walked."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self.image: str | None = None
        self._line: list[str] = []

    def begin(self, name: str, element: "etree._Element") -> None:
        if name in _BLOCKS:
            self.flush()
        elif name == "br":
            self._line.append("\n")
        elif name == "img" and self.image is None:
            source = element.get("src") or ""
            self.image = source if source.startswith(("http://", "https://")) else None

    def add(self, text: str | None, verbatim: bool = False) -> None:
        if text:
            self._line.append(text if verbatim else re.sub(r"\s+", " ", text))

    def end(self, name: str) -> None:
        if name in _BLOCKS:
            self.flush(name in _HEADINGS)
        elif name in _CELLS:
            self._line.append(" ")

    def flush(self, is_heading: bool = False) -> None:
        lines = ("".join(self._line)).split("\n")
        paragraph = "\n".join(line for line in (re.sub(r"[^\S\n]+", " ", line).strip() for line in lines) if line)
        self._line.clear()
        if paragraph:
            self.paragraphs.append(paragraph)
            if is_heading:
                self.headings.append(paragraph)
