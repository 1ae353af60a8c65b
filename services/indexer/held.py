"""Embargoed articles, moved to where they are searched when they are due, across restarts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis

from schemas.outcome import Outcome
from schemas.streams import article_key, outcome_field
from services.index.names import IndexNames
from services.indexer.store import Item, Store
from services.indexer.verdicts import Meaning

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Held:
    """Moves due articles on the same version line: what was superseded meanwhile does not come back."""

    client: AsyncOpenSearch
    store: Store
    redis: Redis
    names: IndexNames
    now: Callable[[], datetime]

    async def release_due(self) -> int:
        """Moves every article whose embargo has ended; returns how many were moved."""
        moved = 0
        while due := await self._due():
            items = [Item(self.names.write, hit["_id"], hit["_version"], orjson.dumps(hit["_source"])) for hit in due]
            answers = await self.store.write(items)
            await self.store.refresh(self.names.write)
            for item, answer in zip(items, answers, strict=True):
                if answer.meaning is Meaning.DONE:
                    await self._receipt(item)
                    moved += 1
            await self.store.write([Item(self.names.held, item.id, item.revision, None) for item in items])
            await self.store.refresh(self.names.held)
        return moved

    async def _due(self) -> list[dict[str, Any]]:
        await self.client.indices.refresh(index=self.names.held)
        body = {
            "size": _PAGE,
            "version": True,
            "query": {"range": {"embargoed_until": {"lte": self.now().isoformat()}}},
        }
        found = await self.client.search(index=self.names.held, body=body)
        hits: list[dict[str, Any]] = found["hits"]["hits"]
        return hits

    async def _receipt(self, item: Item) -> None:
        outcome = Outcome("indexed", int(self.now().timestamp() * 1_000_000))
        await self.redis.hset(article_key(item.id), outcome_field(item.revision), outcome.encode())
