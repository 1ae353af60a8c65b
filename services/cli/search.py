"""`wiredesk search`: ask OpenSearch, through the alias that every client uses."""

import asyncio
from collections.abc import Sequence
from html import unescape
from typing import Annotated, Any

import orjson
import typer
from opensearchpy.exceptions import OpenSearchException
from rich.markup import escape

from services.cli.client import ClientSettings, client_settings, fail, stdout
from services.index.asked import Asked
from services.index.client import build_client
from services.index.names import IndexNames
from services.index.queries import search_body
from services.vocabulary.gazetteer import load
from services.vocabulary.names import canonical_tag


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases" and -exclusions; * finds everything.')] = "*",
    tag: Annotated[list[str] | None, typer.Option(help="Only articles with this tag, in any spelling.")] = None,
    size: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 10,
    by_date: Annotated[bool, typer.Option("--by-date", help="Newest first.")] = False,
    collapse: Annotated[bool, typer.Option("--collapse", help="One of all that say much the same.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Search the articles."""
    try:
        found = asyncio.run(find(client_settings(), query, tag or (), size, by_date, collapse))
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer as it should: {problem}") from problem
    if json:
        typer.echo(orjson.dumps(found).decode())
    else:
        show(found)


async def find(
    settings: ClientSettings,
    query: str,
    tags: Sequence[str] = (),
    size: int = 10,
    by_date: bool = False,
    collapse: bool = False,
) -> dict[str, Any]:
    """`{"total", "hits"}` for this search line, collapsed with `clusters` too. Raises OpenSearchException."""
    gazetteer = load()
    canonical = tuple(canonical_tag(tag, gazetteer.aliases, gazetteer.shorts) for tag in tags)
    body = search_body(Asked(query, canonical, sort="date" if by_date else "relevance"), size, collapse=collapse)
    client = build_client(settings)
    try:
        answer = await client.search(index=IndexNames.with_prefix(settings.index_prefix).articles, body=body)
    finally:
        await client.close()
    counted = {"clusters": answer["aggregations"]["clusters"]["value"]} if collapse else {}
    hits = [_hit(hit) for hit in answer["hits"]["hits"]]
    return {"total": answer["hits"]["total"]["value"], **counted, "hits": hits}


def show(found: dict[str, Any]) -> None:
    """Prints hits for people, what matched in bold."""
    total = found["total"]
    stories = f" in {found['clusters']} clusters" if "clusters" in found else ""
    stdout.print(f"[dim]{total} {'article' if total == 1 else 'articles'}{stories}[/dim]")
    for number, hit in enumerate(found["hits"], 1):
        title = hit["highlights"].get("title", [hit["title"]])[0]
        when = (hit["published_at"] or "")[:10]
        stdout.print(f"\n[dim]{number:>2}.[/dim] {_marked(title)}")
        stdout.print(
            "    " + escape(" · ".join(filter(None, (when, hit["source"] or hit["publisher"], hit["id"])))), style="dim"
        )
        for fragment in hit["highlights"].get("body", [])[:1]:
            stdout.print(f"    {_marked(' '.join(fragment.split()))}")
        if copies := hit.get("copies"):
            told = ", ".join(one["id"] for one in hit["also"])
            stdout.print(f"    {copies} more like it: {escape(told)}{' …' if copies > len(hit['also']) else ''}")
        stdout.print("    " + escape(" ".join(f"#{tag}" for tag in hit["tags"])), style="cyan")


def _hit(hit: dict[str, Any]) -> dict[str, Any]:
    source = hit["_source"]
    fields = ("published_at", "publisher", "source", "url")
    return {
        "id": source["id"],
        "title": source["title"],
        "score": hit["_score"],
        **{name: source.get(name) for name in fields},
        "tags": source.get("tags", []),
        "highlights": hit.get("highlight", {}),
        **(_copies(source["id"], hit["inner_hits"]["cluster"]["hits"]) if "inner_hits" in hit else {}),
    }


def _copies(shown: str, cluster: dict[str, Any]) -> dict[str, Any]:
    """How many more of the hit's cluster were found, and the best of them."""
    found = [hit["_source"] for hit in cluster["hits"]]
    return {"copies": cluster["total"]["value"] - 1, "also": [one for one in found if one["id"] != shown][:2]}


def _marked(fragment: str) -> str:
    """A highlighted fragment (escaped HTML with <em>) as terminal markup."""
    parts = fragment.replace("</em>", "\0").replace("<em>", "\0").split("\0")
    return "".join(
        f"[bold yellow]{escape(unescape(part))}[/bold yellow]" if number % 2 else escape(unescape(part))
        for number, part in enumerate(parts)
    )
