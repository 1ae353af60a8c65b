"""`wiredesk reindex`: a new index beside the old one while everything runs, and the aliases moved at once."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import orjson
import typer
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import OpenSearchException
from redis.exceptions import RedisError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout
from services.cli.terminal import interrupted_by_signals
from services.index.client import build_client
from services.index.kinds import kinds
from services.index.names import IndexNames
from services.rebuild.lock import alone
from services.rebuild.plan import CannotRebuild, Plan, plan, room
from services.rebuild.run import Rebuild
from services.redis_client import build_redis


class Shape(NamedTuple):
    """How new indices are laid out: copies beside the first, `default` or `best_compression`, and parts."""

    replicas: int
    codec: str
    shards: int


def reindex(
    *,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Back to the index before, with what came since.")
    ] = False,
    abandon: Annotated[bool, typer.Option("--abandon", help="Remove what a stopped run began.")] = False,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Remove the indices before; there is no way back.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    with_versions: Annotated[bool, typer.Option("--with-versions", help="The index of versions too.")] = False,
    replicas: Annotated[
        int, typer.Option(min=0, help="As WIREDESK_REPLICAS of the indexer.", envvar="WIREDESK_REPLICAS")
    ] = 0,
    shards: Annotated[
        int, typer.Option(min=1, help="As WIREDESK_SHARDS of the indexer.", envvar="WIREDESK_SHARDS")
    ] = 1,
    codec: Annotated[
        str, typer.Option(help="As WIREDESK_CODEC of the indexer.", envvar="WIREDESK_CODEC")
    ] = "best_compression",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Build the index anew while posting and searching go on; a run that was stopped goes on where it was."""
    if rollback + abandon + drop_old + dry_run > 1:
        raise fail("only one of --rollback, --abandon, --drop-old and --dry-run at a time")
    what = "rollback" if rollback else "abandon" if abandon else "drop" if drop_old else "dry" if dry_run else "run"
    settings = client_settings()
    try:
        result = asyncio.run(_do(settings, what, with_versions, Shape(replicas, codec, shards)))
    except CannotRebuild as problem:
        raise fail(str(problem)) from problem
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer as it should: {problem}; run it again to go on") from problem
    except (RedisError, OSError) as problem:
        raise fail(f"Redis does not answer: {problem}") from problem
    except KeyboardInterrupt:
        raise fail("stopped; run it again to go on, or with --abandon to remove what is begun") from None
    if json:
        typer.echo(orjson.dumps(result).decode())
    else:
        for line in result["told"]:
            stdout.print(line, highlight=False)


async def _do(settings: ClientSettings, what: str, with_versions: bool, shape: Shape) -> dict[str, Any]:
    client, redis = build_client(settings), build_redis(settings.redis_url)
    names = IndexNames.with_prefix(settings.index_prefix)
    chosen = kinds(names, shape.replicas, shape.codec, shape.shards)[: 3 if with_versions else 2]
    try:
        if what == "dry":
            plans = [await plan(client, kind) for kind in chosen]
            return _told([*map(_described, plans), await room(client, plans)])
        interrupted_by_signals()  # a lost terminal must not leave writing at rest
        async with alone(redis):
            plans = [await plan(client, kind) for kind in chosen]
            return _told(await _change(client, what, plans))
    finally:
        await client.close()
        await redis.aclose()


async def _change(client: AsyncOpenSearch, what: str, plans: Sequence[Plan]) -> list[str]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(show_speed=True))
    with Progress(*columns, TimeRemainingColumn(), console=stderr, disable=not stderr.is_terminal) as bars:
        bar = bars.add_task("Copying", total=None)
        rebuild = Rebuild(client, bars.console.print, lambda done, total: bars.update(bar, completed=done, total=total))
        if what == "run":
            await room(client, plans)
            await rebuild.run(plans)
            return [f"{one.kind.alias} is {one.target} now, {one.source} is kept for --rollback" for one in plans]
        if what == "rollback":
            await rebuild.roll_back(plans)
            return [f"{one.kind.alias} is {one.previous} again" for one in plans]
        if what == "abandon":
            return [f"{index} is removed" for index in await rebuild.abandon(plans)] or ["nothing was begun"]
    dropped = [index for one in plans for index in one.kept]
    for index in dropped:
        await client.indices.delete(index=index)
    return [f"{index} is removed" for index in dropped] or ["there is no index before"]


def _described(one: Plan) -> str:
    began = "goes on with" if one.begun else "would build"
    return f"{began} {one.target} from {one.source}: {one.documents:,} documents, {one.bytes / 1e6:,.1f} MB"


def _told(lines: list[str]) -> dict[str, Any]:
    return {"told": lines}
