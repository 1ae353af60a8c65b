"""The judged queries, one a test, against an index filled as the services fill it."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from opensearchpy import AsyncOpenSearch

from services.index.client import build_client
from services.index.names import IndexNames
from services.settings import ServerSettings
from tests.relevance.cases import Case, articles, cases, query_files
from tests.relevance.judge import faults, ndcg, plain_faults
from tests.relevance.shelf import PLAIN, asks_all, fill, found, found_plainly

CASES = cases(query_files())


@dataclass(frozen=True, slots=True)
class Shelf:
    """The filled index."""

    client: AsyncOpenSearch
    names: IndexNames


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelf(opensearch_url: str) -> AsyncIterator[Shelf]:
    client = build_client(ServerSettings(opensearch_url=opensearch_url))
    prefix = f"relevance{uuid.uuid4().hex[:8]}-"
    names = IndexNames.with_prefix(prefix)
    await fill(client, names, articles(query_files()))
    yield Shelf(client, names)
    await client.indices.delete(index=f"{prefix}*")
    await client.close()


def named(case: Case, *marks: pytest.MarkDecorator) -> Any:
    return pytest.param(case, marks=marks, id=f"{case.topic}: {case.line}")


def known(case: Case) -> tuple[pytest.MarkDecorator, ...]:
    return (pytest.mark.xfail(reason=case.limit),) if case.limit else ()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", [named(case, *known(case)) for case in CASES])
async def test_a_query_finds_what_a_reader_wants(shelf: Shelf, case: Case) -> None:
    assert faults(case, await found(shelf.client, shelf.names, case)) == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", [named(case) for case in CASES if case.plain])
@pytest.mark.parametrize("way", PLAIN)
async def test_a_query_of_any_client_finds_it_too(shelf: Shelf, case: Case, way: str) -> None:
    ids = await found_plainly(shelf.client, shelf.names, case, way)
    assert plain_faults(case, ids, asks_all(way, case.line)) == []


def test_the_queries_speak_of_articles_that_are_there() -> None:
    spoken_of = {name for case in CASES for name in (*case.first, *case.among, *case.below, *case.never, *case.grades)}
    assert spoken_of <= articles(query_files()).keys()


def judged(**wanted: Any) -> Case:
    return Case("topic", "line", **{"first": (), "among": (), "below": (), "never": (), "grades": {}, **wanted})


def test_the_wanted_order_has_an_ndcg_of_one_and_any_other_has_less() -> None:
    case = judged(grades={"pact": 3, "talks": 2})
    assert ndcg(case, ["pact", "talks", "owls"]) == 1
    assert ndcg(case, ["owls", "pact", "talks"]) == pytest.approx(0.665, abs=0.001)
    assert ndcg(case, []) == 0
    assert ndcg(judged(never=("owls",)), ["pact"]) is None


def test_what_belongs_below_may_not_come_before_the_last_that_is_wanted() -> None:
    case = judged(first=("pact",), among=("talks",), below=("owls",))
    assert faults(case, ["pact", "talks", "owls"]) == []
    assert faults(case, ["pact", "owls", "talks"]) == ["owls too early"]


def test_an_answer_is_wrong_in_its_order_by_what_it_lacks_and_by_what_it_should_not_have() -> None:
    case = judged(first=("pact",), among=("talks",), never=("owls",))
    assert faults(case, ["pact", "talks"]) == []
    assert faults(case, ["talks", "pact", "owls"]) == ["first talks, not pact", "with owls"]
    assert faults(case, ["pact"]) == ["without talks"]
    assert plain_faults(case, ["talks", "pact", "owls"], asks_all=False) == []
    assert plain_faults(case, ["talks", "pact", "owls"], asks_all=True) == ["with owls"]
