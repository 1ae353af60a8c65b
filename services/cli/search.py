"""`wiredesk search`: ask OpenSearch, through the alias that every client uses."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from opensearchpy.exceptions import OpenSearchException

from services.cli.client import ClientSettings, client_settings, fail
from services.cli.hits import show
from services.index import instants
from services.index.asked import Asked
from services.index.client import build_client
from services.index.copies import copies, copies_body
from services.index.facets import ALTERNATIVES, apart, beside_hits, counts
from services.index.names import IndexNames
from services.index.queries import hits_of, search_body
from services.index.spelling import did_you_mean
from services.vocabulary.gazetteer import load
from services.vocabulary.names import canonical_tag

_Many = list[str] | None
Ask = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases" and -exclusions; * finds everything.')] = "*",
    *,
    tag: Annotated[_Many, typer.Option(help="Only articles with this tag, in any spelling.")] = None,
    source: Annotated[_Many, typer.Option(help="Only of this source, or of one of several.")] = None,
    author: Annotated[_Many, typer.Option(help="Only by this author, or by one of several.")] = None,
    language: Annotated[_Many, typer.Option(help="Only in this language, such as `en`, or in one of several.")] = None,
    since: Annotated[str | None, typer.Option(help="Not before this day or instant; UTC where it has no zone.")] = None,
    until: Annotated[str | None, typer.Option(help="Not after this day, or before this instant.")] = None,
    size: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 10,
    by_date: Annotated[bool, typer.Option("--by-date", help="Newest first.")] = False,
    collapse: Annotated[bool, typer.Option("--collapse", help="One of all that say much the same.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Search the articles."""
    asked = Asked(
        query,
        tags=canonical(tag or ()),
        sources=tuple(source or ()),
        authors=tuple(author or ()),
        languages=tuple(language or ()),
        since=_read("--since", since, instants.since),
        until=_read("--until", until, instants.until),
        sort="date" if by_date else "relevance",
    )
    try:
        found = asyncio.run(find(client_settings(), asked, size, collapse, facets=json))
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer as it should: {problem}") from problem
    if json:
        typer.echo(orjson.dumps(found).decode())
    else:
        show(found)


def canonical(tags: Iterable[str]) -> tuple[str, ...]:
    """The slugs of tags in any spelling."""
    gazetteer = load()
    return tuple(canonical_tag(tag, gazetteer.aliases, gazetteer.shorts) for tag in tags)


async def find(
    settings: ClientSettings, asked: Asked, size: int = 10, collapse: bool = False, facets: bool = False
) -> dict[str, Any]:
    """`{"total", "hits"}` for this search, and as the case may be `clusters`, `facets` and `did_you_mean`.

    Raises OpenSearchException.
    """
    client = build_client(settings)
    alias = IndexNames.with_prefix(settings.index_prefix).articles

    async def ask(body: Mapping[str, Any]) -> dict[str, Any]:
        return dict(await client.search(index=alias, body=body))

    try:
        body = search_body(asked, size, collapse=collapse)
        if facets:
            body["aggs"] = {**body.get("aggs", {}), **beside_hits(asked)}
        answer = await ask(body)
        others = {name: await ask(other) for name, other in apart(asked).items()} if facets else {}
        alike = await _copies(ask, asked, answer["hits"]["hits"]) if collapse else {}
        meant = None if answer["hits"]["hits"] else await did_you_mean(asked, ask)
    finally:
        await client.close()
    return {
        "total": answer["hits"]["total"]["value"],
        **({"clusters": answer["aggregations"]["clusters"]["value"]} if collapse else {}),
        **({"did_you_mean": meant} if meant else {}),
        "hits": [{**_hit(hit), **alike.get(hit["_id"], {})} for hit in hits_of(answer, asked)],
        **({"facets": _facets(counts(answer, others))} if facets else {}),
    }


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
    }


def _facets(counted: Mapping[str, Any]) -> dict[str, Any]:
    """How many articles each choice would leave."""
    values = {
        name: [{"value": bucket["key"], "count": bucket["doc_count"]} for bucket in counted[name]["buckets"]]
        for name in ("tags", *ALTERNATIVES)
    }
    dates = counted["dates"]
    bars = [{"from": bucket["key_as_string"], "count": bucket["doc_count"]} for bucket in dates["buckets"]]
    return {**values, "dates": {"interval": dates["interval"], "buckets": bars}}


def _read(option: str, text: str | None, parse: Callable[[str], datetime]) -> datetime | None:
    try:
        return parse(text) if text else None
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint=option) from problem


async def _copies(ask: Ask, asked: Asked, hits: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each hit how many more of its cluster were found, and the best of them."""
    clusters = {hit["_id"]: hit["_source"].get("cluster_id") for hit in hits}
    known = [cluster for cluster in clusters.values() if cluster]
    found = copies(await ask(copies_body(asked, known, ["id", "publisher"]))) if known else {}
    alike = {}
    for shown, cluster in clusters.items():
        number, best = found.get(cluster or "", (1, []))
        alike[shown] = {"copies": number - 1, "also": [one for one in best if one["id"] != shown][:2]}
    return alike
