"""`wiredesk alerts`: saved searches, and whom they tell."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpcore
import orjson
import typer
from rich.markup import escape
from rich.table import Column, Table

from services.alerts.alert import Alert, new_alert
from services.alerts.registry import Refused
from services.alerts.settings import AlertsSettings
from services.cli import alerts_tried
from services.cli.alert_servers import AlertServers, require, with_servers
from services.cli.client import fail, stderr, stdout
from services.cli.publishers import Json, told_problems
from services.guard import AddressRefused, GuardedBackend
from services.vocabulary.gazetteer import load
from services.vocabulary.names import canonical_tag
from services.web_address import shown

app = typer.Typer(help="Saved searches: who is told when an article matches.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="As `alerts list` shows it.")]
_Several = Annotated[list[str] | None, typer.Option(help="Several can be given; one of them is enough.")]


@app.command()
def add(
    line: Annotated[str, typer.Argument(help='Words, "phrases" and -exclusions, as `wiredesk search` takes them.')],
    *,
    webhook: Annotated[str | None, typer.Option(help="The address that is told, by POST.")] = None,
    stream: Annotated[str | None, typer.Option(help="The Redis stream that is told, instead.")] = None,
    name: Annotated[str | None, typer.Option(help="For people; by default the line.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only articles with this tag; of several with all.")] = None,
    source: _Several = None,
    publisher: _Several = None,
    author: _Several = None,
    language: _Several = None,
    section: _Several = None,
    secret: Annotated[str | None, typer.Option(help="whsec_ and base64; by default a random one is made.")] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="The address may be one that is not public.")
    ] = False,
    json: Json = False,
) -> None:
    """Save a search. Its id is printed, and the secret that signs what is sent, which is shown this once."""
    gazetteer = load()
    with told_problems():
        alert = new_alert(
            line,
            datetime.now(UTC).replace(microsecond=0),
            webhook,
            secret,
            stream=stream,
            name=name,
            tags=tuple(canonical_tag(one, gazetteer.aliases, gazetteer.shorts) for one in tag or ()),
            sources=tuple(source or ()),
            publishers=tuple(publisher or ()),
            authors=tuple(author or ()),
            languages=tuple(language or ()),
            sections=tuple(section or ()),
            allow_private=allow_private,
        )
    if alert.webhook and not (allow_private or AlertsSettings().alerts_allow_private):
        asyncio.run(_require_public(alert.webhook))
    with_servers(lambda servers: _keep(servers, alert))
    if json:
        typer.echo(orjson.dumps({**_row(alert), "secret": alert.secret}, option=orjson.OPT_UTC_Z).decode())
        return
    stdout.print(f"saved {alert.id}", highlight=False)
    if alert.secret:
        stdout.print(f"secret {alert.secret}", highlight=False, markup=False, soft_wrap=True)
        stderr.print(f"shown this once; `wiredesk alerts test {alert.id}` sends a first message", style="dim")


@app.command(name="list")
def list_all(json: Json = False) -> None:
    """List the saved searches."""
    rows = [_row(alert) for alert in with_servers(lambda servers: servers.registry.all())]
    if json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode())
        return
    table = Table("id", Column("search", overflow="fold"), Column("tells", overflow="fold"), "created", "", box=None)
    for row in rows:
        trouble = f"broken: {row['broken']}" if row["broken"] else f"paused: {row['paused']}" if row["paused"] else ""
        cells = (row["id"], _search(row), row["target"], f"{row['created_at']:%Y-%m-%d}", trouble)
        table.add_row(*map(escape, cells), style="red" if row["broken"] else "dim" if row["paused"] else "")
    stdout.print(table)


@app.command()
def show(alert_id: Id) -> None:
    """Print one as JSON, without its secret."""
    alert = with_servers(lambda servers: require(servers, alert_id))
    typer.echo(orjson.dumps(_row(alert), option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode())


@app.command()
def remove(alert_id: Id) -> None:
    """Forget a saved search, and what still waits to be told for it."""

    async def removed(servers: AlertServers) -> None:
        await require(servers, alert_id)
        await servers.registry.remove(alert_id)
        await servers.queue.drop(alert_id)

    with_servers(removed)
    stdout.print(f"removed {alert_id}", highlight=False)


@app.command()
def pause(alert_id: Id, reason: Annotated[str, typer.Option(help="For people.")] = "by an operator") -> None:
    """Send nothing until it is resumed. What matches meanwhile is not told; corrections and withdrawals wait."""

    async def paused(servers: AlertServers) -> None:
        await require(servers, alert_id)
        await servers.registry.pause(alert_id, reason)

    with_servers(paused)
    stdout.print(f"paused {alert_id}", highlight=False)


@app.command()
def resume(alert_id: Id) -> None:
    """Send again, at once what waits; a broken query is asked again."""

    async def resumed(servers: AlertServers) -> None:
        alert = await require(servers, alert_id)
        await servers.registry.add(alert.model_copy(update={"paused": None, "broken": None}))
        await servers.queue.hurry(alert_id, datetime.now(UTC))

    with_servers(resumed)
    stdout.print(f"resumed {alert_id}", highlight=False)


app.command(name="test")(alerts_tried.send_test)
app.command(name="try")(alerts_tried.try_line)
app.command()(alerts_tried.deliveries)


async def _keep(servers: AlertServers, alert: Alert) -> None:
    await servers.prepare()
    if alert.stream and await servers.redis.type(alert.stream) not in (b"none", b"stream"):
        raise fail(f"{alert.stream} is something else than a stream in this Redis")
    try:
        await servers.registry.add(alert)
        await servers.registry.matches([{}], [alert.id])
    except Refused as problem:
        await servers.registry.remove(alert.id)
        raise fail(f"OpenSearch cannot ask this: {problem}") from problem


async def _require_public(webhook: str) -> None:
    parts = urlsplit(webhook)
    try:
        await GuardedBackend(allow_private=False).addresses(parts.hostname or "", parts.port or 443)
    except AddressRefused as problem:
        raise fail(f"{problem}; give --allow-private if that is meant") from problem
    except httpcore.ConnectError as problem:
        stderr.print(f"[yellow]wiredesk:[/yellow] {escape(str(problem))}; it is saved all the same", highlight=False)


def _row(alert: Alert) -> dict[str, Any]:
    """What may be shown of an alert."""
    told = alert.model_dump(exclude={"secret", "webhook", "stream"})
    target = f"stream {alert.stream}" if alert.stream else shown(alert.webhook or "")
    return {**told, "target": target}


def _search(row: dict[str, Any]) -> str:
    narrowed = [f"#{tag}" for tag in row["tags"]]
    for field in ("sources", "publishers", "authors", "languages", "sections"):
        narrowed += [f"{field[:-1]}:{value}" for value in row[field]]
    name = f"{row['name']}: " if row["name"] != row["line"] else ""
    return " ".join([f"{name}{row['line']}", *narrowed])
