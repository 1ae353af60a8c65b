"""What the index holds of an article, for those who publish it: its newest version, and those before."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException

from schemas.article import Article
from schemas.reasons import Reason
from schemas.versions import version_id
from services.errors import Unavailable
from services.index.names import IndexNames
from services.ingest.known import from_document
from services.ingest.order import Known

_KNOWN_FIELDS = ["revision", "version", "status", "content_hash", "field_hashes", "cluster_id"]
_RECEIPT_FIELDS = "version,status,accepted_at"
_LOOK_UP_SECONDS = 2.0
_REST_SECONDS = 5.0
MAX_HISTORY = 1000
log = logging.getLogger(__name__)


class Library:
    """Reads the index. It may be away: publishing goes on without it, look-ups say so."""

    def __init__(self, index: AsyncOpenSearch, names: IndexNames) -> None:
        self._index = index
        self._names = names
        self._rests_until = 0.0

    async def newest(self, ids: Sequence[str]) -> dict[str, Known]:
        """What the index knows of each of these articles, embargoed and withdrawn ones included.

        An index that does not answer within two seconds knows nothing and is not asked again for five: accepting
        articles does not depend on it.
        """
        if not ids or time.monotonic() < self._rests_until:
            return {}
        wanted = [
            {"_index": alias, "_id": article_id, "_source": _KNOWN_FIELDS}
            for article_id in ids
            for alias in (self._names.write, self._names.held)
        ]
        try:
            found = await self._index.mget(body={"docs": wanted}, params={"request_timeout": _LOOK_UP_SECONDS})
        except OpenSearchException as problem:
            self._rests_until = time.monotonic() + _REST_SECONDS
            log.warning("the index is not asked for earlier versions for a while", extra={"cause": str(problem)})
            return {}
        known: dict[str, Known] = {}
        for document in found["docs"]:
            if not document.get("found"):
                continue
            one, article_id = from_document(document["_source"]), document["_id"]
            if article_id not in known or known[article_id].revision < one.revision:
                known[article_id] = one
        return known

    async def receipt_fields(self, article_id: str) -> dict[str, Any] | None:
        """Version, status (`published`, `withdrawn` or `held`) and time of acceptance; None for an unknown article."""
        for alias in (self._names.write, self._names.held):
            document = await self._get(alias, article_id, _RECEIPT_FIELDS)
            if document is not None:
                return {**document, "status": "held"} if alias == self._names.held else document
        return None

    async def newest_revision(self, article_id: str) -> int | None:
        """The revision of the newest version that the index has, embargoed ones included."""
        known = await self._newest_or_unavailable(article_id)
        return known.revision if known else None

    async def article(self, article_id: str, revision: int) -> Article | None:
        """This version of the article; None where it is not there yet, or was a withdrawal, or was purged."""
        entry = await self._get(self._names.versions, version_id(article_id, revision))
        return Article.model_validate(entry["article"]) if entry and "article" in entry else None

    async def kept(self, versions: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
        """Which of these versions, ids with revisions, the index has. Raises Unavailable."""
        wanted = {version_id(*version): version for version in versions}
        if not wanted:
            return set()
        try:
            found = await self._index.mget(
                index=self._names.versions, body={"ids": list(wanted)}, params={"_source": "false"}
            )
        except NotFoundError:
            return set()
        except OpenSearchException as problem:
            raise _no_answer() from problem
        return {wanted[one["_id"]] for one in found["docs"] if one.get("found")}

    async def is_withdrawn(self, article_id: str, revision: int) -> bool:
        """Whether this version is there, and is a withdrawal."""
        entry = await self._get(self._names.versions, version_id(article_id, revision), "kind")
        return entry is not None and entry["kind"] == "withdrawn"

    async def is_searchable(self, article_id: str, revision: int) -> bool:
        """Whether a search in the index finds this version, or a newer one. Raises Unavailable."""
        newer = {"range": {"revision": {"gte": revision}}}
        body = {"size": 0, "query": {"bool": {"filter": [{"term": {"id": article_id}}, newer]}}}
        try:
            params = {"request_timeout": _LOOK_UP_SECONDS}
            found = await self._index.search(index=self._names.write, body=body, params=params)
        except NotFoundError:
            return False
        except OpenSearchException as problem:
            raise _no_answer() from problem
        return bool(found["hits"]["total"]["value"])

    async def history(self, article_id: str) -> list[dict[str, Any]]:
        """Every version that is kept, newest first, at most 1,000, without their texts."""
        try:
            await self._index.indices.refresh(index=self._names.versions)
            found = await self._index.search(
                index=self._names.versions,
                body={
                    "query": {"term": {"id": article_id}},
                    "sort": [{"revision": "desc"}],
                    "size": MAX_HISTORY,
                    "_source": {"excludes": ["article"]},
                },
            )
        except NotFoundError:
            return []
        except OpenSearchException as problem:
            raise _no_answer() from problem
        return [hit["_source"] for hit in found["hits"]["hits"]]

    async def last_published(self, article_id: str) -> Article | None:
        """The newest version that was an article and no withdrawal."""
        for entry in await self.history(article_id):
            if entry["kind"] != "withdrawn":
                return await self.article(article_id, entry["revision"])
        return None

    async def ids_at(self, url: str, publisher: str) -> list[str]:
        """The ids of this publisher's articles at this canonical URL, as far as they can be searched by now."""
        query = {"bool": {"filter": [{"term": {"url": url}}, {"term": {"publisher": publisher}}]}}
        body = {"query": query, "size": 10, "_source": False}
        try:
            found = await self._index.search(index=f"{self._names.write},{self._names.held}", body=body)
        except NotFoundError:
            return []
        except OpenSearchException as problem:
            raise _no_answer() from problem
        return [hit["_id"] for hit in found["hits"]["hits"]]

    async def _newest_or_unavailable(self, article_id: str) -> Known | None:
        known = await self.newest([article_id])
        if not known and time.monotonic() < self._rests_until:
            raise _no_answer()
        return known.get(article_id)

    async def _get(self, alias: str, document_id: str, fields: str | None = None) -> dict[str, Any] | None:
        try:
            found: Mapping[str, Any] = await self._index.get(
                index=alias, id=document_id, params={"_source_includes": fields} if fields else {}
            )
        except NotFoundError:
            return None
        except OpenSearchException as problem:
            raise _no_answer() from problem
        return dict(found["_source"])


def _no_answer() -> Unavailable:
    return Unavailable(Reason.STREAM_UNAVAILABLE, "the index does not answer")
