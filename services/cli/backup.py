"""`wiredesk backup`: index, Redis and registry into one directory, while everything runs."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from services.backup.back_up import BackUp, Report
from services.backup.files import CannotBackUp, Manifest, stamp, write_manifest
from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout, told_in_words
from services.cli.terminal import interrupted_by_signals
from services.index.client import build_client
from services.rebuild.lock import alone
from services.rebuild.plan import CannotRebuild
from services.redis_client import build_redis


def backup(
    directory: Annotated[Path, typer.Argument(help="A directory that is not there yet, or empty.")],
    without_index: Annotated[
        bool, typer.Option("--without-index", help="Redis and registry alone; take a snapshot of the index afterwards.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Copy the index, Redis, publishers and feeds while everything runs; nothing accepted before is missing."""
    settings = client_settings()
    try:
        with told_in_words("; nothing was kept"):
            manifest = asyncio.run(_backup(settings, directory, not without_index))
    except (CannotBackUp, CannotRebuild) as problem:
        raise fail(str(problem)) from problem
    size = sum(file.bytes for file in manifest.files)
    if json:
        told = {"directory": str(directory), "begun_at": manifest.begun_at, "bytes": size, "lines": _lines(manifest)}
        typer.echo(orjson.dumps(told).decode())
        return
    for of, lines in _lines(manifest).items():
        stdout.print(f"{of}: {lines:,}", highlight=False)
    took = (manifest.ended_at - manifest.begun_at).total_seconds()
    stdout.print(
        f"{directory}: {size / 1e6:,.1f} MB in {took:.1f} s; all that was accepted before {stamp(manifest.begun_at)}",
        highlight=False,
        soft_wrap=True,
    )


async def _backup(settings: ClientSettings, directory: Path, with_index: bool) -> Manifest:
    registry = [path for path in (settings.publishers_file, settings.feeds_file) if path]
    client, redis = build_client(settings), build_redis(settings.redis_url)
    interrupted_by_signals()
    try:
        with _into(directory) as part, progress() as report:
            async with alone(redis):  # no index may become another one meanwhile
                copying = BackUp(redis, client, settings.index_prefix, part, report, lambda: datetime.now(UTC))
                manifest = await copying.run(registry, with_index)
            write_manifest(part, manifest)
        return manifest
    finally:
        await client.close()
        await redis.aclose()


@contextmanager
def _into(directory: Path) -> Iterator[Path]:
    """A directory beside it that takes its name at the end, and is removed where it does not come to that."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise CannotBackUp(f"{directory} is there already; name a directory that is not")
    part = directory.with_name(f"{directory.name}.{secrets.token_hex(3)}.part")
    part.mkdir(mode=0o700, parents=True)  # addresses of feeds carry secrets, and so do hashes of keys
    try:
        yield part
        part.replace(directory)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def progress() -> Iterator[Report]:
    """A bar a part, with its rate, on a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(show_speed=True))
    with Progress(*columns, console=stderr, disable=not stderr.is_terminal) as bars:
        known: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int | None) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done, total=total)

        yield report


def _lines(manifest: Manifest) -> dict[str, int]:
    return {f"{file.kind} {file.of}": file.lines for file in manifest.files if file.kind != "registry"}
