"""`wiredesk top`: how it is, again every second."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from services.cli.client import ClientSettings, client_settings, fail, stdout
from services.cli.overview import overview
from services.cli.readers import reading, told_services
from services.cli.status import AlertsUrl, IndexerUrl, IngestUrl, SearchUrl, as_json
from services.cli.terminal import until_quit, wait
from services.health.figures import Rates, rates
from services.health.judge import judge
from services.health.readings import Reading

Count = Annotated[int | None, typer.Option(min=1, help="So many readings, then stop.")]


def top(
    ingest_url: IngestUrl = None,
    indexer_url: IndexerUrl = None,
    search_url: SearchUrl = None,
    alerts_url: AlertsUrl = None,
    every: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="From one reading to the next.")] = 1.0,
    count: Count = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, as it is anyway in a pipe.")] = False,
) -> None:
    """Show what `wiredesk status` shows, and the rates, until `q` is pressed.

    Rates are what changed from one reading to the next, counters of a process that starts anew beginning at 0.
    """
    settings = client_settings()
    given = {"ingest": ingest_url, "indexer": indexer_url, "search": search_url, "alerts": alerts_url}
    show = _lines if json or not stdout.is_terminal else _screen
    try:
        asyncio.run(show(settings, told_services(settings, given), every, count))
    except (OSError, ValueError) as problem:
        raise fail(f"{problem}; wiredesk doctor says what to change") from problem


Shown = AsyncIterator[tuple[Reading, Rates | None]]


async def _lines(settings: ClientSettings, services: dict[str, str], every: float, count: int | None) -> None:
    with until_quit() as quits:
        async with reading(settings, services) as read:
            async for seen, changed in _readings(read, quits, every, count):
                typer.echo(as_json(seen, judge(seen), changed))


async def _screen(settings: ClientSettings, services: dict[str, str], every: float, count: int | None) -> None:
    with until_quit() as quits, Live(console=stdout, screen=True, auto_refresh=False) as live:
        live.update(Text("Wiredesk: asking …"), refresh=True)
        async with reading(settings, services) as read:
            async for seen, changed in _readings(read, quits, every, count):
                now = time.strftime("%H:%M:%S")
                header = Text(f"{now}, every {every:g} s; q quits", style="dim")
                live.update(Group(header, overview(seen, judge(seen), changed)), refresh=True)


async def _readings(
    read: Callable[[], Coroutine[Any, Any, Reading]], quits: asyncio.Event, every: float, count: int | None
) -> Shown:
    """Each reading with its rates since the one before; ends after `count` or when somebody quits."""
    before: Reading | None = None
    while True:
        asked = asyncio.create_task(read())
        ended = asyncio.create_task(quits.wait())
        await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not asked.done():  # a server that does not answer keeps nobody from quitting
            asked.cancel()
            await asyncio.wait({asked})
            return
        seen = asked.result()
        yield seen, rates(before, seen) if before else None
        before, count = seen, count - 1 if count else None
        if count == 0 or await wait(quits, seen.taken + every - time.monotonic()):
            return
