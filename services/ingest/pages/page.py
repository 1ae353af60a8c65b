"""A page's whole text, as a scraper saw it, told apart into headline, body, facts and furniture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from services.ingest.pages.facts import facts_of
from services.ingest.pages.furniture import recognize
from services.ingest.pages.headline import find_headline
from services.ingest.pages.keep import reasons_against
from services.ingest.pages.kinds import Kind, reason
from services.ingest.pages.lines import whole_lines
from services.ingest.pages.region import article_region, is_sentence, worth

_LONGEST_HEADING = 200
_FEW = 2
_FACTS_ABOVE, _FACTS_BELOW = 6, 12


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


def read_page(text: str, title: str | None = None, repeated: frozenset[str] = frozenset()) -> Page:
    """The page told apart.

    `text` is cleaned already; `title` is the headline where the publisher gave it; `repeated` are lines that stood on
    earlier pages of the publisher. Where nothing would be left without them, they are the article's own.
    """
    lines = whole_lines(text)
    page = _told_apart(lines, title, repeated)
    if repeated and not (page.title and page.body):
        return _told_apart(lines, title, frozenset())
    return page


def _told_apart(lines: list[str], title: str | None, repeated: frozenset[str]) -> Page:
    known = [recognize(line) for line in lines]
    kinds = [
        Kind.REPEATED if kind is None and line in repeated else kind
        for line, (kind, _) in zip(lines, known, strict=True)
    ]
    worths = [worth(line, kind) for line, kind in zip(lines, kinds, strict=True)]
    start, end = _region(kinds, worths)
    at = _place_of(title, lines, end) if title else find_headline(lines, kinds, start, end)
    start = _below_headline(kinds, start, at)
    page = Page(title or (lines[at] if at is not None else ""))
    against = list(zip(lines, _reasons(lines, kinds, worths, (start, end), at), strict=True))
    kept = [line for line, why in against if why is None and line != page.title]
    stays = {page.title, *kept}
    page.reasons = {line: why for line, why in against if why is not None and line not in stays}
    page.headings = _headings(kept)
    page.body = "\n\n".join(kept)
    facts = facts_of(known[max(0, (at or start) - _FACTS_ABOVE) : end + _FACTS_BELOW])
    page.source, page.authors, page.tags, page.published = facts.source, facts.authors, facts.tags, facts.published
    return page


def _region(kinds: Sequence[Kind | None], worths: Sequence[float]) -> tuple[int, int]:
    """Where the article stands; a text without furniture, or without a sentence, is taken whole."""
    start, end = article_region(worths, kinds)
    if start == end or not any(kinds):
        return 0, len(kinds)
    if len(kinds) - end <= _FEW and not any(kinds[end:]):
        return start, len(kinds)
    return start, end


def _place_of(title: str, lines: Sequence[str], end: int) -> int | None:
    """The number of the title's last line above the end of the text, None where it is not there."""
    return next((number for number in range(end - 1, -1, -1) if lines[number] == title), None)


def _below_headline(kinds: Sequence[Kind | None], start: int, at: int | None) -> int:
    """Where the text begins: below the headline, with a heading that stands right above its first line."""
    if at is None:
        return start
    if at >= start:
        return at + 1
    return start - 1 if start - 1 > at and kinds[start - 1] is None else start


def _reasons(
    lines: Sequence[str],
    kinds: Sequence[Kind | None],
    worths: Sequence[float],
    region: tuple[int, int],
    at: int | None,
) -> list[str | None]:
    """For each line of the page why it is not part of the article, None where it is."""
    start, end = region
    headline = start if at is None else at
    places = (
        (0, headline, "above the headline"),
        (headline, start, "between the headline and the text"),
        (end, len(lines), "below the end of the article"),
    )
    against: list[str | None] = [None] * len(lines)
    against[start:end] = reasons_against(lines[start:end], kinds[start:end], worths[start:end])
    for first, last, place in places:
        against[first:last] = [place if kind is None else reason(kind) for kind in kinds[first:last]]
    return against


def _headings(body: Sequence[str]) -> list[str]:
    """The lines that head the running text below them."""
    return [
        line
        for line, below in pairwise(body)
        if len(line) < _LONGEST_HEADING and not is_sentence(line) and is_sentence(below)
    ]
