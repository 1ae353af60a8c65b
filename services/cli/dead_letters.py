"""`wiredesk dead-letters`: events that could never be indexed, and what to do about them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import click
import orjson
import typer
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.markup import escape
from rich.table import Table

from schemas.dates import parse_instant
from schemas.reasons import Reason
from services.cli.client import client_settings, fail, stderr, stdout
from services.dead_letters import Kept, Wanted, drop, look_through, mend, replay
from services.indexer.decide import Dead, decide
from services.redis_client import build_redis

app = typer.Typer(help="Events that could never be indexed, and what to do about them.", no_args_is_help=True)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As `dead-letters list` shows them.")]
Id = Annotated[str, typer.Argument(help="As `dead-letters list` shows it.")]
_Reason = Annotated[Reason | None, typer.Option("--reason", help="Only those that died of this.")]
_Publisher = Annotated[str | None, typer.Option("--publisher", help="Only this publisher's.")]
_Since = Annotated[str | None, typer.Option("--since", help="Only those that died at this instant or later.")]
_Until = Annotated[str | None, typer.Option("--until", help="Only those that died before this instant.")]
_All = Annotated[bool, typer.Option("--all", help="All there are; needed where nothing else says which.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
_PAGE = 100
_SHOWN = 1000
T = TypeVar("T")


@app.command(name="list")
def list_some(
    ids: Ids = None,
    reason: _Reason = None,
    publisher: _Publisher = None,
    since: _Since = None,
    until: _Until = None,
    json: _Json = False,
) -> None:
    """List them, oldest first, with how many died of which reason."""
    wanted = _wanted(ids, reason, publisher, since, until)
    counts: Counter[str] = Counter()
    table = Table("id", "died", "reason", "article", "detail", box=None)

    async def show(redis: Redis) -> None:
        async for one in look_through(redis, wanted):
            counts[one.letter.reason] += 1
            if json:
                typer.echo(orjson.dumps(_row(one)).decode())
            elif counts.total() <= _SHOWN:
                _add_row(table, one)

    _run(show)
    if json:
        return
    if counts.total():
        stdout.print(table)
    if counts.total() > _SHOWN:
        stdout.print(f"… and {counts.total() - _SHOWN:,} more; --json has all", highlight=False)
    reasons = ", ".join(f"{name} {count:,}" for name, count in counts.most_common())
    stdout.print(f"{counts.total():,} dead letters{': ' if reasons else ''}{reasons}", highlight=False)


@app.command()
def show(identity: Id) -> None:
    """Print one as JSON, its event readable within."""

    async def found(redis: Redis) -> Kept:
        return await _one(redis, identity)

    kept = _run(found)
    event: Any = kept.event().decode(errors="backslashreplace")
    with suppress(orjson.JSONDecodeError):
        event = orjson.loads(kept.event())
    typer.echo(orjson.dumps({**_row(kept), "event": event}, option=orjson.OPT_INDENT_2).decode())


@app.command()
def edit(
    identity: Id,
    event: Annotated[Path | None, typer.Option("--event", help="The mended event; else $EDITOR opens it.")] = None,
) -> None:
    """Mend the event of one; it stays a dead letter, under a new id, until it is replayed."""

    async def mended(redis: Redis) -> Kept | None:
        kept = await _one(redis, identity)
        written = event.read_bytes() if event else _edited(kept)
        return await mend(redis, kept, _compact(written)) if written is not None else None

    try:
        kept = _run(mended)
    except (OSError, ValueError) as problem:
        raise fail(f"this event cannot be used: {problem}") from problem
    if kept is None:
        stdout.print("nothing was changed")
        return
    decision = decide(kept.event(), datetime.now(UTC))
    verdict = f"it would die again: {decision.detail}" if isinstance(decision, Dead) else "it can be replayed"
    stdout.print(f"{kept.id} {escape(verdict)}", highlight=False)


@app.command(name="replay")
def replay_some(
    ids: Ids = None,
    reason: _Reason = None,
    publisher: _Publisher = None,
    since: _Since = None,
    until: _Until = None,
    everything: _All = False,
) -> None:
    """Put events on the stream again, with the versions that they have; what still cannot be indexed comes back."""
    wanted = _narrowed(_wanted(ids, reason, publisher, since, until), everything)
    stdout.print(f"{_run(lambda redis: _in_pages(redis, wanted, replay)):,} replayed", highlight=False)


@app.command(name="drop")
def drop_some(
    ids: Ids = None,
    reason: _Reason = None,
    publisher: _Publisher = None,
    since: _Since = None,
    until: _Until = None,
    everything: _All = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove them for good."""
    wanted = _narrowed(_wanted(ids, reason, publisher, since, until), everything)
    if not yes:
        count = _run(lambda redis: _in_pages(redis, wanted, _count))
        typer.confirm(f"Remove {count:,} dead letters for good?", abort=True)
    stdout.print(f"{_run(lambda redis: _in_pages(redis, wanted, drop)):,} dropped", highlight=False)


