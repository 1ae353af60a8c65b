"""What the pages of an article and of its versions show: pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.index.asked import Asked
from services.search.asking import MAX_LINE, Page, query_string
from services.search.differences import Difference
from services.search.evidence import PARAGRAPH_BREAK, Paragraph, Piece, anchors, marked_body, marked_title
from services.search.model import ArticleView, Hit, VersionSummary
from services.search.rendering import article_path

_SAME_BEGINNING = 60


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list of them, by its number from 1. `against` is where its changes are, None for the first."""

    number: int
    entry: VersionSummary
    href: str
    against: str | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The page of an article."""

    article: ArticleView
    title_pieces: tuple[Piece, ...]
    paragraphs: tuple[Paragraph, ...]
    anchors: dict[str, str]
    versions: tuple[VersionLine, ...]
    related: Sequence[Hit]
    longest_line: int = MAX_LINE

    @property
    def summary_begins_body(self) -> bool:
        """Whether the text says again what the summary does."""
        return self.article.body.startswith((self.article.summary or "")[:_SAME_BEGINNING])

    def tagged(self, slug: str) -> str:
        """The address of all articles with this tag."""
        return query_string(Asked(tags=(slug,)), Page())


@dataclass(frozen=True, slots=True)
class VersionPage:
    """The page of one version, or of what it changed: `differences` is None where none was asked for."""

    article: ArticleView
    version: VersionSummary
    text: dict[str, Any]
    older: VersionSummary | None
    differences: tuple[Difference, ...] | None
    versions: tuple[VersionLine, ...]
    longest_line: int = MAX_LINE

    @property
    def path(self) -> str:
        """Where this version is."""
        return version_path(self.article.id, self.version.revision)

    @property
    def paragraphs(self) -> list[str]:
        """The text's."""
        return [text for text in str(self.text.get("body", "")).split(PARAGRAPH_BREAK) if text.strip()]

    @property
    def number(self) -> int:
        """Which version this is, from 1."""
        return self._number(self.version)

    @property
    def older_number(self) -> int | None:
        """Which version it is compared with."""
        return self._number(self.older) if self.older else None

    @property
    def others(self) -> list[VersionLine]:
        """What it can be compared with."""
        return [one for one in self.versions if one.entry != self.version and one.entry.kind != "withdrawn"]

    def _number(self, entry: VersionSummary) -> int:
        return next(one.number for one in self.versions if one.entry == entry)


def article_page(article: ArticleView, related: Sequence[Hit]) -> ArticlePage:
    """The page of this article, its related articles beside it."""
    places = [tag for tag in article.tags if tag.start is not None]
    return ArticlePage(
        article=article,
        title_pieces=marked_title(article.title, places),
        paragraphs=marked_body(article.body, article.headings, places),
        anchors=anchors(places),
        versions=version_lines(article, article.revision),
        related=related,
    )


def version_page(
    article: ArticleView,
    text: dict[str, Any],
    revision: int,
    older: int | None = None,
    changes: tuple[Difference, ...] | None = None,
) -> VersionPage:
    """The page of the version with this revision, and of what changed since the `older` one where that is named."""
    by_revision = {one.revision: one for one in article.versions}
    return VersionPage(
        article=article,
        version=by_revision[revision],
        text=text,
        older=None if older is None else by_revision[older],
        differences=changes,
        versions=version_lines(article, revision),
    )


def version_lines(article: ArticleView, shown: int | None) -> tuple[VersionLine, ...]:
    """The versions, newest first, the shown one marked."""
    newest_first = sorted(article.versions, key=lambda one: -one.revision)
    readable = [one.revision for one in newest_first if one.kind != "withdrawn"]
    numbered = zip(range(len(newest_first), 0, -1), newest_first, strict=True)
    return tuple(_line(article.id, number, one, readable, shown) for number, one in numbered)


def version_path(article_id: str, revision: int) -> str:
    """Where the page of a version is."""
    return f"{article_path(article_id)}/versions/{revision}"


def _line(
    article_id: str, number: int, entry: VersionSummary, readable: Sequence[int], shown: int | None
) -> VersionLine:
    before = next((revision for revision in readable if revision < entry.revision), None)
    path = version_path(article_id, entry.revision)
    return VersionLine(number, entry, path, f"{path}?against={before}" if before else None, entry.revision == shown)
