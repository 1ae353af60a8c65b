"""Whether two indices hold the same: every count, and a sample document by document."""

from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_scan

_SAMPLE = 500
_PAGE = 1000
_COMPLETED = frozenset({"cluster_id", "recency_at"})


async def differences(client: AsyncOpenSearch, source: str, target: str) -> list[str]:
    """What differs, in words; nothing where they hold the same. Both must be refreshed, and rest."""
    counts = [await _counts(client, index) for index in (source, target)]
    if counts[0] != counts[1]:
        return [f"{source} has {counts[0]}, {target} has {counts[1]}"]
    newest: dict[str, Any] = {"sort": [{"_seq_no": "desc"}]}
    any_of_them: dict[str, Any] = {
        "query": {"function_score": {"random_score": {"seed": 7, "field": "_seq_no"}, "boost_mode": "replace"}}
    }
    told = []
    for body in (newest, any_of_them):
        found = await client.search(index=source, body={**body, "size": _SAMPLE, "version": True})
        told += await _unlike(client, target, found["hits"]["hits"])
    return list(dict.fromkeys(told))


async def remove_what_is_gone(client: AsyncOpenSearch, source: str, target: str) -> int:
    """Removes from `target` what `source` no longer has: a copy brings no deletions. Returns how many."""
    removed = 0
    if (await _total(client, source)) == (await _total(client, target)):
        return 0
    page: list[str] = []
    async for hit in async_scan(client, index=target, query={"_source": False}, size=_PAGE):
        page.append(hit["_id"])
        if len(page) == _PAGE:
            removed += await _remove_missing(client, source, target, page)
            page = []
    removed += await _remove_missing(client, source, target, page)
    await client.indices.refresh(index=target)
    return removed


async def _remove_missing(client: AsyncOpenSearch, source: str, target: str, ids: list[str]) -> int:
    if not ids:
        return 0
    found = await client.mget(index=source, body={"ids": ids}, params={"_source": "false"})
    missing = [one["_id"] for one in found["docs"] if not one["found"]]
    if missing:
        await client.bulk(body=[{"delete": {"_index": target, "_id": one}} for one in missing])
    return len(missing)


async def _total(client: AsyncOpenSearch, index: str) -> int:
    return int((await client.count(index=index))["count"])


async def _counts(client: AsyncOpenSearch, index: str) -> dict[str, int]:
    body = {"size": 0, "aggs": {"of": {"terms": {"field": "status", "size": 20, "missing": "none"}}}}
    if "status" not in (await client.indices.get_mapping(index=index))[index]["mappings"]["properties"]:
        body = {"size": 0, "aggs": {"of": {"terms": {"field": "kind", "size": 20, "missing": "none"}}}}
    found = await client.search(index=index, body=body)
    return {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"]["of"]["buckets"]}


async def _unlike(client: AsyncOpenSearch, target: str, hits: list[dict[str, Any]]) -> list[str]:
    if not hits:
        return []
    found = await client.mget(index=target, body={"ids": [hit["_id"] for hit in hits]})
    told = []
    for hit, copied in zip(hits, found["docs"], strict=True):
        if not copied["found"]:
            told.append(f"{hit['_id']} is not in {target}")
        elif hit["_version"] != copied["_version"] or not _is_same(hit["_source"], copied["_source"]):
            told.append(f"{hit['_id']} is another in {target}")
    return told


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether they say the same; fields that copying completes may be missing in either."""
    shared = one.keys() & other.keys()
    return all(one[name] == other[name] for name in shared) and (one.keys() ^ other.keys()) <= _COMPLETED
