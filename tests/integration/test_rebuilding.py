"""An index built anew beside the old one, on real servers, while the services write."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from opensearchpy import AsyncOpenSearch

from services.index.kinds import Kind, kinds
from services.rebuild import switch as switching
from services.rebuild.compare import remove_what_is_gone
from services.rebuild.copy import begin, done_up_to
from services.rebuild.lock import alone
from services.rebuild.plan import CannotRebuild, Plan, plan
from services.rebuild.run import Rebuild
from tests.integration.conftest import IndexerFactory, World, event, eventually, instant, withdrawal


def said(_: object = None, __: object = None) -> None:
    """Nobody listens."""


@pytest.fixture
async def rebuilt(world: World) -> AsyncIterator[Callable[..., Any]]:
    """Rebuilds articles and held ones, or does another thing that Rebuild can."""

    async def run(what: str = "run", client: AsyncOpenSearch | None = None) -> Any:
        plans = [await plan(world.index, kind) for kind in kinds(world.names, 0, "default")[:2]]
        return await getattr(Rebuild(client or world.index, said, said), what)(plans)

    yield run
    await world.index.indices.delete(index=f"{world.names.articles.removesuffix('articles')}*")


def articles(world: World) -> Kind:
    return kinds(world.names, 0, "default")[0]


async def planned(world: World) -> Plan:
    return await plan(world.index, articles(world))


async def filled(world: World, number: int) -> None:
    for one in range(number):
        await world.add(event(f"local:{one}", 1_000 + one))
    await world.settled()


async def test_aliases_move_to_a_new_index_that_holds_the_same(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    async with run_indexer():
        await filled(world, 20)
        await world.add(withdrawal("local:3", 5_000))
        await world.settled()
        before = await planned(world)
        await rebuilt()
        after = await planned(world)
        assert (after.source, after.previous) == (before.target, before.source)
        assert len(await world.found()) == 19
        tombstone = await world.document("local:3")
        assert tombstone is not None
        assert (tombstone["_version"], tombstone["_source"]["status"]) == (5_000, "withdrawn")
        await world.add(event("local:new", 9_000))
        await world.add(event("local:3", 4_000))  # late: the withdrawal is newer
        await world.settled()
        assert len(await world.found()) == 20


async def test_nothing_is_lost_or_stale_while_articles_arrive(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    written: dict[str, int] = {}
    ended = asyncio.Event()

    async def arrive() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            article_id, revision = f"local:{number % 150}", 1_000 + number
            await world.add(event(article_id, revision))
            written[article_id] = revision

    async with run_indexer():
        await filled(world, 100)
        arriving = asyncio.create_task(arrive())
        await rebuilt()
        ended.set()
        await arriving
        await world.settled(60)
        assert {hit["_id"]: hit["_version"] for hit in await world.found()} == written
    assert await world.dead_letters() == []


async def test_held_articles_move_too_and_are_released(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    async with run_indexer(sweep_interval=world.indexer_settings.dead_after):
        await world.add(event("local:later", 1, embargoed_until=instant(3)))
        await world.settled()
        await rebuilt()

        async def released() -> bool:
            return bool(await world.found())

        await eventually(released)


@pytest.mark.parametrize("where", ["begin", "follow", "differences", "remove_what_is_gone"])
async def test_a_run_that_dies_leaves_everything_as_it_was_and_the_next_goes_on(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    async def dies(*_: object, **__: object) -> None:
        raise ConnectionError("the machine is gone")

    async with run_indexer():
        await filled(world, 10)
        before = await planned(world)
        with monkeypatch.context() as broken:
            broken.setattr(switching, where, dies)
            with pytest.raises(ConnectionError):
                await rebuilt()
        await world.add(event("local:meanwhile", 7))  # nothing is blocked
        await world.settled()
        stopped = await planned(world)
        assert (stopped.source, stopped.target) == (before.source, before.target)
        assert stopped.begun is not None
        await rebuilt()
        assert (await planned(world)).source == before.target
        assert len(await world.found()) == 11


async def test_a_block_that_a_killed_run_left_is_taken_away(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    async with run_indexer():
        await filled(world, 3)
        source = (await planned(world)).source
        await world.index.indices.add_block(index=source, block="write")
        await world.add(event("local:waits", 9))
        assert await rebuilt("abandon") == []
        await world.settled()
        assert len(await world.found()) == 4


async def test_what_is_begun_can_be_abandoned(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object, **__: object) -> None:
        raise ConnectionError("the machine is gone")

    async with run_indexer():
        await filled(world, 3)
        with monkeypatch.context() as broken:
            broken.setattr(switching, "begin", dies)
            with pytest.raises(ConnectionError):
                await rebuilt()
        begun = [(await plan(world.index, kind)).target for kind in kinds(world.names, 0, "default")[:2]]
        assert await rebuilt("abandon") == begun
        assert (await planned(world)).begun is None


async def test_a_difference_stops_it_before_the_switch(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_indexer():
        await filled(world, 5)
        before = await planned(world)

        async def spoils(client: AsyncOpenSearch, source: str, target: str) -> int:
            await client.index(
                index=target, id="local:2", body={"id": "local:2", "status": "published", "title": "Another"}
            )
            await client.indices.refresh(index=target)
            return await remove_what_is_gone(client, source, target)

        monkeypatch.setattr(switching, "remove_what_is_gone", spoils)
        with pytest.raises(CannotRebuild, match="local:2 is another in"):
            await rebuilt()
        assert (await planned(world)).source == before.source
        await world.add(event("local:more", 9))
        await world.settled()


async def test_the_way_back_takes_along_what_came_since(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    async with run_indexer():
        await filled(world, 5)
        first = (await planned(world)).source
        await rebuilt()
        await world.add(event("local:since", 9_000))
        await world.add(event("local:1", 9_001, title="Corrected"))
        await world.settled()
        await rebuilt("roll_back")
        assert (await planned(world)).source == first
        found = {hit["_id"]: hit["_version"] for hit in await world.found()}
        assert (len(found), found["local:since"], found["local:1"]) == (6, 9_000, 9_001)
        await world.add(event("local:after", 9_002))
        await world.settled()
        assert len(await world.found()) == 7


async def test_there_is_no_way_back_from_the_first(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    async with run_indexer():
        with pytest.raises(CannotRebuild, match="no index before"):
            await rebuilt("roll_back")


async def test_an_article_that_was_removed_meanwhile_does_not_come_back(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_indexer():
        await filled(world, 5)
        source = (await planned(world)).source

        async def removes(client: AsyncOpenSearch, *told: Any) -> str:
            await switching.open_for_writing(client, source)
            await client.delete(index=source, id="local:2")
            await done_up_to(client, source)
            return await begin(client, *told)

        monkeypatch.setattr(switching, "begin", removes)
        await Rebuild(world.index, said, said).run([await planned(world)])
        assert sorted(hit["_id"] for hit in await world.found()) == ["local:0", "local:1", "local:3", "local:4"]


async def test_older_documents_are_completed(
    world: World, run_indexer: IndexerFactory, rebuilt: Callable[..., Any]
) -> None:
    async with run_indexer():
        document = {"id": "local:old", "status": "published", "title": "Old", "accepted_at": "2026-01-02T00:00:00Z"}
        await world.index.index(index=world.names.write, id="local:old", body=document, params={"refresh": "true"})
        await rebuilt()
        (hit,) = await world.found()
        assert hit["_source"]["cluster_id"] == "local:old"
        assert hit["_source"]["recency_at"] == "2026-01-02T00:00:00Z"


async def test_only_one_rebuilds_at_a_time(world: World) -> None:
    async with alone(world.redis):
        with pytest.raises(CannotRebuild, match="another rebuild"):
            async with alone(world.redis):
                pass
    async with alone(world.redis):
        pass
