"""Indices of OpenSearch as lines: every document with its version; and written into new ones by these versions."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, TransportError

from services.alerts.index import AlertNames
from services.backup.files import CannotRestore
from services.backup.keys import Line
from services.index.names import IndexNames

_PAGE = 250
_KEPT_OPEN = "10m"
_BULK_BYTES = 4_000_000
_TRIES, _WAIT_SECONDS = 30, 1.0
_BUSY = (429, 502, 503, 504)
_OF_ONE_CLUSTER = ("uuid", "version", "creation_date", "provided_name", "blocks", "resize", "routing")


@dataclass(frozen=True, slots=True)
class Index:
    """An index as it is: its body makes the same again."""

    name: str
    body: dict[str, Any]


async def ours(client: AsyncOpenSearch, prefix: str) -> list[Index]:
    """The indices behind our aliases.

    Those that are held come first: an article that is released while they are read is in both, and not in neither.
    """
    names = IndexNames.with_prefix(prefix)
    found: dict[str, Any] = {}
    for alias in (names.held, names.write, names.versions, AlertNames.with_prefix(prefix).alias):
        if await client.indices.exists_alias(name=alias):
            found |= await client.indices.get(index=alias)
    return [Index(name, _body(told)) for name, told in found.items()]


async def read(client: AsyncOpenSearch, index: str) -> AsyncIterator[list[Line]]:
    """Every document of an index as it is now, a page at a time."""
    await client.indices.refresh(index=index)
    opened = await client.create_pit(index=index, params={"keep_alive": _KEPT_OPEN})
    body: dict[str, Any] = {
        "size": _PAGE,
        "pit": {"id": opened["pit_id"], "keep_alive": _KEPT_OPEN},
        "sort": ["_shard_doc"],
        "track_total_hits": False,
        "version": True,
    }
    try:
        while hits := (await client.search(body=body))["hits"]["hits"]:
            yield [{"id": hit["_id"], "version": hit["_version"], "document": hit["_source"]} for hit in hits]
            body["search_after"] = hits[-1]["sort"]
    finally:
        await client.delete_pit(body={"pit_id": [opened["pit_id"]]})


async def count(client: AsyncOpenSearch, index: str) -> int:
    """How many documents an index has, as far as it is refreshed; 0 where it is not there."""
    try:
        return int((await client.count(index=index))["count"])
    except NotFoundError:
        return 0


async def write(client: AsyncOpenSearch, index: str, lines: Iterable[Line]) -> AsyncIterator[int]:
    """Writes documents, each at its version; how many each step wrote. Raises CannotRestore where one is refused."""
    parts: list[bytes] = []
    size = 0
    for line in lines:
        action = {"index": {"_id": line["id"], "version": line["version"], "version_type": "external_gte"}}
        parts.append(orjson.dumps(action) + b"\n" + orjson.dumps(line["document"]) + b"\n")
        size += len(parts[-1])
        if size > _BULK_BYTES:
            await _send(client, index, parts)
            yield len(parts)
            parts, size = [], 0
    if parts:
        await _send(client, index, parts)
        yield len(parts)


async def _send(client: AsyncOpenSearch, index: str, parts: list[bytes]) -> None:
    """One bulk, and again as long as the index is busy: it changes nothing that is written."""
    for _ in range(_TRIES):
        try:
            reply = await client.bulk(body=b"".join(parts), index=index)
        except TransportError as problem:
            if problem.status_code not in _BUSY:
                raise
        else:
            failed = [one["index"] for one in reply["items"] if one["index"]["status"] >= 300]
            if not failed:
                return
            if refused := next((one for one in failed if one["status"] not in _BUSY), None):
                raise CannotRestore(f"{index} refuses {refused['_id']}: {refused['error'].get('reason')}")
        await asyncio.sleep(_WAIT_SECONDS)
    raise CannotRestore(f"{index} takes nothing more; is OpenSearch too busy?")


def _body(told: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in told["settings"]["index"].items() if name not in _OF_ONE_CLUSTER}
    return {"settings": {"index": kept}, "mappings": told["mappings"], "aliases": told["aliases"]}
