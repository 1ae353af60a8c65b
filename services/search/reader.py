"""Everything that the reading room reads, for its API and its pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from services.index.asked import Asked
from services.index.queries import hits_of
from services.index.related import related_body
from services.index.suggesting import tag_counts, tags_body, titles_body
from services.search import bodies, found
from services.search.asking import Page
from services.search.index import Index
from services.search.labels import Labels
from services.search.model import ArticleView, Found, Hit, SuggestedTitle, Suggestions, TagCount, VersionSummary
from services.search.searching import Searching
from services.vocabulary.names import slug

_VERSION_FIELDS = ["version", "revision", "accepted_at", "kind", "changed", "correction", "article.title"]
_EMBARGO = "article.embargoed_until"


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks, and makes answers of what comes. Everything raises Unavailable while OpenSearch does not answer."""

    index: Index
    labels: Labels
    searching: Searching
    now: Callable[[], datetime]

    async def search(self, asked: Asked, page: Page) -> Found:
        """One page of what is found. Raises Rejected for a cursor that was not given here, or is over."""
        return await self.searching.search(asked, page)

    async def article(self, article_id: str) -> ArticleView | None:
        """The article as it stands now; None for one that the alias does not show."""
        source = await self._source(article_id)
        if source is None:
            return None
        return found.article(source, await self._cluster(source), await self._versions(source), self.labels.tag)

    async def version(self, article_id: str, revision: int) -> dict[str, Any] | None:
        """One version of an article that the alias shows now, whole; None too while its embargo goes on."""
        source = await self._source(article_id)
        if source is None:
            return None
        entries = await self._entries(bodies.versions(article_id, ["article"], revision))
        kept: dict[str, Any] = entries[0].get("article", {}) if entries else {}
        article = kept or (source if source["revision"] == revision else {})
        return {name: value for name, value in article.items() if name not in bodies.NOT_SHOWN} or None

    async def related(self, article_id: str, size: int) -> list[Hit] | None:
        """Articles that say something like it, none of its own cluster; None for one that the alias does not show."""
        source = await self._source(article_id, ["id", "title", "body", "cluster_id"])
        if source is None:
            return None
        answer = await self.index.search(related_body(source, size) | {"_source": bodies.HIT_FIELDS})
        return [found.hit(one) for one in answer["hits"]["hits"]]

    async def suggest(self, text: str) -> Suggestions:
        """Titles and tags that somebody who types this may mean."""
        begun = slug(text)
        if not begun:
            return Suggestions()
        titles, tags = await self.index.search_all(
            [
                titles_body(text) | {"highlight": bodies.TITLE_AS_TYPED},
                tags_body(begun, self.labels.tags_named(text)),
            ]
        )
        return Suggestions(
            titles=tuple(_suggested(one) for one in titles["hits"]["hits"]), tags=self._counted(tags, None)
        )

    async def tags(self, prefix: str, size: int) -> tuple[TagCount, ...]:
        """The tags that begin like this or are named so, in any spelling; the most frequent ones where it is empty."""
        answer = await self.index.search(tags_body(slug(prefix), self.labels.tags_named(prefix), size))
        return self._counted(answer, size)

    async def matching(self, searches: Sequence[Asked], ids: Sequence[str]) -> list[list[Hit]]:
        """For each search those of these articles that it finds."""
        answers = await self.index.search_all([bodies.those_found(asked, ids) for asked in searches])
        each = zip(searches, answers, strict=True)
        return [[found.hit(one) for one in hits_of(answer, asked)] for asked, answer in each]

    async def answers(self) -> bool:
        """Whether the alias can be searched."""
        return await self.index.answers()

    def _counted(self, answer: Mapping[str, Any], size: int | None) -> tuple[TagCount, ...]:
        counts = tag_counts(answer["aggregations"], *(() if size is None else (size,)))
        return tuple(TagCount(slug=tag, label=self.labels.tag(tag), count=count) for tag, count in counts.items())

    async def _source(self, article_id: str, fields: Sequence[str] | None = None) -> dict[str, Any] | None:
        hits = (await self.index.search(bodies.whole_article(article_id, fields)))["hits"]["hits"]
        return hits[0]["_source"] if hits else None

    async def _cluster(self, source: Mapping[str, Any]) -> list[Hit]:
        if not source.get("cluster_id"):
            return []
        answer = await self.index.search(bodies.cluster(source["id"], source["cluster_id"]))
        return [found.hit(one) for one in answer["hits"]["hits"]]

    async def _versions(self, source: Mapping[str, Any]) -> list[VersionSummary]:
        """Those that can be found by now, and the shown one, which is there at once."""
        kept = [found.version(one) for one in await self._entries(bodies.versions(source["id"], _VERSION_FIELDS))]
        is_kept = any(one.revision == source["revision"] for one in kept)
        return kept if is_kept else [found.shown_version(source), *kept]

    async def _entries(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = await self.index.versions({**body, "_source": [*body["_source"], _EMBARGO]})
        now = self.now()
        return [one["_source"] for one in answer["hits"]["hits"] if found.is_open(one["_source"], now)]


def _suggested(raw: Mapping[str, Any]) -> SuggestedTitle:
    source = raw["_source"]
    marked = raw.get("highlight", {}).get("title.exact", [escape(source["title"])])[0]
    return SuggestedTitle(id=source["id"], title=source["title"], title_html=marked)
