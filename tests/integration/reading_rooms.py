"""A reading room in this process, over an index of its own that tests write into."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from opensearchpy import AsyncOpenSearch

from services.index.client import build_client
from services.index.names import IndexNames
from services.indexer.prepare import prepare_index
from services.search.app import build_app
from services.search.settings import SearchSettings

NO_REDIS = "redis://127.0.0.1:1/0"
NEWEST = datetime(2026, 10, 20, 12, tzinfo=UTC)


def document(article_id: str, age: timedelta = timedelta(), **fields: Any) -> dict[str, Any]:
    """An article as it stands in the index."""
    at = (NEWEST - age).isoformat()
    return {
        "id": article_id,
        "publisher": "local",
        "title": f"Title of {article_id}",
        "body": "A text about bridges and nothing else.",
        "status": "published",
        "language": "en",
        "version": 1,
        "revision": 1,
        "accepted_at": at,
        "published_at": at,
        "recency_at": at,
        "cluster_id": article_id,
        **fields,
    }


@dataclass(slots=True)
class Room:
    """The reading room of one test, and the index under it."""

    app: FastAPI
    client: httpx.AsyncClient
    index: AsyncOpenSearch
    names: IndexNames

    async def put(self, *documents: dict[str, Any], alias: str | None = None) -> None:
        """Writes documents, which can be found then."""
        lines: Iterable[dict[str, Any]] = [
            line for one in documents for line in ({"index": {"_id": one.get("_id", one["id"])}}, _bare(one))
        ]
        answer = await self.index.bulk(index=alias or self.names.write, body=list(lines), params={"refresh": "true"})
        assert not answer["errors"], answer

    async def clear(self) -> None:
        """Removes every document."""
        everything = f"{self.names.write},{self.names.held},{self.names.versions}"
        body: dict[str, Any] = {"query": {"match_all": {}}}
        await self.index.delete_by_query(index=everything, body=body, params={"refresh": "true"})

    async def put_version(self, entry: dict[str, Any]) -> None:
        """Writes a version of an article."""
        await self.put({**entry, "_id": f"{entry['id']}@{entry['revision']}"}, alias=self.names.versions)

    async def search(self, **asked: Any) -> dict[str, Any]:
        """What a search that succeeds answers."""
        answer = await self.client.get("/v1/search", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ids(self, **asked: Any) -> list[str]:
        """The ids that a search finds, in order."""
        return [hit["id"] for hit in (await self.search(**asked))["hits"]]


def _bare(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "_id"}


@asynccontextmanager
async def reading_room(opensearch_url: str, prefix: str, **changes: Any) -> AsyncIterator[Room]:
    """A reading room without Redis, unless it is told of one."""
    told = {"redis_url": NO_REDIS, "search_rate": "0", **changes}
    settings = SearchSettings(opensearch_url=opensearch_url, index_prefix=prefix, **told)
    names = IndexNames.with_prefix(prefix)
    index = build_client(settings)
    await prepare_index(index, names, 0, "default")
    app = build_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://room", timeout=30) as client,
        ):
            yield Room(app, client, index, names)
    finally:
        await index.indices.delete(index=f"{prefix}*")
        await index.delete_script(id=names.search_template, params={"ignore": 404})
        await index.close()
