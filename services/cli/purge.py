"""`wiredesk purge`: remove an article everywhere, as the law may ask, and leave a tombstone."""

import asyncio
import time
from datetime import timedelta
from typing import Annotated, Any

import httpx
import orjson
import typer
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import OpenSearchException
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from rich.table import Table

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, EVENT_FIELD, INDEXER_GROUP, REMOVED_KEY
from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout
from services.cli.post import Poster, wait_for
from services.index.client import build_client
from services.index.names import IndexNames
from services.ingest.hints import Hints
from services.ingest.library import MAX_HISTORY

_PAGE = 500
_WAIT_SECONDS = 60.0


def purge(
    article_id: Annotated[str, typer.Argument(help="The article's id, as it was answered when it was posted.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Withdraw an article, and remove every text of it from index, versions, streams and dead letters."""
    settings = client_settings()
    try:
        with Poster(settings) as poster:
            poster.withdraw(article_id)
            wait_for(poster, [article_id])
        removed = asyncio.run(_purge(settings, article_id))
    except httpx.HTTPError as problem:
        raise fail(f"{settings.ingest_url} does not answer: {problem}") from problem
    except (RedisError, OSError) as problem:
        raise fail(f"Redis does not answer: {problem}") from problem
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer: {problem}") from problem
    if json:
        typer.echo(orjson.dumps({"id": article_id, "removed": removed}).decode())
        return
    table = Table(show_header=False, box=None)
    for place, count in removed.items():
        table.add_row(place.replace("_", " "), f"{count:,} removed")
    stdout.print(table)


async def _purge(settings: ClientSettings, article_id: str) -> dict[str, int]:
    """How much was removed where. What is written after this command began is a new article, and stays."""
    redis = Redis.from_url(settings.redis_url)
    index = build_client(settings)
    names = IndexNames.with_prefix(settings.index_prefix)
    try:
        with stderr.status("Waiting until the indexer is done with what it has"):
            last = await _settled(redis)
        removed = {
            "stream_entries": await _remove_entries(redis, ARTICLES_STREAM, article_id, last),
            "dead_letters": await _remove_entries(redis, DEAD_LETTERS_STREAM, article_id, "+"),
        }
        await redis.bgrewriteaof()  # the log on disk holds what was removed until it is written anew
        urls = await _addresses(index, names, article_id)
        removed["hints"] = await Hints(redis, timedelta(0)).forget(article_id.partition(":")[0], urls)
        with stderr.status("Removing it from the index, and from its files"):
            removed |= await _remove_documents(index, names, article_id)
    finally:
        await index.close()
        await redis.aclose()
    return removed


async def _settled(redis: Redis) -> str:
    """The stream's last entry id as of now, after the indexer has acknowledged all up to it."""
    info: Any = await redis.xinfo_stream(ARTICLES_STREAM)
    last = info["last-generated-id"].decode()
    until = time.monotonic() + _WAIT_SECONDS
    while not await _is_done(redis, last):
        if time.monotonic() > until:
            raise fail("the indexer did not get done with the stream; nothing but the withdrawal was made")
        await asyncio.sleep(0.1)
    return str(last)


async def _is_done(redis: Redis, last: str) -> bool:
    groups: Any = await redis.xinfo_groups(ARTICLES_STREAM)
    group = next((one for one in groups if one["name"].decode() == INDEXER_GROUP), None)
    pending: Any = await redis.xpending(ARTICLES_STREAM, INDEXER_GROUP) if group else None
    if group is None or pending is None or _place(group["last-delivered-id"].decode()) < _place(last):
        return False
    return not pending["pending"] or _place(pending["min"].decode()) > _place(last)


async def _remove_entries(redis: Redis, stream: str, article_id: str, last: str) -> int:
    """Deletes the article's entries with a text, up to `last`; its withdrawals have none and stay."""
    removed, after = 0, "-"
    while True:
        try:
            page: Any = await redis.xrange(stream, min=after, max=last, count=_PAGE)
        except ResponseError:
            return removed
        doomed = [entry_id for entry_id, fields in page if _holds_text_of(fields.get(EVENT_FIELD.encode()), article_id)]
        if doomed:
            removed += await _delete(redis, stream, doomed)
        if len(page) < _PAGE:
            return removed
        after = f"({page[-1][0].decode()}"


async def _delete(redis: Redis, stream: str, doomed: list[bytes]) -> int:
    """Deletes these entries; those of articles are noted as removed by Wiredesk itself."""
    async with redis.pipeline(transaction=True) as transaction:
        transaction.xdel(stream, *doomed)
        if stream == ARTICLES_STREAM:
            transaction.incrby(REMOVED_KEY, len(doomed))
        return int((await transaction.execute())[0])


def _holds_text_of(raw: bytes | None, article_id: str) -> bool:
    """Whether an event, or the dead letter of one, is a version of this article."""
    try:
        value = orjson.loads(raw or b"")
    except orjson.JSONDecodeError:
        return False
    if not isinstance(value, dict):
        return False
    if "article_id" in value:
        return bool(value["article_id"] == article_id)
    data = value.get("data")
    return value.get("subject") == article_id and isinstance(data, dict) and data.get("status") != "withdrawn"


async def _addresses(index: AsyncOpenSearch, names: IndexNames, article_id: str) -> list[str]:
    """Every address that a version of the article had."""
    await index.indices.refresh(index=names.versions)
    body = {"query": {"term": {"id": article_id}}, "size": MAX_HISTORY, "_source": ["article.url"]}
    found = await index.search(index=names.versions, body=body)
    urls = (hit["_source"].get("article", {}).get("url") for hit in found["hits"]["hits"])
    return list(dict.fromkeys(url for url in urls if url))


async def _remove_documents(index: AsyncOpenSearch, names: IndexNames, article_id: str) -> dict[str, int]:
    """Deletes versions and what was held, and has the segments that hold deleted text written anew."""
    of_article: dict[str, Any] = {"term": {"id": article_id}}
    with_text = {"bool": {"filter": [of_article], "must_not": [{"term": {"kind": "withdrawn"}}]}}
    removed = {}
    for place, alias, query in (("versions", names.versions, with_text), ("held", names.held, of_article)):
        await index.indices.refresh(index=alias)
        answer = await index.delete_by_query(index=alias, body={"query": query}, params={"refresh": "true"})
        removed[place] = int(answer["deleted"])
    indices = f"{names.write},{names.versions},{names.held}"
    await index.indices.forcemerge(index=indices, params={"only_expunge_deletes": "true"})
    return removed


def _place(entry_id: str) -> tuple[int, int]:
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)
