"""A page's whole text, as a scraper saw it, told apart into headline, body and the rest."""

import re
from dataclasses import dataclass, field

from services.ingest.furniture import Kind, recognize

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_WRAPPED = re.compile(r"(?<=[^\n]{60})(?<![.!?:])\n(?=[a-zß-öø-ÿ])")
"""The end of a line that was broken for width alone: long, within a sentence, and going on in lower case."""
_LONG_LINE = 200
_TAIL_STARTS_AFTER = 0.5


@dataclass(slots=True)
class Page:
    """What a page's text says.

    `body` keeps its section headings as paragraphs of their own; `reasons` leads from each removed line to why it is
    not part of the article.
    """

    title: str = ""
    body: str = ""
    headings: list[str] = field(default_factory=list)
    source: str | None = None
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    published: str | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def removed(self) -> list[str]:
        """The lines that are neither title nor body."""
        return list(self.reasons)


def read_page(text: str, title: str | None = None) -> Page:
    """The page told apart. `text` is cleaned already; `title` is the headline where the publisher gave it."""
    lines = [line for line in _WRAPPED.sub(" ", text).split("\n") if line]
    known = [recognize(line) for line in lines]
    end = _end_of_body(lines, [kind for kind, _ in known])
    page = Page(title=title or "")
    kept: list[str] = []
    for number, (line, (kind, value)) in enumerate(zip(lines, known, strict=True)):
        if kind is None and number < end:
            kept.append(line)
        else:
            page.reasons[line] = f"known furniture: {kind}" if kind else "below the end of the article"
        if kind is not None:
            _note(page, kind, value)
    body = _take_headline(page, kept)
    page.headings = [line for line in body[:-1] if _is_heading(line)]
    page.body = "\n\n".join(body)
    return page


def _take_headline(page: Page, lines: list[str]) -> list[str]:
    """Sets the page's title where it has none, and returns the lines of the body.

    The headline is the first line of four words or more above the first paragraph, else the longest there; what
    stands above it is the site's name or a section's.
    """
    top = lines[: next((number for number, line in enumerate(lines) if _is_paragraph(line)), len(lines))]
    if page.title:
        at = lines.index(page.title) if page.title in lines else -1
    elif top:
        headline = next((line for line in top if _words(line) >= 4), max(top, key=_words))
        at = top.index(headline)
    else:
        at = 0 if lines else -1
    if at >= 0:
        page.title = lines[at]
        page.reasons.update({line: "above the headline" for line in lines[:at] if not _is_paragraph(line)})
    above = [line for line in lines[: max(at, 0)] if _is_paragraph(line)]
    return [line for line in (*above, *lines[at + 1 :]) if line != page.title]


def _note(page: Page, kind: Kind, value: str) -> None:
    """Keeps the fact that a line of furniture tells: the first source and date, every author and tag."""
    if not value:
        return
    match kind:
        case Kind.SOURCE:
            page.source = page.source or value
        case Kind.DATE:
            page.published = page.published or value
        case Kind.BYLINE:
            names = [name.strip() for name in re.split(r",| and | & ", value) if name.strip()]
            page.authors.extend(name for name in names if name not in page.authors)
        case Kind.TAGS:
            page.tags.extend(tag.strip().lstrip("#") for tag in re.split(r"[,;|]", value) if tag.strip())


def _end_of_body(lines: list[str], kinds: list[Kind | None]) -> int:
    """The number of the line where the page's tail begins: the first end mark after half of the ordinary text.

    A list of other stories ends the body only where no paragraph follows it.
    """
    lengths = [len(line) if kind is None else 0 for line, kind in zip(lines, kinds, strict=True)]
    paragraphs = [number for number, length in enumerate(lengths) if length >= _LONG_LINE]
    last_paragraph = paragraphs[-1] if paragraphs else -1
    before_the_tail = sum(lengths) * _TAIL_STARTS_AFTER
    seen = 0
    for number, kind in enumerate(kinds):
        seen += lengths[number]
        if seen <= before_the_tail:
            continue
        if kind in (Kind.END, Kind.TAGS) or (kind is Kind.LIST and number > last_paragraph):
            return number
    return len(lines)


def _words(line: str) -> int:
    """How many words the line has; four characters of a script without spaces count as two."""
    return max(len(line.split()), len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", line)) // 2)


def _is_paragraph(line: str) -> bool:
    """Whether this is running text even above the headline, which may well ask or call."""
    return len(line) >= _LONG_LINE or bool(re.search(r"[.…。][\"'”’»)\]]*$", line))


def _is_heading(line: str) -> bool:
    return len(line) < _LONG_LINE and not _SENTENCE_END.search(line)
