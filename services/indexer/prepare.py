"""What must be there before the first entry is read: the index, its aliases; and the search as a template."""

import logging

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import AuthorizationException, RequestError

from services.index.kinds import Kind, kinds
from services.index.names import SCHEMA_VERSION, IndexNames
from services.index.template import template

log = logging.getLogger(__name__)


async def prepare_index(client: AsyncOpenSearch, names: IndexNames, replicas: int, codec: str, shards: int = 1) -> None:
    """Creates the indices with their aliases where the aliases are missing, else adds fields that are new.

    Safe to run by several at once and again and again. Raises OpenSearchException.
    """
    for kind in kinds(names, replicas, codec, shards):
        await _ensure(client, kind)
    await _keep_template(client, names)


async def _keep_template(client: AsyncOpenSearch, names: IndexNames) -> None:
    try:
        await client.put_script(id=names.search_template, body={"script": {"lang": "mustache", "source": template()}})
    except AuthorizationException as problem:
        log.warning("without the right to store it there is no search template", extra={"cause": str(problem)})


async def _ensure(client: AsyncOpenSearch, kind: Kind) -> None:
    if not await client.indices.exists_alias(name=kind.alias):
        try:
            await client.indices.create(index=kind.first, body={**kind.body, "aliases": kind.aliases})
        except RequestError as problem:
            if problem.error != "resource_already_exists_exception":
                raise
        else:
            log.info("created index", extra={"index": kind.first})
            return
    try:
        await client.indices.put_mapping(index=kind.alias, body={"properties": kind.properties})
    except RequestError as problem:
        log.error(
            "the index has other fields than this version writes: wiredesk reindex", extra={"cause": str(problem)}
        )
    await _tell_of_older(client, kind.alias)


async def _tell_of_older(client: AsyncOpenSearch, alias: str) -> None:
    for index, found in (await client.indices.get_mapping(index=alias)).items():
        if found["mappings"].get("_meta", {}).get("schema_version", 0) < SCHEMA_VERSION:
            log.warning("searches as an older version did, until wiredesk reindex", extra={"index": index})
