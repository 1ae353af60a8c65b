"""Searches page by page, so that what arrives meanwhile neither hides a hit nor shows one twice.

The first page is of this moment. The second opens a point in time, and all further pages are of that: its whole list
in order, without what the first page showed. Of what they show, everything is read anew through the alias: nothing
withdrawn since is shown, and nothing in an old version.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from schemas.reasons import Reason
from services.errors import Rejected
from services.index.asked import Asked
from services.index.copies import copies, copies_body
from services.index.facets import apart, counts
from services.index.queries import hits_of
from services.index.spelling import did_you_mean
from services.search import bodies, found
from services.search.asking import Page, query_string
from services.search.cursor import Cursor, Position, Seal, cut, mark
from services.search.index import Index
from services.search.labels import Labels
from services.search.model import Found, Hit
from services.search.pits import Pits


@dataclass(frozen=True, slots=True)
class Searching:
    """Makes pages of hits. A long list may be read for `life`."""

    index: Index
    labels: Labels
    seal: Seal
    pits: Pits
    life: timedelta
    now: Callable[[], datetime]

    async def search(self, asked: Asked, page: Page) -> Found:
        """One page. Raises Unavailable; Rejected for a cursor that was not given here, or is over."""
        of = mark(query_string(asked, Page(collapse=page.collapse)))
        if page.cursor is None:
            return await self._first(asked, page, of)
        return await self._further(asked, page, self.seal.opened(page.cursor, of))

    async def _first(self, asked: Asked, page: Page, of: str) -> Found:
        answer, others = await self._ask(bodies.first_page(asked, page), asked, page)
        raw = hits_of(answer, asked)
        shown = raw[: page.size]
        marks = tuple(map(mark, found.marks_of(shown, page.collapse)))
        further = self.seal.sealed(Cursor(of, marks)) if len(raw) > page.size else None
        meant = None if raw or asked.is_everything else await did_you_mean(asked, self.index.search)
        hits = await self._hits(shown, asked, page)
        return self._found(asked, page, answer, others, hits, further).model_copy(update={"did_you_mean": meant})

    async def _further(self, asked: Asked, page: Page, cursor: Cursor) -> Found:
        now = self.now()
        if cursor.born and now > datetime.fromisoformat(cursor.born) + self.life:
            raise Rejected(Reason.GONE, "this list is kept no longer; start again from the first page")
        pit, born = cursor.pit or await self.pits.open(), cursor.born or now.isoformat()
        size = page.size + len(cursor.shown) + 1
        in_pit = {"id": pit, "keep_alive": self.pits.keep_alive}
        answer, others = await self._ask(
            bodies.further_page(asked, page, size, born, in_pit, cursor.after), asked, page
        )
        raw = hits_of(answer, asked)
        part = cut([mark(one) for one in found.marks_of(raw, page.collapse)], cursor.shown, page.size)
        after = _after(raw, part.passed, cursor.after, page.collapse)
        more = part.more and not (page.collapse and _ends(after, page, len(part.shown)))
        self.pits.used(pit, is_last=not more)
        further = self.seal.sealed(Cursor(cursor.of, part.shown, pit, born, after)) if more else None
        shown = await self._as_now([raw[number] for number in part.kept], asked)
        return self._found(asked, page, answer, others, await self._hits(shown, asked, page), further)

    async def _ask(
        self, body: Mapping[str, Any], asked: Asked, page: Page
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        facets = apart(asked) if page.facets else {}
        pit = {"pit": body["pit"]} if "pit" in body else {}
        first, *others = await self.index.search_all([body, *({**facet, **pit} for facet in facets.values())])
        return first, dict(zip(facets, others, strict=True))

    async def _as_now(self, raw: Sequence[Mapping[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        """The hits as they are now; those that are shown no more are gone."""
        ids = [one["_source"]["id"] for one in raw]
        hits = (await self.index.search(bodies.these(ids, asked)))["hits"]["hits"] if ids else []
        now = {one["_source"]["id"]: one for one in hits}
        scores = {one["_source"]["id"]: one["_score"] for one in raw}
        return [{**now[article_id], "_score": scores[article_id]} for article_id in ids if article_id in now]

    async def _hits(self, shown: Sequence[Mapping[str, Any]], asked: Asked, page: Page) -> tuple[Hit, ...]:
        """The hits, with what else of their clusters is found where that is not shown itself."""
        clusters = [one["_source"]["cluster_id"] for one in shown if one["_source"].get("cluster_id")]
        if not (page.collapse and clusters):
            return tuple(map(found.hit, shown))
        others = copies(await self.index.search(copies_body(asked, clusters, bodies.OTHER_FIELDS)))
        return tuple(found.hit(one, others.get(one["_source"].get("cluster_id"), (1, ()))) for one in shown)

    def _found(
        self,
        asked: Asked,
        page: Page,
        answer: Mapping[str, Any],
        others: Mapping[str, Mapping[str, Any]],
        hits: tuple[Hit, ...],
        further: str | None,
    ) -> Found:
        return Found(
            total=answer["hits"]["total"]["value"],
            clusters=answer["aggregations"]["clusters"]["value"] if page.collapse else None,
            took_ms=max(one["took"] for one in (answer, *others.values())),
            hits=hits,
            facets=found.facets(counts(answer, others), asked, self.labels.value) if page.facets else None,
            next=further,
            query=query_string(asked, replace(page, cursor=None)),
        )


def _after(raw: Sequence[Mapping[str, Any]], passed: int, before: Position | None, collapse: bool) -> Position | None:
    """Where to go on: OpenSearch counts where clusters are shown once, and else compares."""
    if collapse:
        return passed + (before if isinstance(before, int) else 0)
    sort: list[Any] | None = raw[passed - 1]["sort"] if passed else None
    return sort or before


def _ends(after: Position | None, page: Page, shown: int) -> bool:
    """Whether the next page would count beyond what OpenSearch counts."""
    return isinstance(after, int) and after + page.size + shown + 1 > bodies.MOST_LISTED
