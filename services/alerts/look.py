"""What the index has of articles, as its readers find them: nothing embargoed, expired or withdrawn."""

from collections.abc import Sequence
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.alerts.decide import Seen
from services.index.names import IndexNames

_TOMBSTONE = ["id", "publisher", "version", "revision"]


async def look(client: AsyncOpenSearch, names: IndexNames, ids: Sequence[str]) -> dict[str, Seen]:
    """What there is of each of these articles; a search, because an alias filters no reading by id.

    Raises OpenSearchException.
    """
    found = await _search(client, names.articles, {"ids": {"values": list(ids)}}, True, len(ids))
    seen = {article_id: Seen(document=source) for article_id, source in found.items()}
    if hidden := [article_id for article_id in ids if article_id not in seen]:
        withdrawn = {
            "bool": {"filter": [{"ids": {"values": hidden}}, {"term": {"status": "withdrawn"}}]},
        }
        tombstones = await _search(client, names.write, withdrawn, _TOMBSTONE, len(hidden))
        seen |= {article_id: Seen(tombstone=source) for article_id, source in tombstones.items()}
    return {article_id: seen.get(article_id, Seen()) for article_id in ids}


async def _search(
    client: AsyncOpenSearch, alias: str, query: dict[str, Any], source: bool | list[str], size: int
) -> dict[str, dict[str, Any]]:
    body = {"size": size, "query": query, "_source": source, "track_total_hits": False}
    params = {"allow_partial_search_results": "false"}
    hits = (await client.search(index=alias, body=body, params=params))["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}
