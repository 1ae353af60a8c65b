"""Where in an article's text each of its tags comes from: the text in pieces, for a page to mark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

PARAGRAPH_BREAK = "\n\n"


class Evidence(Protocol):
    """What a tag says of its place: characters `start` to `end` of the article's `field`."""

    @property
    def slug(self) -> str: ...
    @property
    def field(self) -> str | None: ...
    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and the tags that come from it. `anchor` is its name in the page, `e-title-4` or empty."""

    text: str
    tags: tuple[str, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in its pieces, or a heading between paragraphs."""

    pieces: tuple[Piece, ...]
    is_heading: bool = False


def marked_title(title: str, tags: Sequence[Evidence]) -> tuple[Piece, ...]:
    """The title in pieces."""
    return tuple(_pieces(title, 0, "title", tags))


def marked_body(body: str, headings: Sequence[str], tags: Sequence[Evidence]) -> tuple[Paragraph, ...]:
    """The body's paragraphs, in order; blank ones are left out."""
    found: list[Paragraph] = []
    start = 0
    for text in body.split(PARAGRAPH_BREAK):
        if text.strip():
            found.append(Paragraph(tuple(_pieces(text, start, "body", tags)), text.strip() in headings))
        start += len(text) + len(PARAGRAPH_BREAK)
    return tuple(found)


def anchors(tags: Sequence[Evidence]) -> dict[str, str]:
    """From a tag's slug to the anchor of the piece at which its place begins."""
    return {tag.slug: _anchor(tag.field, tag.start) for tag in tags if tag.field and tag.start is not None}


def _pieces(text: str, offset: int, field: str, tags: Sequence[Evidence]) -> Iterator[Piece]:
    """The text, which begins `offset` characters into the field, cut wherever the place of a tag begins or ends."""
    places = [
        (max(0, tag.start - offset), min(len(text), tag.end - offset), tag.slug)
        for tag in tags
        if tag.field == field and tag.start is not None and tag.end is not None
    ]
    places = [place for place in places if place[0] < place[1]]
    cuts = sorted({0, len(text), *(start for start, _, _ in places), *(end for _, end, _ in places)})
    for start, end in pairwise(cuts):
        covering = tuple(slug for first, last, slug in places if first <= start and end <= last)
        yield Piece(text[start:end], covering, _anchor(field, start + offset) if covering else "")


def _anchor(field: str | None, start: int | None) -> str:
    return f"e-{field}-{start}"
