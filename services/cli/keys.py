"""`wiredesk keys`: what publishers and operators show with each request."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape
from rich.table import Column, Table

from schemas.dates import parse_instant
from services.cli.client import client_settings, stderr, stdout
from services.cli.publishers import File, Json, publishers_file, told_problems
from services.publishers.changes import add_key, revoke_key
from services.publishers.file import change, read
from services.publishers.keys import NewKey, key_id, new_key
from services.publishers.last_use import read_last_use
from services.publishers.model import Key, Publisher

app = typer.Typer(help="The keys of publishers and operators.", no_args_is_help=True)


@app.command()
def create(
    publisher: Annotated[str | None, typer.Argument(help="Whose key it is; none with --operator.")] = None,
    operator: Annotated[bool, typer.Option("--operator", help="It reads everything and posts nothing.")] = False,
    label: Annotated[str, typer.Option(help="What it is for, in your words.")] = "",
    domain: Annotated[list[str] | None, typer.Option(help="Bind it more narrowly than its publisher.")] = None,
    signed: Annotated[bool, typer.Option("--signed", help="Whatever it posts must be signed too.")] = False,
    expires: Annotated[str | None, typer.Option(help="A day or an instant, such as 2027-01-31.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
    file: File = None,
) -> None:
    """Make a key and print it, this once; with --signed its signing secret follows on the next line."""
    with told_problems():
        if (publisher is None) != operator:
            raise ValueError("whose key? Give the publisher's name, or --operator")
        if operator and (signed or domain):
            raise ValueError("an operator's key posts nothing: neither --signed nor --domain go with it")
        now = datetime.now(UTC).replace(microsecond=0)
        made = new_key(now, label, tuple(domain or ()), signed, _later(expires, now))
        change(publishers_file(file), lambda registry: add_key(registry, publisher, made.key))
    _show_once(made, json)


@app.command(name="list")
def list_all(
    publisher: Annotated[str | None, typer.Argument(help="Only this publisher's keys.")] = None,
    json: Json = False,
    file: File = None,
) -> None:
    """List the keys, and when each was last used."""
    with told_problems():
        registry = read(publishers_file(file))
        if publisher is not None and publisher not in registry.by_name:
            raise ValueError(f"there is no publisher {publisher}")
    used = _last_use()
    keys = [(key, owner) for key, owner in registry.all_keys() if publisher in (None, owner.name if owner else "")]
    rows = [_row(key, owner, used.get(key.id)) for key, owner in keys]
    if json:
        typer.echo(orjson.dumps(rows).decode())
    else:
        stdout.print(_table(rows, datetime.now(UTC)))


@app.command()
def revoke(
    identity: Annotated[str, typer.Argument(metavar="ID", help="As `wiredesk keys list` shows it; or the whole key.")],
    file: File = None,
) -> None:
    """Let a key open nothing from now on; running services see it within a second or two."""
    with told_problems():
        wanted = key_id(identity) or identity
        now = datetime.now(UTC).replace(microsecond=0)
        change(publishers_file(file), lambda registry: revoke_key(registry, wanted, now))
    stdout.print(f"{wanted} is revoked", highlight=False)


def _later(expires: str | None, now: datetime) -> datetime | None:
    if expires is None:
        return None
    instant = parse_instant(expires)
    if instant <= now:
        raise ValueError(f"--expires {expires}: expected a day or an instant that is yet to come")
    return instant


def _show_once(made: NewKey, json: bool) -> None:
    secret = made.key.signing_secret
    if json:
        typer.echo(orjson.dumps({"id": made.key.id, "key": made.text, "signing_secret": secret}).decode())
    else:
        typer.echo(made.text)
        if secret:
            typer.echo(secret)
    what = "the key, then its signing secret: they are" if secret else "the key is"
    stderr.print(f"[dim]{what} not shown again[/dim]", highlight=False)


def _last_use() -> dict[str, datetime]:
    used = asyncio.run(read_last_use(client_settings().redis_url))
    if used is None:
        stderr.print("[yellow]wiredesk:[/yellow] Redis does not answer: when keys were last used is not known")
    return used or {}


def _row(key: Key, owner: Publisher | None, last_used: datetime | None) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "publisher": owner.name if owner else None,
        "operator": owner is None,
        "domains": key.domains,
        "signed": key.signing_secret is not None,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": last_used,
    }


def _table(rows: list[dict[str, Any]], now: datetime) -> Table:
    table = Table(
        Column("id", min_width=12), "publisher", "label", "created", "expires", "revoked", "last used", box=None
    )
    for row in rows:
        last_used = f"{row['last_used_at']:%Y-%m-%d %H:%M}" if row["last_used_at"] else ""
        table.add_row(
            row["id"],
            row["publisher"] or "[dim](operator)[/dim]",
            escape(row["label"]),
            *(f"{at:%Y-%m-%d}" if (at := row[name]) else "" for name in ("created_at", "expires_at", "revoked_at")),
            last_used,
            style="dim" if row["revoked_at"] or (row["expires_at"] and row["expires_at"] <= now) else "",
        )
    return table
