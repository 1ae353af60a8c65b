"""`wiredesk status` and `top` against real servers: well, troubled, and away."""

import asyncio
import os
import pty
import select
import socket
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from services.cli import app
from services.metrics import IndexerMetrics
from services.probes import build_probes
from tests.conftest import Valkey
from tests.integration.conftest import IndexerFactory, World, event
from tests.integration.feed_servers import free_port, serving, url_of

Status = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
NOBODY = "127.0.0.1:1"
WIREDESK = Path(sys.executable).with_name("wiredesk")


@pytest.fixture
def environment(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """This test's servers, and no `wiredesk up` that might run beside it."""
    told = {
        "XDG_STATE_HOME": str(tmp_path),
        "WIREDESK_REDIS_URL": world.indexer_settings.redis_url,
        "WIREDESK_OPENSEARCH_URL": world.indexer_settings.opensearch_url,
        "WIREDESK_INDEX_PREFIX": world.indexer_settings.index_prefix,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def status(environment: None) -> Status:
    """`wiredesk status --json`: its exit code and what it tells."""

    async def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["status", "--json", *arguments])
        return result.exit_code, orjson.loads(result.stdout)

    return run


def needed(told: dict[str, Any]) -> list[tuple[str, str]]:
    """What presses, by level and part."""
    return [(one["level"], one["part"]) for one in told["findings"] if one["level"] != "ok"]


def said(told: dict[str, Any], part: str) -> str:
    return " ".join(one["what"] for one in told["findings"] if one["part"] == part)


async def test_a_working_desk_needs_nobody(world: World, run_indexer: IndexerFactory, status: Status) -> None:
    async with run_indexer():
        for number in range(3):
            await world.add(event(f"local:{number}", accepted_at="2026-11-25T10:00:00Z"))
        await world.settled()
        code, told = await status()
    assert (code, needed(told)) == (0, [])
    assert (told["redis"]["added"], told["redis"]["indexer"]["pending"], told["redis"]["indexer"]["lag"]) == (3, 0, 0)
    assert told["opensearch"]["documents"] == 3
    (slowest,) = told["opensearch"]["delays"]
    assert (slowest["publisher"], slowest["articles"]) == ("local", 3)
    assert slowest["median"] >= 0


async def test_dead_letters_need_a_person_and_are_told_by_reason(
    world: World, run_indexer: IndexerFactory, status: Status
) -> None:
    async with run_indexer():
        for poison in (b"\xff\xfe", b"{}", event("local:term", source="s" * 40_000)):
            await world.add(poison)
        await world.settled()
        code, told = await status()
    assert (code, needed(told)) == (1, [("warn", "dead letters")])
    assert told["redis"]["dead"]["reasons"] == {"not_an_event": 2, "refused_by_index": 1}


async def test_an_index_that_takes_nothing_needs_a_person_now(
    world: World, run_indexer: IndexerFactory, status: Status
) -> None:
    async with run_indexer():
        block = {"index.blocks.read_only_allow_delete": True}
        await world.index.indices.put_settings(index=world.names.write, body=block)
        code, told = await status()
    assert (code, needed(told)) == (1, [("bad", "index")])
    assert "read_only_allow_delete" in said(told, "index")


async def test_a_missing_alias_needs_a_person_now(world: World, run_indexer: IndexerFactory, status: Status) -> None:
    async with run_indexer():
        await world.index.indices.delete_alias(index=world.names.articles_index, name=world.names.write)
        code, told = await status()
    assert (code, needed(told)) == (1, [("bad", "index")])
    assert f"{world.names.write} is missing" in said(told, "index")


async def test_a_redis_that_may_throw_entries_away_needs_a_person_now(
    world: World, run_indexer: IndexerFactory, status: Status
) -> None:
    await world.redis.config_set("maxmemory-policy", "allkeys-lru")
    async with run_indexer():
        code, told = await status()
    assert (code, needed(told)) == (1, [("bad", "memory")])
    assert "allkeys-lru" in said(told, "memory")


async def test_entries_that_somebody_removed_are_told(
    world: World, run_indexer: IndexerFactory, status: Status
) -> None:
    async with run_indexer():
        removed = await world.add(event())
        await world.settled()
        await world.redis.xdel("articles", removed)
        code, told = await status()
    assert (code, needed(told)) == (1, [("bad", "stream")])


async def test_articles_that_wait_for_an_indexer_that_never_was_are_told(world: World, status: Status) -> None:
    await world.add(event())
    code, told = await status()
    assert code == 1
    assert ("bad", "lag") in needed(told)
    assert ("warn", "index") in needed(told)


async def test_an_indexer_that_has_ended_is_told(world: World, run_indexer: IndexerFactory, status: Status) -> None:
    async with run_indexer():
        await world.redis.execute_command("XGROUP", "DELCONSUMER", "articles", "indexer", "one")  # type: ignore[no-untyped-call]
    await world.redis.execute_command("XGROUP", "DELCONSUMER", "articles", "indexer", "one")  # type: ignore[no-untyped-call]
    code, told = await status()
    assert (code, needed(told)) == (1, [("bad", "indexers")])


async def test_without_redis_it_shows_what_the_index_has(
    world: World, valkey: Valkey, run_indexer: IndexerFactory, status: Status
) -> None:
    async with run_indexer():
        await world.add(event())
        await world.settled()
    valkey.stop()
    code, told = await status()
    assert (code, needed(told)) == (2, [("bad", "redis")])
    assert told["redis"] is None
    assert told["opensearch"]["documents"] == 1


async def test_without_opensearch_it_shows_what_waits(
    world: World, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.add(event())
    monkeypatch.setenv("WIREDESK_OPENSEARCH_URL", f"http://{NOBODY}")
    code, told = await status()
    assert code == 2
    assert ("bad", "opensearch") in needed(told)
    assert told["redis"]["added"] == 1
    assert told["opensearch"] is None


async def test_a_wrong_password_is_not_taken_for_a_server_that_is_away(
    world: World, run_indexer: IndexerFactory, status: Status
) -> None:
    async with run_indexer():
        await world.redis.config_set("requirepass", "a-password-for-tests-only")
        code, told = await status()
        await world.redis.config_set("requirepass", "")
    assert (code, needed(told)) == (1, [("bad", "redis")])
    assert "does not know this user" in said(told, "redis")


@asynccontextmanager
async def indexer_process(listening: socket.socket, indexed: int, missing: str | None = None) -> AsyncIterator[None]:
    """The probes of an indexer, served."""
    metrics, probes = IndexerMetrics(), FastAPI()
    metrics.entries.labels("indexed").inc(indexed)
    metrics.searchable_seconds.observe(0.2)
    probes.include_router(build_probes(lambda: missing, metrics.registry))
    async with serving(probes, listening):
        yield


async def test_services_tell_what_they_lack_and_what_they_did(
    world: World, run_indexer: IndexerFactory, status: Status
) -> None:
    listening = free_port()
    async with run_indexer(), indexer_process(listening, 7, "opensearch"):
        code, told = await status("--indexer-url", url_of(listening), "--search-url", f"http://{NOBODY}")
    assert (code, needed(told)) == (1, [("bad", "services"), ("bad", "services")])
    assert "is not ready: opensearch" in said(told, "services")
    assert f"search at {NOBODY} does not answer" in said(told, "services")
    assert told["verdicts"]["indexed"] == 7
    assert told["searchable_seconds"] == {"p50": 0.25, "p99": 0.25}


async def test_a_name_with_several_addresses_is_as_many_processes(
    world: World, run_indexer: IndexerFactory, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = free_port(), socket.socket()
    port = first.getsockname()[1]
    second.bind(("127.0.0.2", port))
    second.listen(8)
    usual = socket.getaddrinfo

    def resolved(host: Any, *arguments: Any, **more: Any) -> Any:
        hosts = ("127.0.0.1", "127.0.0.2") if host == "indexers.example" else (host,)
        return [found for one in hosts for found in usual(one, *arguments, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    async with run_indexer(), indexer_process(first, 7), indexer_process(second, 5):
        code, told = await status("--indexer-url", f"http://indexers.example:{port}")
    assert code == 0
    assert sorted(one["address"] for one in told["services"]) == [f"127.0.0.1:{port}", f"127.0.0.2:{port}"]
    assert told["verdicts"]["indexed"] == 12


async def test_top_in_a_pipe_is_a_line_of_json_a_reading(
    world: World, run_indexer: IndexerFactory, environment: None
) -> None:
    async with run_indexer():
        command = [str(WIREDESK), "top", "--count", "3", "--every", "0.1"]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True, timeout=60)
    lines = [orjson.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 3
    assert "rates" not in lines[0]
    assert [one["rates"]["accepted"] for one in lines[1:]] == [0.0, 0.0]


async def test_top_gives_the_terminal_back_as_it_was(
    world: World, run_indexer: IndexerFactory, environment: None
) -> None:
    async with run_indexer():
        assert await asyncio.to_thread(watch_and_quit) == 0


def watch_and_quit() -> int:
    """Runs `wiredesk top` in a terminal, presses `q` when it shows something; its exit code."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    surroundings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "40"}
    command = [str(WIREDESK), "top", "--every", "0.1"]
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings)
    shown = read_until(ours, b"q quits")
    os.write(ours, b"q")
    shown += read_until(ours, b"\x1b[?1049l")  # the screen from before
    code = running.wait(20)
    assert b"all is well" in shown
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
    return code


def read_until(terminal: int, words: bytes) -> bytes:
    shown = b""
    while words not in shown:
        assert select.select([terminal], [], [], 30)[0], "nothing more is shown"
        shown += os.read(terminal, 65_536)
    return shown
