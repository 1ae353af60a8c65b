"""Saved searches in OpenSearch: kept, and found by what they match."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError, TransportError

from services.alerts.alert import Alert
from services.alerts.index import AlertNames, alert_document, alert_of, percolation

_PAGE = 1000
_TRIES = {"retry_on_conflict": "3", "refresh": "true"}
_TEMPORARY = (408, 429, 502, 503, 504)
log = logging.getLogger(__name__)


class Refused(Exception):
    """OpenSearch will not answer this percolation, however often it is asked."""


@dataclass(frozen=True, slots=True)
class Match:
    """An alert, and the numbers of the documents that it matches."""

    alert: Alert
    documents: frozenset[int]


@dataclass(frozen=True, slots=True)
class Registry:
    """Every method raises OpenSearchException where OpenSearch does not answer as it should."""

    client: AsyncOpenSearch
    names: AlertNames

    async def add(self, alert: Alert) -> None:
        """Keeps a new alert, or one that was changed. Raises Refused where OpenSearch cannot keep its query."""
        params = {"require_alias": "true", "refresh": "true"}
        try:
            await self.client.index(index=self.names.alias, id=alert.id, body=alert_document(alert), params=params)
        except RequestError as problem:
            raise Refused(reason_of(problem)) from problem

    async def get(self, alert_id: str) -> Alert | None:
        """The alert of this id, None where there is none."""
        return (await self.get_all([alert_id])).get(alert_id)

    async def get_all(self, ids: list[str]) -> dict[str, Alert]:
        """Those alerts that there are, by their ids."""
        if not ids:
            return {}
        found = await self.client.mget(index=self.names.alias, body={"ids": ids}, params={"_source_excludes": "query"})
        return {one["_id"]: alert for one in found["docs"] if one.get("found") if (alert := readable(one))}

    async def all(self) -> list[Alert]:
        """Every alert, by its id."""
        return [alert for hit in await all_hits(self.client, self.names.alias) if (alert := readable(hit))]

    async def remove(self, alert_id: str) -> bool:
        """Forgets the alert; whether there was one."""
        try:
            await self.client.delete(index=self.names.alias, id=alert_id, params={"refresh": "true"})
        except NotFoundError:
            return False
        return True

    async def pause(self, alert_id: str, reason: str | None) -> None:
        """Sends nothing for this alert until it is resumed; resumes it with None."""
        await self._update(alert_id, {"alert": {"paused": reason}})

    async def mark_broken(self, alert_id: str, reason: str) -> None:
        """Asks this alert's query no more."""
        await self._update(alert_id, {"broken": reason[:1000]})

    async def matches(self, documents: list[dict[str, Any]], ids: list[str] | None = None) -> list[Match]:
        """Which alerts match which of the documents; only those of `ids`. Broken ones are not asked. Raises Refused."""
        found: list[Match] = []
        after = None
        while True:
            body = percolation(documents, ids, after, _PAGE)
            try:
                answer = await self.client.search(
                    index=self.names.alias, body=body, params={"allow_partial_search_results": "false"}
                )
            except TransportError as problem:
                if not isinstance(problem.status_code, int) or problem.status_code in _TEMPORARY:
                    raise
                if isinstance(problem, NotFoundError) or problem.status_code in (401, 403):
                    raise
                raise Refused(reason_of(problem)) from problem
            hits = answer["hits"]["hits"]
            for hit in hits:
                if alert := readable(hit):
                    found.append(Match(alert, frozenset(hit["fields"]["_percolator_document_slot"])))
            if len(hits) < _PAGE:
                return found
            after = hits[-1]["sort"][0]

    async def ids(self) -> list[str]:
        """The ids of all alerts that are not broken."""
        return [hit["_id"] for hit in await all_hits(self.client, self.names.alias) if "broken" not in hit["_source"]]

    async def count_broken(self) -> int:
        """How many alerts are broken."""
        body = {"query": {"exists": {"field": "broken"}}}
        return int((await self.client.count(index=self.names.alias, body=body))["count"])

    async def _update(self, alert_id: str, doc: dict[str, Any]) -> None:
        await self.client.update(index=self.names.alias, id=alert_id, body={"doc": doc}, params=_TRIES)


async def all_hits(client: AsyncOpenSearch, index: str, more: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every alert behind a name, as OpenSearch holds it, with these fields more; in order of their ids."""
    hits: list[dict[str, Any]] = []
    body: dict[str, Any] = {"size": _PAGE, "sort": [{"alert_id": "asc"}], "_source": ["alert", "broken", *more]}
    while True:
        page = (await client.search(index=index, body=body))["hits"]["hits"]
        hits += page
        if len(page) < _PAGE:
            return hits
        body["search_after"] = page[-1]["sort"]


def readable(hit: dict[str, Any]) -> Alert | None:
    """The alert of a hit; None, with a log line, where somebody else wrote what is none."""
    try:
        return alert_of(hit["_source"])
    except ValueError as problem:
        log.error("this is no alert", extra={"alert": hit["_id"], "cause": str(problem)[:500]})
        return None


def reason_of(problem: TransportError) -> str:
    """The innermost cause that OpenSearch tells."""
    error = problem.info.get("error") if isinstance(problem.info, dict) else None
    if not isinstance(error, dict):
        return str(problem)[:1000]
    causes = error.get("root_cause") or [error]
    failed = error.get("failed_shards") or [{"reason": causes[0]}]
    reason = failed[0]["reason"]
    while isinstance(reason.get("caused_by"), dict):
        reason = reason["caused_by"]
    return f"{reason.get('type')}: {reason.get('reason')}"[:1000]
