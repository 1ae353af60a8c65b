"""`wiredesk alerts`, as an operator types it, against real servers."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from schemas.streams import ALERTS_GROUP, CHANGES_STREAM
from services.alerts.registry import Registry
from services.cli import app
from services.cli.client import stdout
from tests.integration.alert_servers import Desk
from tests.integration.conftest import IndexerFactory, World, event

Typed = Callable[..., Coroutine[Any, Any, Result]]


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command in a thread of its own, as a process of its own would run it."""
    for name in ("redis_url", "opensearch_url", "index_prefix"):
        monkeypatch.setenv(f"WIREDESK_{name.upper()}", getattr(world.indexer_settings, name))
    monkeypatch.setattr(stdout, "width", 200)

    async def run(*words: str, ends_with: int = 0) -> Result:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["alerts", *words])
        assert result.exit_code == ends_with, result.output
        return result

    return run


async def saved(typed: Typed, *words: str) -> dict[str, Any]:
    alert: dict[str, Any] = orjson.loads((await typed("add", *words, "--json")).stdout)
    return alert


async def test_a_saved_search_is_listed_shown_paused_resumed_and_removed_and_its_secret_is_told_once(
    typed: Typed, registry: Registry
) -> None:
    narrowed = ("--tag", "US–Japan", "--source", "Harbor Wire", "--language", "en", "--name", "Tokyo desk")
    address = "https://user:password@desk.example/hook?token=1"
    alert = await saved(typed, "rare earth", "--webhook", address, "--allow-private", *narrowed)
    assert alert["secret"].startswith("whsec_")
    assert (alert["tags"], alert["sources"], alert["languages"]) == (["us-japan"], ["Harbor Wire"], ["en"])
    listed = (await typed("list")).stdout
    assert all(
        part in listed for part in (alert["id"], "Tokyo desk: rare earth #us-japan", "https://desk.example/hook")
    )
    shown = (await typed("show", alert["id"])).stdout
    for output in (listed, shown, (await typed("list", "--json")).stdout):
        assert not any(secret in output for secret in (alert["secret"], "password", "token=1"))
    await typed("pause", alert["id"], "--reason", "on holiday")
    assert "paused: on holiday" in (await typed("list")).stdout
    await typed("resume", alert["id"])
    assert orjson.loads((await typed("show", alert["id"])).stdout)["paused"] is None
    await typed("remove", alert["id"])
    assert orjson.loads((await typed("list", "--json")).stdout) == []
    kept = await registry.get(alert["id"])
    assert kept is None


async def test_the_first_alert_makes_what_it_needs_and_misses_nothing_from_then_on(
    typed: Typed, world: World, registry: Registry
) -> None:
    await world.redis.delete(CHANGES_STREAM)
    await world.index.indices.delete(index=registry.names.index)
    assert "no alert was ever saved" in (await typed("list", ends_with=1)).output
    await saved(typed, "US-Japan", "--stream", "desk")
    groups: Any = await world.redis.xinfo_groups(CHANGES_STREAM)
    assert [group["name"].decode() for group in groups] == [ALERTS_GROUP]
    assert len(await registry.all()) == 1


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("...", "--stream", "desk"), "expected words or a phrase"),
        (("US-Japan",), "a webhook or a stream"),
        (("US-Japan", "--stream", "articles"), "choose another stream"),
        (("US-Japan", "--stream", "taken"), "something else than a stream"),
        (("US-Japan", "--webhook", "desk.example"), "http:// or https://"),
        (("US-Japan", "--webhook", "http://127.0.0.1:9200/"), "not a public address; give --allow-private"),
        (("US-Japan", "--webhook", "http://10.0.0.1/", "--secret", "guess"), "whsec_ and base64"),
    ],
)
async def test_what_cannot_work_is_refused_with_a_clear_word(
    typed: Typed, world: World, words: tuple[str, ...], told: str
) -> None:
    await world.redis.set("taken", "a string")
    assert told in " ".join((await typed("add", *words, ends_with=1)).output.split())
    assert orjson.loads((await typed("list", "--json")).stdout) == []


@pytest.mark.usefixtures("registry")
async def test_a_test_message_is_signed_and_its_answer_is_shown(typed: Typed, desk: Desk) -> None:
    alert = await saved(typed, "US-Japan", "--webhook", f"{desk.url}/hook", "--allow-private")
    assert "delivered: 204" in (await typed("test", alert["id"])).stdout
    assert desk.told() == [("test", "wiredesk:test")]
    assert desk.received[0].is_signed_with(alert["secret"])
    desk.answers["/hook"] = [500]
    assert "not delivered: 500 no" in (await typed("test", alert["id"], ends_with=1)).output
    assert "there is no alert" in (await typed("test", "0" * 12, ends_with=1)).output


@pytest.mark.usefixtures("registry")
async def test_a_line_is_tried_on_what_was_indexed_last(
    typed: Typed, world: World, run_indexer: IndexerFactory
) -> None:
    async with run_indexer():
        await world.add(event("local:pact", title="U.S.–Japan pact"))
        await world.add(event("local:golf", title="Golf", body="About nothing else."))
        await world.settled()
    tried = orjson.loads((await typed("try", "US-Japan", "--json")).stdout)
    assert [row["id"] for row in tried] == ["local:pact"]
    assert "1 of the last 1,000 articles" in (await typed("try", "golf")).stdout
    assert orjson.loads((await typed("try", "US-Japan", "--last", "1", "--json")).stdout) == []


@pytest.mark.usefixtures("registry")
async def test_what_waits_and_what_was_given_up_is_shown(typed: Typed, world: World) -> None:
    alert = await saved(typed, "US-Japan", "--stream", "desk")
    assert "nothing waits" in (await typed("deliveries")).stdout
    await world.redis.zadd("alerts:due", {alert["id"]: 1_769_850_000_000})
    await world.redis.zadd(f"alerts:lanes:{alert['id']}", {"local:one": 1_769_850_000_000})
    told = {"alert": alert["id"], "article": "local:two", "id": "msg_1", "answer": "500 no"}
    await world.redis.xadd("alerts.given-up", told)  # type: ignore[arg-type]
    shown = (await typed("deliveries", alert["id"])).stdout
    assert all(part in shown for part in (alert["id"], "2026-01-31 09:00:00Z", "local:two", "500 no"))
    rows = orjson.loads((await typed("deliveries", "--json")).stdout)
    assert (rows["waiting"][0]["articles"], rows["given_up"][0]["message_id"]) == (1, "msg_1")
