"""What the search page shows, out of what was asked and what was found: pure functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.index.asked import Asked
from services.search.asking import MAX_LINE, Page, query_string
from services.search.histogram_view import Histogram, histogram
from services.search.messages import Message
from services.search.model import FacetValue, Found, Hit
from services.search.rendering import counted, moment

_KINDS = {
    "tags": ("tag", "Tag"),
    "sources": ("source", "Source"),
    "publishers": ("publisher", "Publisher"),
    "authors": ("author", "Author"),
    "languages": ("language", "Language"),
    "sections": ("section", "Section"),
}
"""From the field of Asked to its query parameter and its name for people."""
_FACETS = {"tags": "Tags", "sources": "Sources", "languages": "Languages", "publishers": "Publishers"}


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of filters. `name` is their query parameter."""

    name: str
    label: str
    choices: Sequence[FacetValue]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    kind: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address and its words."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page: what was asked, what was found, and the address of every state that is one step away."""

    asked: Asked
    page: Page
    label: Callable[[str, str], str]
    found: Found | None = None
    message: Message | None = None
    longest_line: int = MAX_LINE

    @property
    def line(self) -> str:
        """The search line, empty where it asks for everything."""
        return "" if self.asked.is_everything else self.asked.line

    @property
    def sort(self) -> str:
        """`relevance` or `date`."""
        return self.asked.sort

    @property
    def collapse(self) -> bool:
        """Whether one article of each cluster is shown."""
        return self.page.collapse

    @property
    def hits(self) -> Sequence[Hit]:
        """The articles of this page."""
        return self.found.hits if self.found else ()

    @property
    def count(self) -> str:
        """How many were found, in words."""
        if self.found is None or not self.found.total:
            return "No articles" + (f" for “{self.line}”" if self.line else "")
        articles = counted(self.found.total, "article")
        stories = self.found.clusters
        return (
            articles
            if not stories or stories >= self.found.total
            else f"{articles} in {counted(stories, 'story', 'stories')}"
        )

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that no field of the form shows."""
        shown = {name for name in _FACETS if any(facet.name == _KINDS[name][0] for facet in self.facets)}
        hidden = [name for name in _KINDS if name not in shown]
        return [(_KINDS[name][0], value) for name in hidden for value in getattr(self.asked, name)]

    @property
    def chips(self) -> list[Chip]:
        """The filters that are set."""
        chips = [
            Chip(kind, self.label(name, value), self._href(_without(self.asked, name, value)))
            for name, (_, kind) in _KINDS.items()
            for values in [getattr(self.asked, name)]
            for value in values
        ]
        if self.asked.since or self.asked.until:
            chips.append(
                Chip("Published", _between(self.asked), self._href(replace(self.asked, since=None, until=None)))
            )
        return chips

    @property
    def unfiltered(self) -> str:
        """The address of the same line without filters."""
        return self._href(Asked(self.asked.line, sort=self.asked.sort))

    @property
    def facets(self) -> list[Facet]:
        """The groups of filters that have something to choose."""
        if self.found is None or self.found.facets is None:
            return []
        groups = [Facet(_KINDS[name][0], label, getattr(self.found.facets, name)) for name, label in _FACETS.items()]
        return [facet for facet in groups if len(facet.choices) > 1 or any(one.selected for one in facet.choices)]

    @property
    def histogram(self) -> Histogram | None:
        """The bars over time."""
        dates = self.found.facets.dates if self.found and self.found.facets else None
        if dates is None or self.found is None or not (self.found.total or self.asked.since or self.asked.until):
            return None
        return histogram(dates, self.asked, self._href)

    @property
    def did_you_mean(self) -> Link | None:
        """The spelling that finds something."""
        meant = self.found.did_you_mean if self.found else None
        return Link(meant, self._href(replace(self.asked, line=meant))) if meant else None

    @property
    def next(self) -> str | None:
        """The address of the next page."""
        cursor = self.found.next if self.found else None
        return query_string(self.asked, replace(self.page, cursor=cursor)) if cursor else None

    @property
    def first(self) -> str | None:
        """The address of the first page, from any other."""
        return self._href(self.asked) if self.page.cursor else None

    def with_tag(self, tag: str) -> str:
        """The address of the same search with this tag too."""
        tags = self.asked.tags if tag in self.asked.tags else (*self.asked.tags, tag)
        return self._href(replace(self.asked, tags=tags))

    def tag_label(self, tag: str) -> str:
        """A tag as people read it."""
        return self.label("tags", tag)

    def _href(self, asked: Asked) -> str:
        return query_string(asked, replace(self.page, cursor=None)) or "/"


def _without(asked: Asked, name: str, value: str) -> Asked:
    left = tuple(one for one in getattr(asked, name) if one != value)
    return replace(asked, **{name: left})  # type: ignore[arg-type]


def _between(asked: Asked) -> str:
    since = f"from {moment(asked.since)}" if asked.since else ""
    until = f"before {moment(asked.until)}" if asked.until else ""
    return " ".join(filter(None, (since, until)))
