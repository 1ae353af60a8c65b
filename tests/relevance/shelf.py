"""An index filled with the articles as the services fill one, and the ways it is asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from opensearchpy import AsyncOpenSearch

from schemas.events import encode, published
from schemas.submission import Submission
from services.index.asked import Asked
from services.index.names import IndexNames
from services.index.queries import search_body
from services.indexer.breaker import Breaker
from services.indexer.decide import Put, decide
from services.indexer.prepare import prepare_index
from services.indexer.store import Item, Store
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.metrics import IndexerMetrics
from services.settings import ServerSettings
from services.vocabulary.gazetteer import load
from tests.relevance.cases import Case

_PUBLISHER = "quay"
_OPERATORS = {
    "query_string": {"default_operator": "AND"},
    "simple_query_string": {"default_operator": "and"},
}
PLAIN = ("match", *_OPERATORS, "?q=")
"""How clients that know nothing of us ask: with `match`, for all words in the title or all in the body."""


def asks_all(way: str, line: str) -> bool:
    """Whether this way asks for all that the line says: `?q=` for any word of it, another takes it apart at blanks."""
    return way != "?q=" and not (way == "simple_query_string" and " " in line)


async def fill(client: AsyncOpenSearch, names: IndexNames, articles: dict[str, dict[str, Any]]) -> None:
    """Normalizes, decides and stores the articles, to be found at once."""
    await prepare_index(client, names, 0, "default")
    tables, now = Tables(load(), LanguageReader()), datetime.now(UTC)
    metrics = IndexerMetrics()
    store = Store(client, Breaker(ServerSettings().opensearch_timeout, metrics.paused), metrics)
    answers = await store.write([_item(name, one, names, tables, now) for name, one in articles.items()])
    if {answer.meaning.value for answer in answers} != {"done"}:
        raise RuntimeError("an article was not indexed")
    await store.refresh(names.write)


def _item(name: str, article: dict[str, Any], names: IndexNames, tables: Tables, now: datetime) -> Item:
    published_at = now - timedelta(days=article.get("days", 5))
    told = {field: value for field, value in article.items() if field not in ("days", "page")}
    submission = Submission(id=name, published_at=published_at, from_page=article.get("page", False), **told)
    draft = normalize(submission, _PUBLISHER, tables, 1_000_000)
    decision = decide(encode(published(draft.article(1, now))), now)
    if not isinstance(decision, Put):
        raise RuntimeError(f"{name} is not indexed")
    return Item(names.write, decision.id, decision.revision, decision.document)


async def found(client: AsyncOpenSearch, names: IndexNames, case: Case) -> list[str]:
    """The ids that our own search finds, at most 50, best first."""
    body = search_body(Asked(case.line, tags=case.tags, sources=case.sources), size=50)
    return _ids(await client.search(index=names.articles, body=body))


async def found_plainly(client: AsyncOpenSearch, names: IndexNames, case: Case, way: str) -> list[str]:
    """The ids that a client's own query of this kind finds, at most 50, best first."""
    if way == "?q=":
        return _ids(await client.search(index=names.articles, params={"q": case.line, "size": "50"}))
    asked = {"query": case.line, **_OPERATORS.get(way, {"operator": "and"})}
    query: dict[str, Any] = {way: asked}
    if way == "match":
        query = {"bool": {"should": [{"match": {field: asked}} for field in ("title", "body")]}}
    return _ids(await client.search(index=names.articles, body={"query": query, "size": 50}))


def _ids(answer: dict[str, Any]) -> list[str]:
    return [hit["_id"].removeprefix(f"{_PUBLISHER}:") for hit in answer["hits"]["hits"]]
