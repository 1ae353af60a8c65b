"""Which alerts match which articles, with one bad query or one bad article never standing in the way of the others."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.alerts.registry import Match, Refused

Document = dict[str, Any]
Ask = Callable[[list[Document], list[str] | None], Awaitable[list[Match]]]
"""Registry.matches: raises Refused for what no later try can change."""
_MOST_IDS = 5_000
_MOST_BYTES = 5_000_000
_NOBODY = "-"
log = logging.getLogger(__name__)


class NothingAnswers(Exception):
    """Everything is refused: that is no alert's and no article's fault, so nobody is blamed."""


@dataclass(slots=True)
class Matches:
    """What came of it: alerts by article, articles that cannot be read, and alerts whose queries are broken."""

    by_article: dict[str, list[Match]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Percolator:
    """Asks all at once; only when that is refused, it looks for who is to blame, by halves."""

    ask: Ask
    ids: Callable[[], Awaitable[list[str]]]

    async def match(self, articles: Mapping[str, Document]) -> Matches:
        """The matches of these articles, by their ids. Raises NothingAnswers, and what `ask` and `ids` raise."""
        found = Matches()
        for part in _parts(articles):
            await self._match(part, found)
        return found

    async def _match(self, articles: Mapping[str, Document], found: Matches) -> None:
        try:
            _note(found, list(articles), await self.ask(list(articles.values()), None))
        except Refused as problem:
            log.warning("a percolation was refused; looking for the culprit", extra={"cause": str(problem)})
            await self._require_answers()
            readable = {one: known for one, known in articles.items() if await self._is_readable(one, known, found)}
            if readable:
                await self._blame(readable, found)

    async def _require_answers(self) -> None:
        """Nothing can be wrong with an empty article and no alert: where that is refused, nobody is to blame."""
        try:
            await self.ask([{}], [_NOBODY])
        except Refused as problem:
            raise NothingAnswers(str(problem)) from problem

    async def _is_readable(self, article_id: str, document: Document, found: Matches) -> bool:
        """Whether the article can be read at all; asked of no alert, OpenSearch reads it all the same."""
        try:
            await self.ask([document], [_NOBODY])
        except Refused as problem:
            found.unreadable[article_id] = str(problem)
            return False
        return True

    async def _blame(self, articles: Mapping[str, Document], found: Matches) -> None:
        ids = await self.ids()
        broken: dict[str, str] = {}
        waiting: list[Sequence[str]] = [ids[first : first + _MOST_IDS] for first in range(0, len(ids), _MOST_IDS)]
        while waiting:
            some = waiting.pop()
            try:
                _note(found, list(articles), await self.ask(list(articles.values()), list(some)))
            except Refused as problem:
                half = len(some) // 2
                if half:
                    waiting += [some[:half], some[half:]]
                else:
                    broken[some[0]] = str(problem)
        if len(broken) == len(ids) > 1:
            raise NothingAnswers(next(iter(broken.values())))
        found.broken |= broken


def _note(found: Matches, articles: list[str], matches: list[Match]) -> None:
    for match in matches:
        for number in match.documents:
            found.by_article.setdefault(articles[number], []).append(match)


def _parts(articles: Mapping[str, Document]) -> list[dict[str, Document]]:
    """The articles in parts of at most about 5 MB."""
    parts: list[dict[str, Document]] = []
    size = _MOST_BYTES
    for article_id, document in articles.items():
        more = len(orjson.dumps(document))
        if size + more > _MOST_BYTES:
            parts.append({})
            size = 0
        parts[-1][article_id] = document
        size += more
    return parts
