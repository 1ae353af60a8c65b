"""The archive, read article by article, and events for those whose tags are others today."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from opensearchpy import AsyncOpenSearch
from redis.asyncio import Redis

from schemas.article import Article
from schemas.events import encode, retagged
from schemas.streams import ARTICLES_STREAM, EVENT_FIELD, INDEXER_GROUP
from services.index.names import IndexNames
from services.ingest import retag
from services.vocabulary.gazetteer import Gazetteer

_PAGE = 200
_KEPT_OPEN = "5m"
_MOST_WAITING = 2_000
_LOOK_AGAIN = 0.2
Report = Callable[[int, int, int], None]
"""Is told how many articles were read, of how many, and how many of them were published anew."""


async def apply(
    redis: Redis,
    index: AsyncOpenSearch,
    names: IndexNames,
    gazetteer: Gazetteer,
    without_automatic: frozenset[str],
    report: Report,
) -> tuple[int, int]:
    """How many articles were read, and how many published anew, each at the revision that it has.

    So whatever is newer by then stays: a correction, or a withdrawal. Articles of the publishers in `without_automatic`
    get none but their own tags. Waits while the indexer has more than 2,000 events to do. Raises OpenSearchException,
    RedisError.
    """
    read = published = 0
    async for page, total in _pages(index, f"{names.articles},{names.held}"):
        anew = []
        for article in page:
            changed = retag.retagged(article, gazetteer, article.publisher not in without_automatic)
            if changed:
                anew.append(encode(retagged(changed)))
        await _add(redis, anew)
        read, published = read + len(page), published + len(anew)
        report(read, total, published)
    return read, published


async def _pages(index: AsyncOpenSearch, aliases: str) -> AsyncIterator[tuple[list[Article], int]]:
    """Every article behind these aliases as of now, 200 at a time, and how many there are."""
    opened = await index.create_pit(index=aliases, params={"keep_alive": _KEPT_OPEN})
    pit = {"id": opened["pit_id"], "keep_alive": _KEPT_OPEN}
    body: dict[str, Any] = {"size": _PAGE, "pit": pit, "sort": ["_shard_doc"], "track_total_hits": True}
    body["_source"] = {"excludes": ["indexed_at", "recency_at"]}
    body["query"] = {"term": {"status": "published"}}
    try:
        while hits := (found := await index.search(body=body))["hits"]["hits"]:
            yield [Article.model_validate(hit["_source"]) for hit in hits], int(found["hits"]["total"]["value"])
            body["search_after"] = hits[-1]["sort"]
    finally:
        await index.delete_pit(body={"pit_id": [pit["id"]]})


async def _add(redis: Redis, events: list[bytes]) -> None:
    """Adds the events to the stream as soon as the indexer has little else to do."""
    if not events:
        return
    while await waiting(redis) > _MOST_WAITING:  # noqa: ASYNC110 - only Redis knows
        await asyncio.sleep(_LOOK_AGAIN)
    async with redis.pipeline(transaction=False) as adding:
        for event in events:
            adding.xadd(ARTICLES_STREAM, {EVENT_FIELD: event})
        await adding.execute()


async def waiting(redis: Redis) -> int:
    """How many events the indexer has not acknowledged."""
    groups: Any = await redis.xinfo_groups(ARTICLES_STREAM)
    own = next((group for group in groups if group["name"].decode() == INDEXER_GROUP), None)
    return int(own["pending"]) + int(own["lag"] or 0) if own else 0
