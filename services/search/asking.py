"""Query parameters into what is asked, and back into the shortest query string that asks the same: pure functions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from urllib.parse import urlencode

from schemas.reasons import Reason
from schemas.receipt import FieldError
from services.errors import Rejected
from services.index.asked import Asked
from services.index.instants import as_since, as_until, since, until

DEFAULT_SIZE, MAX_SIZE = 20, 100
MAX_LINE, MAX_VALUE, MAX_VALUES, MAX_CURSOR = 1_000, 256, 50, 4_000
LISTS = {
    "tag": "tags",
    "source": "sources",
    "publisher": "publishers",
    "author": "authors",
    "language": "languages",
    "section": "sections",
}
"""From the name of a parameter to the field of Asked."""
_SORTS: dict[str, Literal["relevance", "date"]] = {"relevance": "relevance", "date": "date"}
_SWITCHES = {"1": True, "0": False}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of what is found is wanted. `cursor` is what the page before gave."""

    size: int = DEFAULT_SIZE
    cursor: str | None = None
    collapse: bool = True
    facets: bool = True


def read(parameters: Iterable[tuple[str, str]], canonical: Callable[[str], str]) -> tuple[Asked, Page]:
    """What these parameters ask; `canonical` makes a tag's slug of any spelling. Empty values say nothing.

    Raises Rejected with a pointer to each parameter that cannot be used.
    """
    given = _Given()
    for name, value in parameters:
        given.add(name, value.strip())
    tags = tuple(dict.fromkeys(filter(None, map(canonical, given.several("tag")))))
    asked = Asked(
        line=given.one("q", str, "*", MAX_LINE),
        tags=tags,
        **{field: given.several(name) for name, field in LISTS.items() if name != "tag"},
        since=given.one("from", since, None),
        until=given.one("to", until, None),
        sort=_SORTS[given.one("sort", _one_of(_SORTS), "relevance")],
    )
    page = Page(
        size=given.one("size", _size, DEFAULT_SIZE),
        cursor=given.one("cursor", str, None, MAX_CURSOR),
        collapse=_SWITCHES[given.one("collapse", _one_of(_SWITCHES), "1")],
        facets=_SWITCHES[given.one("facets", _one_of(_SWITCHES), "1")],
    )
    if given.errors:
        detail = "; ".join(f"{error.pointer.removeprefix('/')}: {error.detail}" for error in given.errors)
        raise Rejected(Reason.INVALID_FIELD, detail, tuple(given.errors))
    return asked, page


def query_string(asked: Asked, page: Page) -> str:
    """`?q=…`, without what is so anyway; empty where everything is."""
    pairs: list[tuple[str, str]] = [] if asked.is_everything else [("q", asked.line.strip())]
    pairs += [(name, value) for name, field in LISTS.items() for value in getattr(asked, field)]
    if asked.since:
        pairs.append(("from", as_since(asked.since)))
    if asked.until:
        pairs.append(("to", as_until(asked.until)))
    if asked.sort != "relevance":
        pairs.append(("sort", asked.sort))
    if page.size != DEFAULT_SIZE:
        pairs.append(("size", str(page.size)))
    pairs += [(name, "0") for name in ("collapse", "facets") if not getattr(page, name)]
    if page.cursor:
        pairs.append(("cursor", page.cursor))
    return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(slots=True)
class _Given:
    """The parameters as they came, and what is wrong with them."""

    values: dict[str, list[str]] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        if value:
            self.values.setdefault(name, []).append(value)

    def one(self, name: str, parse: Callable[[str], Value], default: Value, longest: int = MAX_VALUE) -> Value:
        """The last of them."""
        values = self.values.get(name, ())
        try:
            return parse(_within(values[-1], longest)) if values else default
        except ValueError as problem:
            self.errors.append(FieldError(pointer=f"/{name}", detail=str(problem)))
            return default

    def several(self, name: str) -> tuple[str, ...]:
        """All of them, each once."""
        values = self.values.get(name, [])
        try:
            if len(values) > MAX_VALUES:
                raise ValueError(f"at most {MAX_VALUES} of them")
            return tuple(dict.fromkeys(_within(value, MAX_VALUE) for value in values))
        except ValueError as problem:
            self.errors.append(FieldError(pointer=f"/{name}", detail=str(problem)))
            return ()


def _within(value: str, longest: int) -> str:
    if len(value) > longest:
        raise ValueError(f"at most {longest:,} characters")
    return value


def _size(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MAX_SIZE):
        raise ValueError(f"a number from 1 to {MAX_SIZE}")
    return int(value)


def _one_of(values: Iterable[str]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return value

    return parse
