"""What is old enough to go for good: tombstones, and articles that have expired, with all their versions."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.index.names import IndexNames

_PAGE = 500
_PROCEED = {"refresh": "true", "conflicts": "proceed"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which articles go. What is written while they go, stays."""

    query: dict[str, Any]

    @classmethod
    def withdrawn_before(cls, instant: datetime) -> "Rule":
        """Tombstones of withdrawals that were accepted before this instant."""
        return cls(
            {
                "bool": {
                    "filter": [
                        {"term": {"status": "withdrawn"}},
                        {"range": {"accepted_at": {"lt": instant.isoformat()}}},
                    ]
                }
            }
        )

    @classmethod
    def expired_before(cls, instant: datetime) -> "Rule":
        """Articles whose publishers let them end before this instant."""
        return cls({"range": {"expires_at": {"lt": instant.isoformat()}}})


async def count(client: AsyncOpenSearch, names: IndexNames, rule: Rule) -> int:
    """How many articles the rule means."""
    await client.indices.refresh(index=_places(names))
    return int((await client.count(index=_places(names), body={"query": rule.query}))["count"])


async def remove(client: AsyncOpenSearch, names: IndexNames, rule: Rule) -> AsyncIterator[int]:
    """Removes them, versions first so that a stopped run can go on; how many articles each step removed."""
    await client.indices.refresh(index=f"{_places(names)},{names.versions}")
    after: list[Any] = []
    while hits := await _page(client, names, rule, after):
        after = hits[-1]["sort"]
        of_them = {"terms": {"id": [hit["_id"] for hit in hits]}}
        old = [{"bool": {"filter": [{"term": {"id": one["_id"]}}, _up_to(one)]}} for one in hits]
        versions = {"query": {"bool": {"filter": [of_them], "should": old, "minimum_should_match": 1}}}
        await client.delete_by_query(index=names.versions, body=versions, params=_PROCEED)
        meant = {"query": {"bool": {"filter": [of_them, rule.query]}}}
        yield int((await client.delete_by_query(index=_places(names), body=meant, params=_PROCEED))["deleted"])


async def expunge(client: AsyncOpenSearch, names: IndexNames) -> None:
    """Writes the files anew that hold what was removed."""
    indices = f"{_places(names)},{names.versions}"
    await client.indices.forcemerge(index=indices, params={"only_expunge_deletes": "true"})


async def _page(client: AsyncOpenSearch, names: IndexNames, rule: Rule, after: list[Any]) -> list[dict[str, Any]]:
    body: dict[str, Any] = {"size": _PAGE, "query": rule.query, "sort": [{"id": "asc"}], "_source": ["revision"]}
    if after:
        body["search_after"] = after
    hits: list[dict[str, Any]] = (await client.search(index=_places(names), body=body))["hits"]["hits"]
    return hits


def _up_to(hit: dict[str, Any]) -> dict[str, Any]:
    return {"range": {"revision": {"lte": hit["_source"]["revision"]}}}


def _places(names: IndexNames) -> str:
    return f"{names.write},{names.held}"
