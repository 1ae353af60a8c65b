"""`wiredesk doctor`: whether everything is as it should be before a start, and what to change."""

import asyncio
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import orjson
import typer
from rich.console import Group

from services import __version__
from services.cli.checks import check_files, check_machine, check_settings, readable
from services.cli.client import stdout
from services.cli.overview import told
from services.cli.server_checks import check_index, check_redis
from services.health.finding import Finding, Level, pressing, worst
from services.settings import ServerSettings


class Service(StrEnum):
    """What a doctor can be asked about."""

    INGEST = "ingest"
    INDEXER = "indexer"
    SEARCH = "search"
    ALERTS = "alerts"


def doctor(
    services: Annotated[
        list[Service] | None,
        typer.Option("--service", help="Whose rights in Redis are tried; several. By default by the user's name."),
    ] = None,
    directory: Annotated[
        Path, typer.Option("--dir", help="Where .env is, if there is one; it is checked too.", file_okay=False)
    ] = Path(),
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check configuration, secrets, files, servers, versions, rights, disk and clock before a start.

    Exit code: 0 it can start, 1 something has to be changed first. What is merely better otherwise is a warning.
    Nothing is changed anywhere: rights in Redis are tried in a transaction that is thrown away.
    """
    settings, findings = check_settings(directory)
    ours = readable(settings)
    findings += check_files(settings) + check_machine(settings)
    if ours is not None:
        findings += asyncio.run(_servers(ours, services or _meant(ours)))
    if json:
        typer.echo(orjson.dumps({"level": worst(findings), "version": __version__, "findings": findings}).decode())
    else:
        stdout.print(_shown(findings))
    raise typer.Exit(int(worst(findings) is Level.BAD))


async def _servers(settings: ServerSettings, services: Iterable[str]) -> list[Finding]:
    of_redis, of_index = await asyncio.gather(check_redis(settings, services), check_index(settings))
    return [*of_redis, *of_index]


def _meant(settings: ServerSettings) -> list[Service]:
    """The service that Redis' user is named after, else all of them."""
    user = urlsplit(settings.redis_url).username
    return [one for one in Service if one.value == user] or list(Service)


def _shown(findings: list[Finding]) -> Group:
    fine = [one for one in findings if one.level is Level.OK]
    needed = pressing(findings)
    words = {
        Level.OK: "everything is as it should be",
        Level.WARN: "it can start; some things could be better",
        Level.BAD: "something has to be changed before a start",
    }
    about = f"Wiredesk {__version__}, Python {sys.version.split()[0]}: {words[worst(findings)]}"
    return Group(about, told(fine), *([told(needed)] if needed else []))
