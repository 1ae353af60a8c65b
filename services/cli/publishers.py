"""`wiredesk publishers`: who posts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Column, Table

from services.cli.client import client_settings, fail, stdout
from services.publishers.changes import add_publisher, change_publisher
from services.publishers.file import change, read
from services.publishers.model import Publisher, Rate, complaint

app = typer.Typer(help="Who posts, and what each may post.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens; every article id begins with it.")]
File = Annotated[
    Path | None,
    typer.Option("--file", envvar="WIREDESK_PUBLISHERS_FILE", help="By default the one that `wiredesk up` uses."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON list on standard output.")]
_Domains = Annotated[
    list[str] | None, typer.Option("--domain", help="Bind it to addresses within this domain; several can be given.")
]
_RateText = Annotated[str | None, typer.Option("--rate", help="ARTICLES/SECONDS, such as 600/60; off for no limit.")]
_Tags = Annotated[
    bool | None, typer.Option("--automatic-tags/--no-automatic-tags", help="Whether tags are found in the text.")
]
_RATE = re.compile(r"(\d{1,9})/(\d{1,8})")


@app.command()
def add(name: Name, domain: _Domains = None, rate: _RateText = None, tags: _Tags = None, file: File = None) -> None:
    """Register a publisher; `wiredesk keys create` then gives it a key."""
    with told_problems():
        given = _given(domain, rate, tags)
        publisher = Publisher(name=name, created_at=datetime.now(UTC).replace(microsecond=0), **given)
        change(publishers_file(file), lambda registry: add_publisher(registry, publisher))
    stdout.print(f"{name} is registered", highlight=False)


@app.command(name="change")
def change_one(
    name: Name,
    domain: _Domains = None,
    any_domain: Annotated[bool, typer.Option("--any-domain", help="Bind it to no domain any more.")] = False,
    rate: _RateText = None,
    tags: _Tags = None,
    file: File = None,
) -> None:
    """Change what is given, and nothing else; the domains given replace all it had."""
    with told_problems():
        given = _given([] if any_domain else domain, rate, tags)
        if not given:
            raise ValueError("nothing to change: give --domain, --any-domain, --rate or --no-automatic-tags")
        _alter(file, name, **given)
    stdout.print(f"{name} is changed", highlight=False)


@app.command()
def disable(name: Name, file: File = None) -> None:
    """Let none of its keys in until it is enabled again; its articles stay."""
    with told_problems():
        _alter(file, name, disabled=True)
    stdout.print(f"{name} is disabled", highlight=False)


@app.command()
def enable(name: Name, file: File = None) -> None:
    """Let its keys in again."""
    with told_problems():
        _alter(file, name, disabled=False)
    stdout.print(f"{name} is enabled", highlight=False)


@app.command(name="list")
def list_all(json: Json = False, file: File = None) -> None:
    """List the publishers."""
    with told_problems():
        registry = read(publishers_file(file))
    now = datetime.now(UTC)
    rows = [_row(publisher, now) for publisher in registry.publishers]
    if json:
        typer.echo(orjson.dumps(rows).decode())
    else:
        stdout.print(_table(rows))


def publishers_file(file: Path | None) -> Path:
    """The file given, else the one of the environment or of a running `wiredesk up`. Raises ValueError without any."""
    known: Path | None = file or getattr(client_settings(), "publishers_file", None)
    if known is None:
        raise ValueError("which file has the publishers? Give --file or set WIREDESK_PUBLISHERS_FILE")
    return known


@contextmanager
def told_problems() -> Iterator[None]:
    """Ends the command with a clear word for what cannot be used, read or written."""
    try:
        yield
    except ValidationError as problem:
        raise fail(complaint(problem)) from None
    except (ValueError, OSError) as problem:
        raise fail(str(problem)) from problem


def _alter(file: Path | None, name: str, **changes: Any) -> None:
    change(publishers_file(file), lambda registry: change_publisher(registry, name, **changes))


def _given(domains: list[str] | None, rate: str | None, automatic_tags: bool | None) -> dict[str, Any]:
    """What the options say, in the fields of Publisher. Raises ValueError."""
    given: dict[str, Any] = {}
    if domains is not None:
        given["domains"] = tuple(domains)
    if rate is not None:
        given["rate"] = _rate(rate)
    if automatic_tags is not None:
        given["automatic_tags"] = automatic_tags
    return given


def _rate(text: str) -> Rate | None:
    if text == "off":
        return None
    if not (form := _RATE.fullmatch(text)):
        raise ValueError(f"--rate {text}: expected ARTICLES/SECONDS, such as 600/60, or off")
    return Rate(articles=int(form[1]), seconds=int(form[2]))


def _row(publisher: Publisher, now: datetime) -> dict[str, Any]:
    return {
        "name": publisher.name,
        "domains": publisher.domains,
        "disabled": publisher.disabled,
        "automatic_tags": publisher.automatic_tags,
        "rate": publisher.rate.model_dump() if publisher.rate else None,
        "keys": sum(key.why_not(now) is None for key in publisher.keys),
        "created_at": publisher.created_at,
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(
        Column("name", overflow="fold"),
        Column("domains", overflow="fold"),
        "rate",
        "automatic tags",
        "keys",
        "created",
        "",
        box=None,
    )
    for row in rows:
        rate = f"{row['rate']['articles']}/{row['rate']['seconds']} s" if row["rate"] else ""
        table.add_row(
            row["name"],
            escape(" ".join(row["domains"])) or "any",
            rate,
            "yes" if row["automatic_tags"] else "no",
            str(row["keys"]),
            f"{row['created_at']:%Y-%m-%d}" if row["created_at"] else "",
            "[red]disabled[/red]" if row["disabled"] else "",
        )
    return table
