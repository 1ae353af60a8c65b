"""`wiredesk replay`: everything out of the archive once more, in the way that it came."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from redis.asyncio import Redis

from schemas.streams import ARTICLES_STREAM
from services.backup.back_up import Report
from services.backup.keys import paged
from services.cli import retag
from services.cli.backup import progress
from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout, told_in_words
from services.errors import Unavailable
from services.ingest.app import running
from services.ingest.archive_files import opened
from services.ingest.archive_record import Record
from services.ingest.archive_replay import Clock, Found, Replay, Replayed, Wanted, submissions
from services.ingest.settings import IngestSettings
from services.rebuild.lock import alone
from services.rebuild.plan import CannotRebuild
from services.streams import build_broker

_MOST_WAITING = 10_000
_AT_ONCE = 100
_LOOK_AGAIN = 0.2
_SHOWN = 10
_AGAIN = "; run it again, what is there already is only read"


def replay(
    archive: Annotated[str, typer.Argument(help="A directory, or s3://bucket/prefix, as WIREDESK_ARCHIVE has it.")],
    since: Annotated[datetime | None, typer.Option(help="Accepted then or later, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Accepted before then, in UTC.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Of this publisher only.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, publish nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Publish what the archive holds again: the same ids and versions, with texts as they are read today."""
    wanted, found = Wanted(_in_utc(since), _in_utc(until), publisher), Found()
    try:
        with told_in_words("", stopped=_AGAIN):
            records = submissions(opened(archive), wanted, found)
            result = _counted(records) if dry_run else asyncio.run(_replay(client_settings(), records))
    except (CannotRebuild, Unavailable) as problem:
        raise fail(f"{problem}{_AGAIN}") from problem
    except ImportError as missing:
        raise fail(f"{missing}: install wiredesk[s3]") from missing
    _tell(found, result, json)


def _counted(records: Iterator[Record]) -> Replayed:
    with progress() as report:
        for number, _ in enumerate(records, start=1):
            report("submissions", number, None)
    return Replayed()


async def _replay(settings: ClientSettings, records: Iterator[Record]) -> Replayed:
    shared = {name: getattr(settings, name) for name in settings.model_fields_set & IngestSettings.model_fields.keys()}
    ingest = IngestSettings(**shared).model_copy(update={"archive": None})
    clock, result = Clock(datetime.now(UTC)), Replayed()
    broker = build_broker(ingest.redis_url, ingest.redis_timeout)
    async with running(ingest, broker, clock) as state:
        with progress() as report:
            async with alone(state.redis):  # a backup meanwhile would take for known what it does not have
                replaying = Replay(
                    state.desk, state.library, state.publishers, clock, lambda: _down_to(state.redis, 0), result
                )
                await _each(replaying, records, state.redis, report)
    return result


async def _each(replaying: Replay, records: Iterator[Record], redis: Redis, report: Report) -> None:
    done = 0
    for page in paged(records, _AT_ONCE):
        await replaying.replay(page)
        done += len(page)
        report("submissions", done, None)
        await _down_to(redis, _MOST_WAITING)


async def _down_to(redis: Redis, waiting: int) -> None:
    """Waits until the indexer has no more than so many events to do."""
    if not await redis.exists(ARTICLES_STREAM):
        return
    while await retag.waiting(redis) > waiting:  # noqa: ASYNC110 - only Redis knows
        await asyncio.sleep(_LOOK_AGAIN)


def _tell(found: Found, result: Replayed, json: bool) -> None:
    told: dict[str, Any] = {
        "submissions": found.records,
        "versions": found.versions,
        "published": result.published,
        "known": result.known,
        "left_out": result.other,
        "refused": len(result.refused),
        "missed": sum(one.missed for one in found.missed),
        "torn_files": len(found.torn),
        "unreadable_lines": found.unreadable,
    }
    for line in result.refused[:_SHOWN]:
        stderr.print(f"refused today: {line}", highlight=False, markup=False)
    for hole in found.missed:
        stderr.print(f"{hole.missed} were never archived, between {hole.since} and {hole.until}", highlight=False)
    if json:
        typer.echo(orjson.dumps(told).decode())
        return
    for name, value in told.items():
        stdout.print(f"{name.replace('_', ' ')}: {value:,}", highlight=False)


def _in_utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant and instant.tzinfo is None else instant
