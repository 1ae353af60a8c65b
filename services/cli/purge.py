"""`wiredesk purge`: remove an article everywhere, as the law may ask, and leave a tombstone; or what is old."""

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta
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
from services.backup import retention
from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout
from services.cli.post import Poster, wait_for
from services.entry_id import order
from services.index.client import build_client
from services.index.names import IndexNames
from services.ingest.archive_files import opened
from services.ingest.archive_upkeep import forget, older
from services.ingest.hints import Hints
from services.ingest.library import MAX_HISTORY
from services.redis_client import build_redis

_PAGE = 500
_WAIT_SECONDS = 60.0


def purge(
    article_id: Annotated[
        str | None, typer.Argument(help="The article's id, as it was answered when it was posted.")
    ] = None,
    tombstones_older_than: Annotated[
        str | None, typer.Option(help="Forget withdrawals that old (90d, 12h): the article may come back then.")
    ] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Remove articles that have expired.")] = False,
    older_than: Annotated[str, typer.Option(help="Of these, those that expired so long ago (30d).")] = "0d",
    archive_older_than: Annotated[
        str | None, typer.Option(help="Remove files of WIREDESK_ARCHIVE in which everything is that old (365d).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how much would be removed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Remove one article everywhere, or what is old enough to go."""
    settings = client_settings()
    by_age = bool(tombstones_older_than or expired or archive_older_than)
    if (article_id is None) != by_age or (article_id and dry_run):
        raise fail("name an article, or what is to go by its age; --dry-run is for the latter")
    try:
        if article_id is not None:
            removed = _everywhere(settings, article_id)
        else:
            ages = (tombstones_older_than, older_than if expired else None, archive_older_than)
            removed = asyncio.run(_by_age(settings, ages, dry_run))
    except httpx.HTTPError as problem:
        raise fail(f"{settings.ingest_url} does not answer: {problem}") from problem
    except (RedisError, OSError) as problem:
        raise fail(f"Redis, or the archive, does not answer: {problem}") from problem
    except ImportError as missing:
        raise fail(f"{missing}: install wiredesk[s3]") from missing
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer: {problem}") from problem
    if json:
        told: dict[str, Any] = {"id": article_id} if article_id else {"dry_run": dry_run}
        typer.echo(orjson.dumps({**told, "removed": removed}).decode())
        return
    table = Table(show_header=False, box=None)
    for place, count in removed.items():
        table.add_row(place.replace("_", " "), f"{count:,} {'would be ' if dry_run else ''}removed")
    stdout.print(table)


def _everywhere(settings: ClientSettings, article_id: str) -> dict[str, int]:
    with Poster(settings) as poster:
        poster.withdraw(article_id)
        wait_for(poster, [article_id])
    removed = asyncio.run(_purge(settings, article_id))
    if not settings.archive:
        return removed
    with stderr.status("Going through the archive") as told:
        forgotten = forget(opened(settings.archive), article_id, lambda name: told.update(f"Going through {name}"))
    if forgotten.others:
        others = ", ".join(sorted(forgotten.others))
        stderr.print(f"these stood in one body with it, and are in the archive no more either: {others}", markup=False)
    for name in forgotten.still_written:
        stderr.print(f"{name} is still written to and has it: run this again in an hour", style="red", highlight=False)
    return {**removed, "archive": forgotten.submissions}


async def _by_age(
    settings: ClientSettings, ages: tuple[str | None, str | None, str | None], dry: bool
) -> dict[str, int]:
    """How much of each kind was removed, or would be."""
    now = datetime.now(UTC)
    tombstones, expired, files = (now - _age(one) if one else None for one in ages)
    rules = {
        **({"tombstones": retention.Rule.withdrawn_before(tombstones)} if tombstones else {}),
        **({"expired": retention.Rule.expired_before(expired)} if expired else {}),
    }
    removed = dict.fromkeys(rules, 0)
    index, names = build_client(settings), IndexNames.with_prefix(settings.index_prefix)
    try:
        for kind, rule in rules.items():
            if dry:
                removed[kind] = await retention.count(index, names, rule)
                continue
            with stderr.status(f"Removing {kind}"):
                async for number in retention.remove(index, names, rule):
                    removed[kind] += number
        if any(removed.values()) and not dry:
            with stderr.status("Removing it from the files"):
                await retention.expunge(index, names)
    finally:
        await index.close()
    return {**removed, **(_old_files(settings, files, dry) if files else {})}


def _old_files(settings: ClientSettings, than: datetime, dry: bool) -> dict[str, int]:
    if not settings.archive:
        raise fail("WIREDESK_ARCHIVE says where the archive is")
    archive = opened(settings.archive)
    names = older(archive, than)
    for name in [] if dry else names:
        archive.remove(name)
    return {"archive_files": len(names)}


def _age(text: str) -> timedelta:
    """A number of days or hours: 90d, 12h."""
    match = re.fullmatch(r"(\d+)([dh])", text)
    if match is None:
        raise fail(f"{text!r} is no age; expected 90d or 12h")
    return timedelta(days=int(match[1])) if match[2] == "d" else timedelta(hours=int(match[1]))


async def _purge(settings: ClientSettings, article_id: str) -> dict[str, int]:
    """How much was removed where. What is written after this command began is a new article, and stays."""
    redis = build_redis(settings.redis_url)
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
    if group is None or pending is None or order(group["last-delivered-id"].decode()) < order(last):
        return False
    return not pending["pending"] or order(pending["min"].decode()) > order(last)


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
