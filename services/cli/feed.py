"""`wiredesk feed`: which feeds are followed, and how they fare."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from services.cli.client import client_settings, fail, stderr, stdout
from services.cli.publishers import Json, told_problems
from services.errors import Unavailable
from services.ingest.feeds.file import FeedsFile, named
from services.ingest.feeds.model import Feed, new_feed
from services.ingest.feeds.state import FeedState, States, open_states
from services.web_address import shown

app = typer.Typer(
    help="Feeds that Wiredesk fetches by itself: which are followed, and how they fare.", no_args_is_help=True
)

_EVERY = re.compile(r"(\d{1,4})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_Found = TypeVar("_Found")
_REDIS_TIMEOUT = timedelta(seconds=5)

File = Annotated[
    Path | None,
    typer.Option("--file", envvar="WIREDESK_FEEDS_FILE", help="By default the one that `wiredesk up` uses."),
]
Which = Annotated[str, typer.Argument(metavar="URL|ID", help="The feed's address, or its id.")]


def _duration(text: str) -> timedelta:
    found = _EVERY.fullmatch(text.strip().lower())
    if found is None:
        raise typer.BadParameter("expected a number and s, m, h or d, like 10m")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="RSS, Atom or JSON Feed, http or https.")],
    publisher: Annotated[str, typer.Option(help="Whose articles these are.")],
    every: Annotated[
        timedelta | None, typer.Option(parser=_duration, metavar="10m", help="How often; at least a minute.")
    ] = None,
    file: File = None,
) -> None:
    """Follow a feed: through its hub where it has one (WebSub), else by polling."""
    with told_problems():
        added = new_feed(url, publisher, every, _now())
        feeds_file(file).add(added)
    _say(f"following {added.id} {shown(added.url)}")
    stderr.print("ingest fetches it where it runs with WIREDESK_FEEDS_ENABLED=true", style="dim", highlight=False)


@app.command()
def remove(which: Which, file: File = None) -> None:
    """Follow a feed no more; its articles stay."""
    with told_problems():
        removed = feeds_file(file).remove(which, _now())
    _say(f"removed {removed.id} {shown(removed.url)}")


@app.command()
def refresh(which: Which, file: File = None) -> None:
    """Fetch a feed at once, even one that was gone."""
    with told_problems():
        wanted = named(feeds_file(file).read(), which)
    _with_states(lambda states: states.hurry(wanted.id))
    _say(f"due now {wanted.id} {shown(wanted.url)}")


@app.command(name="list")
def list_feeds(json: Json = False, file: File = None) -> None:
    """List the feeds: when each was fetched last and will be next, what came of it, and what its hub does."""
    with told_problems():
        feeds = [feed for feed in feeds_file(file).read() if feed.removed_at is None]
    states = _with_states(lambda states: states.read([feed.id for feed in feeds])) if feeds else []
    rows = [status(feed, state, _now()) for feed, state in zip(feeds, states, strict=True)]
    if json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode())
        return
    table = Table("id", "publisher", "feed", "last", "status", "next", "hub", "failures", box=None)
    for row in rows:
        style = "red" if row["failures"] or row["gone"] else ""
        table.add_row(*(escape(cell) for cell in _cells(row)), style=style)
    stdout.print(table)


def feeds_file(file: Path | None) -> FeedsFile:
    """The file given, else the one of the environment or of a running `wiredesk up`. Raises ValueError without any."""
    known = file or client_settings().feeds_file
    if known is None:
        raise ValueError("which file has the feeds? Give --file or set WIREDESK_FEEDS_FILE")
    return FeedsFile(known)


def status(feed: Feed, state: FeedState, now: datetime) -> dict[str, Any]:
    """How a feed fares; nothing secret is among it. `hub` is None where the feed has none."""
    polled, subscription = state.polled, state.subscription
    until = subscription.pushed_until(now)
    return {
        "id": feed.id,
        "publisher": feed.publisher,
        "url": shown(feed.url),
        "fetched_at": polled.fetched_at,
        "status": polled.status,
        "next_at": polled.next_at,
        "gone": polled.gone,
        "failures": polled.failures,
        "hub": shown(subscription.hub) if subscription.hub else None,
        "hub_status": subscription.hub_status,
        "hub_detail": subscription.hub_detail,
        "verified_until": until,
    }


def _cells(row: dict[str, Any]) -> list[str]:
    never = "never" if row["gone"] else "now"
    hub = "" if row["hub"] is None else (row["hub_status"] or "not asked")
    return [
        row["id"],
        row["publisher"],
        row["url"],
        _minute(row["fetched_at"], "never"),
        row["status"] or "not fetched yet",
        _minute(row["next_at"], never),
        f"verified until {_minute(row['verified_until'], '')}" if row["verified_until"] else hub,
        str(row["failures"]),
    ]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _say(line: str) -> None:
    stdout.print(line, highlight=False, markup=False, soft_wrap=True)


def _minute(instant: datetime | None, otherwise: str) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ") if instant else otherwise


def _with_states(ask: Callable[[States], Awaitable[_Found]]) -> _Found:
    async def asked() -> _Found:
        async with open_states(client_settings().redis_url, _REDIS_TIMEOUT) as states:
            return await ask(states)

    try:
        return asyncio.run(asked())
    except Unavailable as problem:
        raise fail(problem.detail) from problem
