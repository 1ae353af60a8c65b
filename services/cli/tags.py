"""`wiredesk tags`: why an article has its tags, and today's tags for the whole archive."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from opensearchpy.exceptions import OpenSearchException
from redis.exceptions import RedisError
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from schemas.submission import Submission
from services.cli import retag
from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout
from services.cli.post import TYPES
from services.errors import Rejected
from services.index.client import build_client
from services.index.names import IndexNames
from services.ingest.draft import Draft
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.ingest.read import Given, read_items
from services.ingest.receive import content_type as content_type_of
from services.ingest.tags import judged, tags_version
from services.publishers import file as publishers_file
from services.redis_client import build_redis
from services.vocabulary.gazetteer import Gazetteer, load
from services.vocabulary.names import canonical_tag

_MOST_TEXT_BYTES = 10_000_000
app = typer.Typer(no_args_is_help=True, help="Why an article has its tags, and today's tags for the whole archive.")


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="An article, a feed, a page, a batch; `-` is standard input.")],
    content_type: Annotated[str | None, typer.Option(help="Instead of the one that the file's name tells.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output.")] = False,
) -> None:
    """Tell each tag that an article would get, and each that it just does not, with the reason. Needs no servers."""
    kind = content_type or TYPES.get(file.suffix.lower(), "text/plain; charset=utf-8")
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        reading = read_items(content_type_of(kind), body, Given({}, datetime.now(UTC)))
    except OSError as problem:
        raise fail(str(problem)) from problem
    except Rejected as problem:
        raise fail(f"{file}: {problem.detail}") from problem
    tables = Tables(load(), LanguageReader())
    failed = False
    for item in reading.items:
        if isinstance(item.content, Submission | Rejected):
            failed |= not _explain(item.content, tables, json)
    if failed:
        raise typer.Exit(1)


@app.command()
def apply(
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Give every article in the index the tags of today's table, through events; may be ended and begun anew."""
    settings = client_settings()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    gazetteer = load()
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bars:
        task = bars.add_task("Reading articles", total=None)

        def report(read: int, total: int, _: int) -> None:
            bars.update(task, completed=read, total=total)

        try:
            read, published = asyncio.run(_apply(settings, gazetteer, report))
        except RedisError as problem:
            raise fail(f"Redis does not answer: {problem}") from problem
        except OpenSearchException as problem:
            raise fail(f"OpenSearch does not answer: {problem}") from problem
        except (OSError, ValueError) as problem:
            raise fail(str(problem)) from problem
    version = tags_version(gazetteer)
    if json:
        typer.echo(orjson.dumps({"read": read, "published": published, "tags_version": version}).decode())
        return
    stdout.print(f"{read:,} articles read, {published:,} of them published anew with the tags of {version}")


async def _apply(settings: ClientSettings, gazetteer: Gazetteer, report: retag.Report) -> tuple[int, int]:
    without: frozenset[str] = frozenset()
    if settings.publishers_file and settings.publishers_file.exists():
        known = publishers_file.read(settings.publishers_file).publishers
        without = frozenset(one.name for one in known if not one.automatic_tags)
    redis = build_redis(settings.redis_url)
    index = build_client(settings)
    names = IndexNames.with_prefix(settings.index_prefix)
    try:
        return await retag.apply(redis, index, names, gazetteer, without, report)
    finally:
        await index.close()
        await redis.aclose()


def _explain(content: Submission | Rejected, tables: Tables, json: bool) -> bool:
    """Prints one article's tags; False where there is no article, which is told."""
    try:
        if isinstance(content, Rejected):
            raise content
        draft = normalize(content, "local", tables, _MOST_TEXT_BYTES)
    except Rejected as problem:
        stderr.print(f"[red]no article:[/red] {escape(problem.detail)}", highlight=False)
        return False
    rows = _rows(draft, tables.gazetteer)
    if json:
        told = {"title": draft.title, "language": draft.language, "tags_version": draft.tags_version, "tags": rows}
        typer.echo(orjson.dumps(told).decode())
        return True
    stdout.print(f"[bold]{escape(draft.title)}[/bold]  [dim]{draft.language} · {draft.tags_version}[/dim]")
    table = Table("tag", "kind", "rule", "score", "where", "text", "no tag because", box=None, header_style="dim")
    for row in rows:
        score = "" if row["score"] is None else f"{row['score']:.2f}"
        cells = (row["tag"], row["kind"], row["rule"], score, row["where"], row["text"], row["refused"])
        table.add_row(*map(escape, cells), style="dim" if row["refused"] else None)
    stdout.print(table)
    return True


def _rows(draft: Draft, gazetteer: Gazetteer) -> list[dict[str, Any]]:
    """A row for each of the publisher's own tags, then for each automatic one that is given or nearly so."""
    rows: list[dict[str, Any]] = []
    for what, label in draft.stated_labels():
        slug = canonical_tag(label, gazetteer.aliases, gazetteer.shorts)
        own = {"tag": slug, "kind": "publisher's", "rule": what, "score": None, "where": "", "text": label}
        rows.append({**own, "refused": ""})
    for one in judged(draft.title, draft.body, gazetteer, draft.language or "und"):
        tag = one.tag
        where = f"{tag.field} {tag.start}-{tag.end}" if tag.text else ""
        found = {"kind": tag.kind, "rule": tag.rule, "score": tag.score, "where": where, "text": tag.text}
        rows.append({"tag": tag.slug, **found, "refused": one.refused})
    return rows
