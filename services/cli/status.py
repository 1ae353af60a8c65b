"""`wiredesk status`: one look to know how it is."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer

from services.cli.client import client_settings, fail, stdout
from services.cli.overview import overview
from services.cli.readers import reading, told_services
from services.health.figures import POSTED, VERDICTS, Rates, at_most, by_label
from services.health.finding import Finding, Level, worst
from services.health.judge import judge, unreachable
from services.health.readings import Away, Reading

IngestUrl = Annotated[str | None, typer.Option("--ingest-url", help="Its /readyz and /metrics are asked too.")]
IndexerUrl = Annotated[str | None, typer.Option("--indexer-url", help="The same; for the verdicts.")]
SearchUrl = Annotated[str | None, typer.Option("--search-url", help="The same, of the reading room.")]
AlertsUrl = Annotated[str | None, typer.Option("--alerts-url", help="The same, of the saved searches.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def status(
    ingest_url: IngestUrl = None,
    indexer_url: IndexerUrl = None,
    search_url: SearchUrl = None,
    alerts_url: AlertsUrl = None,
    json: Json = False,
) -> None:
    """Tell how everything is, and what needs a person.

    Exit code: 0 all is well, 1 something needs a person, 2 Redis or OpenSearch cannot be reached.

    The services are asked where an option, WIREDESK_INGEST_URL, WIREDESK_INDEXER_URL, WIREDESK_SEARCH_URL,
    WIREDESK_ALERTS_URL or a running `wiredesk up` says where they are; a name with several addresses is as many
    processes. Without them there are no verdicts and no rates of publishers.

    Slowest publishers: of the 500 documents that were indexed last, the time from ingest's acceptance to the writing of
    the document, by publisher, the highest median first. What waited for an embargo is left out. Searchable it is a
    refresh later, a second by default.
    """
    settings = client_settings()
    given = {"ingest": ingest_url, "indexer": indexer_url, "search": search_url, "alerts": alerts_url}

    async def once() -> Reading:
        async with reading(settings, told_services(settings, given)) as read:
            return await read()

    try:
        seen = asyncio.run(once())
    except (OSError, ValueError) as problem:
        raise fail(f"{problem}; wiredesk doctor says what to change") from problem
    findings = judge(seen)
    if json:
        typer.echo(as_json(seen, findings))
    else:
        stdout.print(overview(seen, findings))
    raise typer.Exit(exit_code(seen, findings))


def exit_code(seen: Reading, findings: list[Finding]) -> int:
    """2 where a server cannot be reached, 1 where something needs a person, else 0."""
    return 2 if unreachable(seen) else int(worst(findings) is not Level.OK)


def as_json(seen: Reading, findings: list[Finding], changed: Rates | None = None) -> str:
    """The reading as one JSON object in one line; a server that is away is null, its finding says why."""
    told: dict[str, Any] = {
        "at": datetime.now(UTC),
        "level": worst(findings),
        "findings": findings,
        "redis": None if isinstance(seen.redis, Away) else seen.redis,
        "opensearch": None if isinstance(seen.index, Away) else seen.index,
        "services": [
            {"service": one.service, "address": one.address, "answers": one.answers, "missing": one.missing}
            for one in seen.services
        ],
        "verdicts": by_label(seen.services, VERDICTS, "verdict"),
        "posted": by_label(seen.services, POSTED, "publisher"),
        "searchable_seconds": {name: at_most(seen.services, share) for name, share in (("p50", 0.5), ("p99", 0.99))},
        **({"rates": changed} if changed else {}),
    }
    return orjson.dumps(told, option=orjson.OPT_UTC_Z).decode()
