"""What must be there before the first entry is read: the index, its aliases; and the search as a template."""

import logging
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import AuthorizationException, RequestError

from services.index.mapping import ARTICLES_FILTER, PROPERTIES, VERSION_PROPERTIES, index_body, versions_body
from services.index.names import SCHEMA_VERSION, IndexNames
from services.index.template import template

log = logging.getLogger(__name__)


async def prepare_index(client: AsyncOpenSearch, names: IndexNames, replicas: int, codec: str) -> None:
    """Creates the indices with their aliases where the aliases are missing, else adds fields that are new.

    Safe to run by several at once and again and again. Raises OpenSearchException.
    """
    body = index_body(SCHEMA_VERSION, replicas, codec)
    searched: dict[str, Any] = {names.articles: {"filter": ARTICLES_FILTER}, names.write: {"is_write_index": True}}
    waiting: dict[str, Any] = {names.held: {"is_write_index": True}}
    await _ensure(client, names.write, names.articles_index, {**body, "aliases": searched})
    await _ensure(client, names.held, names.held_index, {**body, "aliases": waiting})
    kept: dict[str, Any] = {names.versions: {"is_write_index": True}}
    versions = versions_body(SCHEMA_VERSION, replicas, codec)
    await _ensure(client, names.versions, names.versions_index, {**versions, "aliases": kept}, VERSION_PROPERTIES)
    await _keep_template(client, names)


async def _keep_template(client: AsyncOpenSearch, names: IndexNames) -> None:
    try:
        await client.put_script(id=names.search_template, body={"script": {"lang": "mustache", "source": template()}})
    except AuthorizationException as problem:
        log.warning("without the right to store it there is no search template", extra={"cause": str(problem)})


async def _ensure(
    client: AsyncOpenSearch, alias: str, index: str, body: dict[str, Any], properties: dict[str, Any] = PROPERTIES
) -> None:
    if not await client.indices.exists_alias(name=alias):
        try:
            await client.indices.create(index=index, body=body)
        except RequestError as problem:
            if problem.error != "resource_already_exists_exception":
                raise
        else:
            log.info("created index", extra={"index": index})
            return
    try:
        await client.indices.put_mapping(index=alias, body={"properties": properties})
    except RequestError as problem:
        log.error("the index has other fields than this version writes; reindex it", extra={"cause": str(problem)})
