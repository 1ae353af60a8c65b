"""`wiredesk restore`: a backup brought back into an empty stack, and compared."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from services.backup.files import CannotRestore, Manifest, read_manifest, stamp
from services.backup.restore import Restore
from services.cli.backup import progress
from services.cli.client import ClientSettings, client_settings, fail, stdout, told_in_words
from services.index.client import build_client
from services.locked_file import change
from services.redis_client import build_redis

_SHOWN = 10


def restore(
    directory: Annotated[Path, typer.Argument(help="What `wiredesk backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove first what this Redis database and our indices hold.")
    ] = False,
    without_index: Annotated[
        bool, typer.Option("--without-index", help="Redis and registry alone; the index came from a snapshot.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Bring a backup back while ingest, indexer and alerts are stopped, and compare every document and key."""
    settings = client_settings()
    try:
        with told_in_words(_AGAIN):
            manifest = read_manifest(directory)
            told = asyncio.run(_restore(settings, manifest, directory, replace, not without_index))
    except CannotRestore as problem:
        raise fail(str(problem)) from problem
    if json:
        typer.echo(orjson.dumps({"begun_at": manifest.begun_at, "told": told}).decode())
        return
    for line in told:
        stdout.print(line, highlight=False, soft_wrap=True)


_AGAIN = "; what is there now is not whole: run it again with --replace"


async def _restore(
    settings: ClientSettings, manifest: Manifest, directory: Path, replace: bool, with_index: bool
) -> list[str]:
    if manifest.index_prefix != settings.index_prefix:
        raise CannotRestore(f"set WIREDESK_INDEX_PREFIX to {manifest.index_prefix!r}, as it was for this backup")
    if with_index and manifest.opensearch is None:
        raise CannotRestore("this backup has no index: bring its snapshot back first, then use --without-index")
    client, redis = build_client(settings), build_redis(settings.redis_url)
    try:
        with progress() as report:
            restoring = Restore(redis, client, manifest, directory, report, lambda: datetime.now(UTC))
            await restoring.run(replace, with_index)
            unlike = await restoring.verify(with_index)
    finally:
        await client.close()
        await redis.aclose()
    if unlike:
        shown = "; ".join(unlike[:_SHOWN])
        raise CannotRestore(f"{len(unlike)} things are not as they were: {shown}{_AGAIN}")
    lines = sum(file.lines for file in manifest.files)
    told = f"all {lines:,} documents, keys and entries are as on {stamp(manifest.begun_at)}; start the services"
    return [*_registry(settings, manifest, directory, replace), told]


def _registry(settings: ClientSettings, manifest: Manifest, directory: Path, replace: bool) -> list[str]:
    """Publishers and feeds where there are none; those that are there stay, unless told otherwise."""
    places = {path.name: path for path in (settings.publishers_file, settings.feeds_file) if path}
    told = []
    for file in manifest.of_kind("registry"):
        content, place = (directory / file.name).read_bytes(), places.get(file.name)
        if place is None:
            told.append(f"{file.name} is in the backup and was not restored: no setting names its place")
        elif place.exists() and place.read_bytes() != content and not replace:
            told.append(f"{place} is another than in the backup, and stays")
        else:
            _write(place, content)
    return told


def _write(place: Path, content: bytes) -> None:
    change(place, lambda _: content)
