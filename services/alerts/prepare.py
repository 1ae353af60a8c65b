"""The index of alerts as it has to be, with every alert in it, whatever was there before."""

import logging
from contextlib import suppress

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import ConflictError, NotFoundError, RequestError

from services.alerts.alert import Alert, compiled
from services.alerts.index import AlertNames, alert_document, alerts_body
from services.alerts.registry import all_hits, readable, reason_of

_SEEN_AT_ONCE = {"refresh": "true"}
log = logging.getLogger(__name__)


async def prepare_alerts(client: AsyncOpenSearch, names: AlertNames, replicas: int) -> None:
    """Creates the index where it is missing; where articles are read differently now, makes it anew.

    Safe to run by several at once. Nobody's alert is lost meanwhile: what came late into the old index is taken along
    before that is removed. Raises OpenSearchException.
    """
    behind = await _behind(client, names.alias)
    if behind == [names.index]:
        return await _compile_anew(client, names.alias)
    body = alerts_body(replicas)
    try:
        await client.indices.create(index=names.index, body=body if behind else {**body, "aliases": {names.alias: {}}})
    except RequestError as problem:
        if problem.error != "resource_already_exists_exception":
            raise
    if old := [name for name in behind if name != names.index]:
        await _change_over(client, names, old)
    return None


async def _behind(client: AsyncOpenSearch, alias: str) -> list[str]:
    try:
        return sorted(await client.indices.get_alias(name=alias))
    except NotFoundError:
        return []


async def _compile_anew(client: AsyncOpenSearch, alias: str) -> None:
    """Gives alerts the query that this version makes of them, those too whose query was broken before."""
    for hit in await all_hits(client, alias, ["query"]):
        alert = readable(hit)
        if alert and hit["_source"]["query"] != compiled(alert):
            await _keep(client, alias, alert, {"require_alias": "true", **_SEEN_AT_ONCE})
            log.info("compiled an alert anew", extra={"alert": alert.id})


async def _change_over(client: AsyncOpenSearch, names: AlertNames, old: list[str]) -> None:
    """Compiles the alerts of other indices into today's, and lets the alias lead there."""
    await _copy(client, old, names.index, _SEEN_AT_ONCE)
    moved: list[dict[str, dict[str, str]]] = [{"remove": {"index": name, "alias": names.alias}} for name in old]
    try:
        await client.indices.update_aliases(
            body={"actions": [*moved, {"add": {"index": names.index, "alias": names.alias}}]}
        )
        await client.indices.refresh(index=",".join(old))
        await _copy(client, old, names.index, {"op_type": "create", **_SEEN_AT_ONCE})
        await client.indices.delete(index=",".join(old))
    except NotFoundError:
        log.info("another process has changed over meanwhile")
    log.info("made the index of alerts anew", extra={"index": names.index, "old": old})


async def _copy(client: AsyncOpenSearch, old: list[str], index: str, params: dict[str, str]) -> None:
    for name in old:
        for hit in await all_hits(client, name):
            if alert := readable(hit):
                with suppress(ConflictError):  # it is there already
                    await _keep(client, index, alert, params)


async def _keep(client: AsyncOpenSearch, index: str, alert: Alert, params: dict[str, str]) -> None:
    """Keeps the alert even where its query is refused: broken then, with the reason."""
    document = alert_document(alert.model_copy(update={"broken": None}))
    try:
        await client.index(index=index, id=alert.id, body=document, params=params)
    except RequestError as problem:
        log.error("an alert is broken", extra={"alert": alert.id, "cause": reason_of(problem)})
        broken = {**document, "query": {"match_none": {}}, "broken": reason_of(problem)}
        await client.index(index=index, id=alert.id, body=broken, params=params)
