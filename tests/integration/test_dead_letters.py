"""Dead letters as a workbench: listed, shown, mended, replayed and dropped from the command line."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, EVENT_FIELD
from services.cli.dead_letters import app
from tests.integration.conftest import IndexerFactory, World, event

CommandLine = Callable[..., Awaitable[str]]
TOO_LONG = "s" * 40_000


@pytest.fixture
def wiredesk(world: World, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """`wiredesk dead-letters` on this test's Redis."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", world.indexer_settings.redis_url)

    async def run(*arguments: str, fails: bool = False) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


async def listed(wiredesk: CommandLine, *arguments: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (await wiredesk("list", "--json", *arguments)).splitlines()]


async def with_letters(world: World, run_indexer: IndexerFactory) -> None:
    """Leaves one that the index refused, one that is no event, and one of another publisher's."""
    for poison in (event("local:term", 4, source=TOO_LONG), b"\xff\xfe", event("quay:a", 2, source=TOO_LONG)):
        await world.add(poison)
    async with run_indexer():
        await world.settled()


async def test_dead_letters_are_listed_by_reason_publisher_and_time(
    world: World, run_indexer: IndexerFactory, wiredesk: CommandLine
) -> None:
    await with_letters(world, run_indexer)
    everything = await listed(wiredesk)
    assert [one.get("article_id") for one in everything] == ["local:term", None, "quay:a"]
    assert [one["reason"] for one in await listed(wiredesk, "--reason", "not_an_event")] == ["not_an_event"]
    assert [one["article_id"] for one in await listed(wiredesk, "--publisher", "quay")] == ["quay:a"]
    assert await listed(wiredesk, "--until", "2026-01-01") == []
    assert len(await listed(wiredesk, "--since", "2026-01-01")) == 3
    shown = await wiredesk("list")
    assert "3 dead letters: refused_by_index 2, not_an_event 1" in shown


async def test_a_mended_event_is_indexed_with_its_version(
    world: World, run_indexer: IndexerFactory, wiredesk: CommandLine, tmp_path: Path
) -> None:
    await with_letters(world, run_indexer)
    (one,) = await listed(wiredesk, "--publisher", "quay")
    shown = orjson.loads(await wiredesk("show", one["id"]))
    shown["event"]["data"]["source"] = "Quay News"
    mended = tmp_path / "event.json"
    mended.write_bytes(orjson.dumps(shown["event"], option=orjson.OPT_INDENT_2))
    assert "can be replayed" in await wiredesk("edit", one["id"], "--event", str(mended))
    assert "1 replayed" in await wiredesk("replay", "--publisher", "quay")
    async with run_indexer():
        await world.settled()
    (hit,) = await world.found()
    assert (hit["_id"], hit["_version"], hit["_source"]["source"]) == ("quay:a", 2, "Quay News")
    assert await listed(wiredesk, "--publisher", "quay") == []
    assert len(await listed(wiredesk)) == 2


async def test_what_still_cannot_be_indexed_comes_back(
    world: World, run_indexer: IndexerFactory, wiredesk: CommandLine
) -> None:
    await with_letters(world, run_indexer)
    before = await world.dead_letters()
    assert "3 replayed" in await wiredesk("replay", "--all")
    assert await world.dead_letters() == []
    async with run_indexer():
        await world.settled()
    after = await world.dead_letters()
    assert [(one["reason"], one["event"]) for one in after] == [(one["reason"], one["event"]) for one in before]


async def test_a_mended_event_that_would_die_again_is_told_of(
    world: World, run_indexer: IndexerFactory, wiredesk: CommandLine, tmp_path: Path
) -> None:
    await with_letters(world, run_indexer)
    (one,) = await listed(wiredesk, "--reason", "not_an_event")
    mended = tmp_path / "event.json"
    mended.write_text('{"some": "json"}')
    assert "would die again: not a CloudEvent" in await wiredesk("edit", one["id"], "--event", str(mended))
    mended.write_text("{broken")
    newest = (await listed(wiredesk))[-1]["id"]
    assert "cannot be used" in await wiredesk("edit", newest, "--event", str(mended), fails=True)
    assert len(await listed(wiredesk)) == 3


async def test_what_is_dropped_is_gone_and_nothing_else(
    world: World, run_indexer: IndexerFactory, wiredesk: CommandLine
) -> None:
    await with_letters(world, run_indexer)
    await wiredesk("drop", "--reason", "refused_by_index", fails=True)  # nobody answered whether to
    assert len(await listed(wiredesk)) == 3
    assert "2 dropped" in await wiredesk("drop", "--reason", "refused_by_index", "--yes")
    assert [one["reason"] for one in await listed(wiredesk)] == ["not_an_event"]
    assert await world.redis.xlen(ARTICLES_STREAM) == 0 or await world.pending() == 0


async def test_nothing_is_replayed_or_dropped_unless_it_is_said_what(wiredesk: CommandLine) -> None:
    for command in (("replay",), ("drop", "--yes")):
        assert "which?" in await wiredesk(*command, fails=True)
    assert "no dead letter 1-1" in await wiredesk("show", "1-1", fails=True)


async def test_thousands_are_replayed_page_by_page(world: World, wiredesk: CommandLine) -> None:
    letter = {
        **{"reason": "refused_by_index", "detail": "odd", "entry_id": "1-1", "dead_at": "2026-10-01T00:00:00Z"},
        "article_id": "local:a",
        "event": "{}",
    }
    async with world.redis.pipeline(transaction=False) as pipeline:
        for _ in range(1050):
            pipeline.xadd(DEAD_LETTERS_STREAM, {EVENT_FIELD: orjson.dumps(letter)})
        await pipeline.execute()
    await world.redis.xadd(DEAD_LETTERS_STREAM, {"other": "field"})
    assert "1,050 replayed" in await wiredesk("replay", "--reason", "refused_by_index")
    assert await world.redis.xlen(ARTICLES_STREAM) == 1050
    assert await world.redis.xlen(DEAD_LETTERS_STREAM) == 1