def _wanted(
    ids: list[str] | None, reason: Reason | None, publisher: str | None, since: str | None, until: str | None
) -> Wanted:
    try:
        first, last = (parse_instant(text) if text else None for text in (since, until))
    except ValueError as problem:
        raise fail(f"--since, --until: {problem}") from problem
    return Wanted(frozenset(ids or ()), reason, publisher, first, last)


def _narrowed(wanted: Wanted, everything: bool) -> Wanted:
    if wanted.is_all and not everything:
        raise fail("which? Give ids, --reason, --publisher, --since, --until, or --all")
    return wanted


async def _in_pages(redis: Redis, wanted: Wanted, action: Callable[[Redis, Iterable[Kept]], Awaitable[int]]) -> int:
    """Does it to all that are meant, a page at a time; to how many it was done."""
    done, page = 0, list[Kept]()
    with stderr.status("0") as shown:
        async for one in look_through(redis, wanted):
            page.append(one)
            if len(page) == _PAGE:
                done += await action(redis, page)
                page = []
                shown.update(f"{done:,}")
        return done + (await action(redis, page) if page else 0)


async def _count(_: Redis, kept: Iterable[Kept]) -> int:
    return len(list(kept))


async def _one(redis: Redis, identity: str) -> Kept:
    async for kept in look_through(redis, Wanted(frozenset({identity}))):
        return kept
    raise fail(f"there is no dead letter {identity}")


def _edited(kept: Kept) -> bytes | None:
    """What the editor left of the event; None where it was closed without saving."""
    try:
        text = orjson.dumps(orjson.loads(kept.event()), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        text = kept.event().decode(errors="replace")
    written = click.edit(text, extension=".json")
    return None if written is None else written.encode()


def _compact(event: bytes) -> bytes:
    """The event on one line. Raises ValueError for what is no JSON."""
    return orjson.dumps(orjson.loads(event))


def _row(one: Kept) -> dict[str, Any]:
    told = one.letter.model_dump(mode="json", exclude={"event", "event_base64"}, exclude_none=True)
    return {"id": one.id, "publisher": one.publisher, **told}


def _add_row(table: Table, one: Kept) -> None:
    letter = one.letter
    died = f"{letter.dead_at:%Y-%m-%d %H:%M:%S}"
    table.add_row(one.id, died, letter.reason, escape(letter.article_id or ""), escape(letter.detail[:120]))


def _run(work: Callable[[Redis], Awaitable[T]]) -> T:
    async def with_redis() -> T:
        redis = build_redis(client_settings().redis_url)
        try:
            return await work(redis)
        finally:
            await redis.aclose()

    try:
        return asyncio.run(with_redis())
    except (RedisError, ConnectionError) as problem:
        raise fail(f"Redis does not answer: {problem}") from problem
