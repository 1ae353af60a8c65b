"""`wiredesk alerts test`, `try` and `deliveries`: whether a saved search does what it is meant to."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape
from rich.table import Column, Table

from schemas.alerts import Told, ToldAlert, ToldArticle, alert_event
from services.alerts.alert import compiled, new_alert
from services.alerts.overview import GivenUp, Outstanding, given_up, outstanding
from services.alerts.send import Answer, Sender
from services.alerts.settings import AlertsSettings
from services.cli.alert_servers import AlertServers, require, with_servers
from services.cli.client import fail, stdout
from services.cli.publishers import Json, told_problems

_SHOWN = 100
_TEST = ToldArticle(id="wiredesk:test", publisher="wiredesk", version=1, title="A test of this alert")


def send_test(alert_id: Annotated[str, typer.Argument(help="As `alerts list` shows it.")]) -> None:
    """Send a signed message of type `com.wiredesk.alert.test` now, and show what is answered."""

    async def sent(servers: AlertServers) -> Answer:
        alert = await require(servers, alert_id)
        now = datetime.now(UTC)
        told = Told(alert=ToldAlert(id=alert.id, name=alert.name, query=alert.line), article=_TEST, matches=True)
        event = alert_event("test", told, int(now.timestamp() * 1_000_000), now)
        settings = AlertsSettings()
        sender = Sender(servers.redis, settings.alerts_timeout, settings.alerts_allow_private)
        try:
            return await sender.send(alert, event.id, event.model_dump_json(exclude_none=True).encode(), now)
        finally:
            await sender.aclose()

    answer = with_servers(sent)
    if answer.outcome != "delivered":
        raise fail(f"not delivered: {answer.text}")
    stdout.print(f"delivered: {escape(answer.text)}", highlight=False)


def try_line(
    line: Annotated[str, typer.Argument(help="A search, as `alerts add` takes it.")],
    last: Annotated[int, typer.Option(min=1, max=10_000, help="So many articles, those indexed last.")] = 1000,
    json: Json = False,
) -> None:
    """Show which of the articles indexed last a search would have told of; nothing is saved."""
    with told_problems():
        alert = new_alert(line, datetime.now(UTC), None, stream="tried")

    async def found(servers: AlertServers) -> list[dict[str, Any]]:
        newest = {"size": last, "sort": [{"indexed_at": "desc"}], "_source": False}
        hits = (await servers.client.search(index=servers.names.articles, body=newest))["hits"]["hits"]
        among = {"ids": {"values": [hit["_id"] for hit in hits]}}
        body = {
            "size": _SHOWN,
            "track_total_hits": True,
            "sort": [{"indexed_at": "desc"}],
            "_source": ["id", "title", "indexed_at"],
            "query": {"bool": {"filter": [among, compiled(alert)]}},
        }
        answer = await servers.client.search(index=servers.names.articles, body=body)
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    rows = with_servers(found)
    if json:
        typer.echo(orjson.dumps(rows).decode())
        return
    for row in rows:
        stdout.print(f"{row['indexed_at'][:16]} {row['id']}  {row['title']}", highlight=False, markup=False)
    more = " or more" if len(rows) == _SHOWN else ""
    stdout.print(f"[dim]{len(rows)}{more} of the last {last:,} articles[/dim]", highlight=False)


def deliveries(
    alert_id: Annotated[str | None, typer.Argument(help="Only this alert's.")] = None, json: Json = False
) -> None:
    """Show what waits to be delivered, why, and what was given up."""

    async def told(servers: AlertServers) -> tuple[list[Outstanding], list[GivenUp]]:
        known = [await require(servers, alert_id)] if alert_id else await servers.registry.all()
        waiting = await outstanding(servers.redis, [alert.id for alert in known])
        return [one for one in waiting if one.articles], await given_up(servers.redis, alert_id, _SHOWN)

    waiting, lost = with_servers(told)
    if json:
        rows = {"waiting": [asdict(one) for one in waiting], "given_up": [asdict(one) for one in lost]}
        typer.echo(orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode())
        return
    table = Table("alert", "articles", "next try", "failed in a row", Column("answer", overflow="fold"), box=None)
    for one in waiting:
        tries, answer = (str(one.failures.tries), one.failures.answer) if one.failures else ("0", "")
        table.add_row(one.alert_id, f"{one.articles:,}", _second(one.next_at), tries, escape(answer))
    stdout.print(table if waiting else "nothing waits to be delivered")
    if lost:
        table = Table("given up", "alert", "article", Column("answer", overflow="fold"), box=None)
        for gone in lost:
            table.add_row(_second(gone.at), gone.alert_id, escape(gone.article_id), escape(gone.answer))
        stdout.print(table)


def _second(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}Z" if instant else "now"
