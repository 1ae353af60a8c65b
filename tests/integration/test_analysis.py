"""What texts and lines become, as the index itself tells: the fixtures of the analysis."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from opensearchpy import AsyncOpenSearch

from services.index.client import build_client
from services.index.mapping import index_body
from services.index.names import SCHEMA_VERSION
from services.settings import ServerSettings

pytestmark = pytest.mark.asyncio(loop_scope="module")

# a text's terms, those of one place joined by |
TEXTS = {
    "The U.S.–Japan accord": "the u.|usa japan accord",
    "told us, Japan": "told us japan",
    "US and USA": "usa and usa",
    "the U.K. and N.A.T.O.": "the u.k|uk and n.a.t.o|nato",
    "F-35s over Côte d’Ivoire": "f 35 over cote ivoir",
    "COVID-19": "covid 19",
    "S&P 500": "s p 500",
    "5,000 or 1.5": "5,000 or 1.5",
    "Trump’s and Trump's": "trump and trump",
    "don’t": "don't",
    "L'Oréal": "oreal",
    "News is not new": "news is not new",
    "日米首脳": "日米 米首 首脳",
    "rare earths": "rare earth",
}
LINES = {
    # a line's terms, each with its place and, where it stretches, how far
    "told us": "told@0 unit@1 unit@1+4 usa@1+5 state@2 of@3 america@4+2 state@5",
    "F-35": "f35@0+2 f@0 35@1",
    "f35": "f35@0+2 f@0 35@1",
    "F‑35": "f35@0+2 f@0 35@1",
    "S&P": "sp@0+2 s@0 p@1",
    "N.A.T.O.": "nato@0",
    "covid-19": "covid@0 covid19@0",
    "covid 19": "covid@0 covid19@0",
    "5000": "5000@0 5,000@0",
    "5,000": "5000@0 5,000@0",
    "1234567": "1234567@0 1,234,567@0",
    "2.5": "2.5@0",
    "B-52H in 2026": "b52h@0+2 b@0 52h@1 in@2 2026@3 2,026@3",
    "A.I.": "artifici@0 ai@0+2 intellig@1",
    "Côte d'Ivoire": "ivori@0 cote@0+2 cote@0+3 coast@1+3 divoir@2+2 ivoir@3",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def index(opensearch_url: str) -> AsyncIterator[tuple[AsyncOpenSearch, str]]:
    name = f"analysis-{uuid.uuid4().hex[:8]}"
    client = build_client(ServerSettings(opensearch_url=opensearch_url))
    await client.indices.create(index=name, body=index_body(SCHEMA_VERSION, 0, "default"))
    yield client, name
    await client.indices.delete(index=name)
    await client.close()


async def tokens(index: tuple[AsyncOpenSearch, str], analyzer: str, text: str) -> list[dict[str, Any]]:
    client, name = index
    answer = await client.indices.analyze(index=name, body={"analyzer": analyzer, "text": text})
    return list(answer["tokens"])


@pytest.mark.parametrize(("text", "terms"), TEXTS.items())
async def test_a_text_becomes_these_terms(index: tuple[AsyncOpenSearch, str], text: str, terms: str) -> None:
    places: dict[int, list[str]] = {}
    for token in await tokens(index, "news", text):
        places.setdefault(token["position"], []).append(token["token"])
    assert " ".join("|".join(words) for words in places.values()) == terms


@pytest.mark.parametrize(("line", "terms"), LINES.items())
async def test_a_line_asks_for_these_terms(index: tuple[AsyncOpenSearch, str], line: str, terms: str) -> None:
    def shown(token: dict[str, Any]) -> str:
        length = token.get("positionLength", 1)
        return f"{token['token']}@{token['position']}" + (f"+{length}" if length > 1 else "")

    assert " ".join(shown(token) for token in await tokens(index, "news_query", line)) == terms


@pytest.mark.parametrize(
    "word", ["example.com", "don't", "O'Neill", "snake_case", "naïve", "2.5", "日米", "Ελλάδα", "🛰"]
)
async def test_a_word_of_a_text_is_found_by_itself(index: tuple[AsyncOpenSearch, str], word: str) -> None:
    of_text = {token["token"] for token in await tokens(index, "news", word)}
    of_line = {token["token"] for token in await tokens(index, "news_query", word)}
    assert of_text & of_line
