"""Embargoed articles, moved to where they are searched when they are due, across restarts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from opensearchpy import AsyncOpenSearch

from schemas.article import Article
from schemas.changes import change_of
from schemas.dead_letter import DeadLetter
from schemas.events import encode, published
from schemas.outcome import Outcome, Status
from schemas.reasons import Reason
from services import logs
from services.index.names import IndexNames
from services.indexer.outcomes import Outcomes, Row
from services.indexer.store import Item, Store
from services.indexer.verdicts import Answer, Meaning

_PAGE = 20


@dataclass(frozen=True, slots=True)
class Held:
    """Moves due articles on the same version line: what was superseded meanwhile does not come back."""

    client: AsyncOpenSearch
    store: Store
    outcomes: Outcomes
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
                await self._settle(item, answer)
                moved += answer.meaning is Meaning.DONE
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

    async def _settle(self, item: Item, answer: Answer) -> None:
        """The article's outcome, and its dead letter where the index refused it, before it is let go."""
        now = self.now()
        dead = Reason.REFUSED_BY_INDEX if answer.meaning is Meaning.DEAD else None
        status: Status = "dead-lettered" if dead else "indexed" if answer.meaning is Meaning.DONE else "superseded"
        outcome = Outcome(status, int(now.timestamp() * 1_000_000), dead, answer.cause if dead else "")
        article = Article.model_validate_json(item.document or b"")
        letter = change = None
        if dead:
            letter = DeadLetter(
                reason=dead,
                detail=answer.cause,
                entry_id=f"held:{item.id}@{item.revision}",
                dead_at=now,
                article_id=item.id,
                revision=item.revision,
                event=encode(published(article)).decode(),
            )
        if answer.meaning is Meaning.DONE:
            change = change_of(article)
        await self.outcomes.write([Row(None, outcome, item.id, item.revision, letter, change)], even_if_full=True)
        logs.article(dead is not None, id=item.id, version=article.version, verdict=status, reason=dead)
