"""What a rebuild leaves behind when it is stopped, and what it may never do, on real servers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import AuthorizationException

from services.index.kinds import kinds
from services.rebuild import switch as switching
from services.rebuild.compare import differences
from services.rebuild.plan import Plan, plan
from services.rebuild.run import Rebuild
from tests.integration.conftest import IndexerFactory, World, event, eventually


def nobody(*_: object) -> None:
    """Listens."""


async def dies() -> list[str]:
    raise ConnectionError("the machine is gone")


async def dies_at_held(client: AsyncOpenSearch, source: str, target: str) -> list[str]:
    return await (dies() if "held" in source else differences(client, source, target))


@pytest.fixture
async def rebuild(world: World) -> AsyncIterator[Callable[..., Any]]:
    async def run(what: str = "run") -> Any:
        return await getattr(Rebuild(world.index, nobody, nobody), what)(await plans(world))

    yield run
    await world.index.indices.delete(index=f"{world.names.articles.removesuffix('articles')}*")


async def plans(world: World) -> list[Plan]:
    return [await plan(world.index, kind) for kind in kinds(world.names, 0, "default")[:2]]


async def filled(world: World, number: int) -> None:
    for one in range(number):
        await world.add(event(f"local:{one}", 1_000 + one))
    await world.settled()


async def indices(world: World) -> set[str]:
    return set(await world.index.indices.get(index=f"{world.names.articles}-*"))


async def test_a_late_write_to_the_old_index_is_refused_and_not_lost(
    world: World, run_indexer: IndexerFactory, rebuild: Callable[..., Any]
) -> None:
    async with run_indexer():
        await filled(world, 2)
        source = (await plans(world))[0].source
        await rebuild()
        with pytest.raises(AuthorizationException):
            await world.index.index(index=source, id="local:late", body={"id": "local:late", "status": "published"})


@pytest.mark.parametrize(
    ("dates", "recency"),
    [
        ({"published_at": "2026-01-01T09:00:00+09:00"}, "2026-01-01T09:00:00+09:00"),
        ({"published_at": "2031-01-01T00:00:00Z"}, "2026-01-02T00:00:00Z"),
        ({"published_at": "1970-01-01T00:00:00Z", "date_flags": ["published-before-web"]}, "2026-01-02T00:00:00Z"),
        (
            {"published_at": "2031-01-01T00:00:00Z", "embargoed_until": "2026-01-02T01:00:00.5Z"},
            "2026-01-02T01:00:00.5Z",
        ),
    ],
)
async def test_no_completed_date_is_later_than_services_would_write_it(
    world: World, run_indexer: IndexerFactory, rebuild: Callable[..., Any], dates: dict[str, Any], recency: str
) -> None:
    async with run_indexer():
        old = {"id": "local:old", "status": "published", "accepted_at": "2026-01-02T00:00:00Z", **dates}
        await world.index.index(index=world.names.write, id="local:old", body=old, params={"refresh": "true"})
        await rebuild()
        (hit,) = await world.found()
        assert hit["_source"]["recency_at"] == recency


async def test_a_run_that_dies_at_the_second_kind_has_switched_none(
    world: World, run_indexer: IndexerFactory, rebuild: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_indexer():
        await filled(world, 3)
        first = await plans(world)
        with monkeypatch.context() as broken:
            broken.setattr(switching, "differences", dies_at_held)
            with pytest.raises(ConnectionError):
                await rebuild()
        await world.add(event("local:meanwhile", 7))
        await world.settled()
        await rebuild()
        assert [one.source for one in await plans(world)] == [one.target for one in first]
        assert len(await world.found()) == 4
        assert len(await indices(world)) == 4


async def test_a_way_back_that_dies_leaves_nothing_to_abandon(
    world: World, run_indexer: IndexerFactory, rebuild: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_indexer():
        await filled(world, 3)
        await rebuild()
        there = await indices(world)
        with monkeypatch.context() as broken:
            broken.setattr(switching, "differences", dies_at_held)
            with pytest.raises(ConnectionError):
                await rebuild("roll_back")
        assert await rebuild("abandon") == []
        assert await indices(world) == there
        await rebuild("roll_back")
        assert len(await world.found()) == 3


async def test_after_a_way_back_a_rebuild_begins_anew(
    world: World, run_indexer: IndexerFactory, rebuild: Callable[..., Any]
) -> None:
    async with run_indexer():
        await filled(world, 3)
        await rebuild()
        await rebuild("roll_back")
        assert [one.begun for one in await plans(world)] == [None, None]
        await rebuild()
        after = await plans(world)
        assert all(one.source.endswith("-000003") for one in after)
        assert sorted(index for one in after for index in one.kept) == sorted(
            await indices(world) - {one.source for one in after}
        )


async def test_a_run_that_is_stopped_leaves_no_copying_behind(
    world: World, run_indexer: IndexerFactory, rebuild: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex = world.index.reindex

    async def slow(body: dict[str, Any], params: dict[str, Any], headers: dict[str, str]) -> Any:
        body["source"]["size"] = 1
        return await reindex(body=body, params={**params, "requests_per_second": "1"}, headers=headers)

    async def copies() -> bool:
        found = await world.index.tasks.list(params={"actions": "indices:data/write/reindex", "detailed": "true"})
        tasks = [task for node in found["nodes"].values() for task in node["tasks"].values()]
        return any(world.names.articles in task["description"] for task in tasks)

    async with run_indexer():
        await filled(world, 20)
        monkeypatch.setattr(world.index, "reindex", slow)
        stopped = asyncio.create_task(rebuild())

        await eventually(copies)
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        assert not await copies()


@pytest.mark.parametrize(
    ("change", "told"),
    [({"cluster_id": "local:another"}, True), ({"cluster_id": None}, False), ({"title": None}, True)],
)
async def test_only_fields_that_copying_completes_may_be_missing(
    world: World, run_indexer: IndexerFactory, change: dict[str, Any], told: bool
) -> None:
    async with run_indexer():
        await filled(world, 1)
        kind = kinds(world.names, 0, "default")[0]
        source = (await plans(world))[0].source
        other = kind.next_index([source])
        (hit,) = await world.found()
        document = {**hit["_source"], "cluster_id": "local:0"}
        await world.index.index(
            index=source,
            id="local:0",
            body=document,
            params={"version": hit["_version"], "version_type": "external_gte", "refresh": "true"},
        )
        await world.index.indices.create(index=other, body=kind.body)
        changed = {name: value for name, value in {**document, **change}.items() if value is not None}
        await world.index.index(
            index=other,
            id="local:0",
            body=changed,
            params={"version": hit["_version"], "version_type": "external", "refresh": "true"},
        )
        assert bool(await differences(world.index, source, other)) == told
        await world.index.indices.delete(index=other)
