"""The tricky queries, against a real index: what is found, in which order, and what must not be."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from opensearchpy import AsyncOpenSearch

from schemas.events import encode, published
from schemas.submission import Submission
from services.index.asked import Asked
from services.index.client import build_client
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

ARTICLES = {
    # name: (title, body, tags, age in days)
    "pact": (
        "Rare Earth Pact Binds US and Japan",
        "The U.S.–Japan accord covers rare earth minerals.",
        ["U.S.–Japan"],
        20,
    ),
    "signed": ("A Treaty for the Coast", "The United States and Japan signed a radar treaty on Monday.", [], 21),
    "survivors": ("Wave Memorial Opens", "It came faster than anyone told us, Japan survivors say.", [], 1),
    "comet": ("Rare Comet Passes Earth", "Astronomers watched it with bare eyes.", [], 1),
    "magnets": ("Motor Makers Worry", "The price of rare earth magnets doubled.", [], 180),
    "chips": ("Makers of A.I. Chips Grow", "Orders doubled within a year.", [], 5),
    "aid": ("Aid Convoy Arrives", "Drivers were paid by air mail.", [], 5),
    "jets": ("Norway Orders More F-35s", "Each F-35A costs more than the last.", [], 5),
    "schools": ("Grade F for 35 Schools", "Inspectors were not amused.", [], 5),
    "british": ("Britain Counts Its Votes", "The U.K. went to the polls; the United Kingdom waits.", [], 5),
    "ukraine": ("Ukraine Repairs Its Grid", "Crews worked through the night.", [], 5),
    "covid": ("COVID-19 Wards Close", "The last patient went home.", [], 5),
    "arrests": ("Police Arrested 19 People", "It happened on 19 May.", [], 5),
    "index": ("S&amp;P 500 Ends Higher", "Traders shrugged.", [], 5),
    "firms": ("P and S Are Letters", "A list of 500 firms was printed.", [], 5),
    "cocoa": ("Côte d’Ivoire Sells Its Cocoa", "Buyers queued in Abidjan.", [], 5),
    "trinkets": ("Trinkets on the Cote d'Azur", "Some were made of ivory.", [], 5),
    "who": ("WHO Warns of Measles", "The agency asked for vaccines.", [], 5),
    "won": ("The Man Who Won Twice", "Nobody knows who he was.", [], 5),
    "summit": ("日米首脳がレアアースで合意", "米国と日本はレアアースの供給網で合意した。", [], 5),
    "rice": ("米の価格が上がる", "日々の食卓に影響が出ている。", [], 5),
    "senate": ("United States Senate Votes", "It was late.", [], 5),
    "north": ("North Korea Opens a Port", "Ships came.", [], 5),
    "south": ("South Korea Builds Ships", "They sail along the north coast.", [], 5),
}


@pytest.fixture(scope="module")
def prefix() -> str:
    return f"tricky{uuid.uuid4().hex[:8]}-"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def index(opensearch_url: str, prefix: str) -> AsyncIterator[AsyncOpenSearch]:
    client = build_client(ServerSettings(opensearch_url=opensearch_url))
    names = IndexNames.with_prefix(prefix)
    await prepare_index(client, names, 0, "default")
    tables = Tables(load(), LanguageReader())
    metrics = IndexerMetrics()
    store = Store(client, Breaker(ServerSettings().opensearch_timeout, metrics.paused), metrics)
    items = [_item(name, names, tables) for name in ARTICLES]
    answers = await store.write(items)
    assert {answer.meaning.value for answer in answers} == {"done"}
    await store.refresh(names.write)
    yield client
    await client.indices.delete(index=f"{prefix}*")
    await client.close()


def _item(name: str, names: IndexNames, tables: Tables) -> Item:
    from datetime import UTC, datetime, timedelta

    title, body, tags, age = ARTICLES[name]
    now = datetime.now(UTC)
    submission = Submission(id=name, title=title, body=body, tags=tuple(tags), published_at=now - timedelta(days=age))
    draft = normalize(submission, "t", tables, 1_000_000)
    decision = decide(encode(published(draft.article(1, now))), now)
    assert isinstance(decision, Put)
    return Item(names.write, decision.id, decision.revision, decision.document)


QUERIES: list[tuple[str, list[str], list[str]]] = [
    # what is asked, what stands first in this order, what must not be there
    *((spelling, ["pact", "signed"], ["survivors"]) for spelling in ("US-Japan", "us-japan", "U.S.–Japan", "us japan")),
    ("rare earth", ["pact", "magnets", "comet"], []),
    ("rare earths", ["pact", "magnets", "comet"], []),
    ('"rare earth"', ["pact", "magnets"], ["comet"]),
    *((spelling, ["chips"], ["aid"]) for spelling in ("AI", "A.I.", "artificial intelligence")),
    *((spelling, ["jets"], ["schools"]) for spelling in ("F-35", "F35")),
    *((spelling, ["british"], ["ukraine"]) for spelling in ("U.K.", "UK", "Britain")),
    *((spelling, ["covid"], ["arrests"]) for spelling in ("COVID-19", "covid19", "covid 19", "covid")),
    *((spelling, ["index"], ["firms"]) for spelling in ("S&P 500", "s&p 500")),
    *(
        (spelling, ["cocoa"], ["trinkets"])
        for spelling in ("Côte d'Ivoire", "Cote d’Ivoire", "cote divoire", "Ivory Coast")
    ),
    ("WHO", ["who"], ["won"]),
    ("who won", ["won"], []),
    *((spelling, ["summit"], ["rice"]) for spelling in ("日米", "レアアース", "米国")),
    ("US Senate", ["senate"], []),
    ("North Korea", ["north"], ["south"]),
    ("japan -radar", ["pact"], ["signed"]),
]


async def names_found(client: AsyncOpenSearch, prefix: str, body: dict[str, Any]) -> list[str]:
    found = await client.search(index=f"{prefix}articles", body=body)
    return [hit["_id"].removeprefix("t:") for hit in found["hits"]["hits"]]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("query", "first", "never"), QUERIES)
async def test_a_tricky_query_finds_the_right_articles_first(
    index: AsyncOpenSearch, prefix: str, query: str, first: list[str], never: list[str]
) -> None:
    found = await names_found(index, prefix, search_body(Asked(query), size=50))
    assert found[: len(first)] == first
    assert not set(never) & set(found)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("query", ["US-Japan", "U.S.–Japan", "us japan"])
async def test_plain_opensearch_finds_it_too(index: AsyncOpenSearch, prefix: str, query: str) -> None:
    either = await index.search(index=f"{prefix}articles", params={"q": query})
    assert "t:pact" in [hit["_id"] for hit in either["hits"]["hits"][:2]]
    both = await index.search(index=f"{prefix}articles", params={"q": query, "default_operator": "AND"})
    names = [hit["_id"] for hit in both["hits"]["hits"]]
    assert names[:2] == ["t:pact", "t:signed"]
    assert "t:survivors" not in names


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("tag", ["us-japan", "US–Japan", "U.S.–Japan", "us japan", "US/Japan"])
async def test_a_term_query_takes_any_spelling_of_a_tag(index: AsyncOpenSearch, prefix: str, tag: str) -> None:
    found = await names_found(index, prefix, {"query": {"term": {"tags": tag}}})
    assert set(found) >= {"pact", "signed"}
    assert "survivors" not in found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("query", ['"', "-", "AND OR NOT", "a:b", "(((", "\\", "*:*", '"" -', "🛰", "/x/", "~~ ^^ !!"])
async def test_odd_punctuation_is_no_error(index: AsyncOpenSearch, prefix: str, query: str) -> None:
    await names_found(index, prefix, search_body(Asked(query)))
