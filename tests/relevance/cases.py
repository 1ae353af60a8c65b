"""The articles and the judged queries, as they stand in the files beside this one."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CORPUS = HERE / "corpus.toml"
_FIRST, _AMONG = 3, 2
_LISTS = ("first", "among", "below", "never", "tags", "sources")


@dataclass(frozen=True, slots=True)
class Case:
    """A search line, and what a reader wants of it.

    `first` stand first in this order, `among` are of the first ten, `below` come after all of these where they are
    found, `never` are not found at all. `grades` say how much an article is worth to NDCG: what the file says, else 3
    for `first` and 2 for `among`. `must` marks what may never be wrong, `limit` says why our answer is known to be
    wrong, `plain` whether any client's own query finds it too.
    """

    topic: str
    line: str
    first: tuple[str, ...]
    among: tuple[str, ...]
    below: tuple[str, ...]
    never: tuple[str, ...]
    grades: dict[str, int] = field(hash=False)
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    plain: bool = False
    must: bool = False
    limit: str | None = None


def query_files() -> list[Path]:
    """Every file of judged queries."""
    return sorted(file for file in HERE.glob("*.toml") if file != CORPUS)


def articles(files: list[Path]) -> dict[str, dict[str, Any]]:
    """What is searched, by id: the shared articles, and those that a file brings in its table `articles`."""
    found: dict[str, dict[str, Any]] = tomllib.loads(CORPUS.read_text(encoding="utf-8"))
    for file in files:
        found |= tomllib.loads(file.read_text(encoding="utf-8")).get("articles", {})
    return found


def cases(files: list[Path]) -> list[Case]:
    """A case for each spelling of each query. Raises TypeError for a key that means nothing."""
    return [case for file in files for case in _of(file)]


def _of(file: Path) -> Iterator[Case]:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    for query in told["query"]:
        known: dict[str, Any] = {"plain": told.get("also_plain", False), **query}
        known |= {name: tuple(query.get(name, ())) for name in _LISTS}
        worth = dict.fromkeys(known["among"], _AMONG) | dict.fromkeys(known["first"], _FIRST)
        known.setdefault("grades", worth)
        for line in known.pop("ask"):
            yield Case(file.stem, line, **known)
