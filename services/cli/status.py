"""`wiredesk status`: how much is where."""

import asyncio
from typing import Annotated, Any

import orjson
import typer
from opensearchpy.exceptions import NotFoundError, OpenSearchException
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.table import Table

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, INDEXER_GROUP
from services.cli.client import ClientSettings, client_settings, fail, stdout
from services.index.client import build_client
from services.index.names import IndexNames


def status(json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False) -> None:
    """Tell what is on the stream, what waits, what is dead and what is indexed."""
    try:
        figures = asyncio.run(read_status(client_settings()))
    except (RedisError, OSError) as problem:
        raise fail(f"Redis does not answer: {problem}") from problem
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer: {problem}") from problem
    if json:
        typer.echo(orjson.dumps(figures).decode())
        return
    table = Table(show_header=False, box=None)
    for name, value in figures.items():
        shown = "unknown" if value is None else f"{value:,}"
        style = "red" if name == "dead_letters" and value else ""
        table.add_row(name.replace("_", " "), shown, style=style)
    stdout.print(table)


async def read_status(settings: ClientSettings) -> dict[str, int | None]:
    """Entries in the stream, pending ones, those not delivered yet (lag), dead letters, documents found by search."""
    redis = Redis.from_url(settings.redis_url)
    try:
        length, dead = await redis.xlen(ARTICLES_STREAM), await redis.xlen(DEAD_LETTERS_STREAM)
        groups: Any = await redis.xinfo_groups(ARTICLES_STREAM) if length or await redis.exists(ARTICLES_STREAM) else []
    finally:
        await redis.aclose()
    group: dict[str, Any] = next((g for g in groups if g["name"].decode() == INDEXER_GROUP), {})
    return {
        "stream_length": length,
        "pending": group.get("pending", 0),
        "lag": group.get("lag") if group else length,
        "dead_letters": dead,
        "documents": await _documents(settings),
    }


async def _documents(settings: ClientSettings) -> int:
    client = build_client(settings)
    try:
        counted = await client.count(index=IndexNames.with_prefix(settings.index_prefix).articles)
    except NotFoundError:
        return 0
    finally:
        await client.close()
    return int(counted["count"])
