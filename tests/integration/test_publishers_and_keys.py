"""Publishers and keys from the command line to the caller of a request; rates and last use on a real Valkey."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from redis.asyncio import Redis
from typer.testing import CliRunner

from services.cli import keys, publishers
from services.errors import Rejected
from services.ingest.publishers import Caller, Publishers
from services.ingest.rates import Allowance, RateLimited, Rates, fields
from services.publishers.file import WatchedFile, read
from services.publishers.last_use import LastUse
from services.publishers.model import Rate
from tests.conftest import Valkey
from tests.integration.conftest import eventually

CREATE_MANY = """
import sys
from services.cli.keys import app
for _ in range(20):
    app(["create", "quay", "--file", sys.argv[1]], standalone_mode=False)
"""
QUAY = Caller("quay", "a", rate=Rate(articles=10, seconds=3600))


class CommandLine:
    """`wiredesk publishers` and `wiredesk keys` on one file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._app = typer.Typer()
        self._app.add_typer(publishers.app, name="publishers")
        self._app.add_typer(keys.app, name="keys")

    def __call__(self, *arguments: str, fails: bool = False) -> Any:
        result = CliRunner().invoke(self._app, [*arguments, "--file", str(self.file)])
        assert (result.exit_code != 0) == fails, result.output
        return result

    def json(self, *arguments: str) -> Any:
        return orjson.loads(self(*arguments, "--json").stdout)

    def key(self, *arguments: str) -> str:
        """A new key's text."""
        return str(self("keys", "create", *arguments).stdout.splitlines()[0])


class Clock:
    """Seconds that pass only when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wiredesk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))  # nothing of a running `wiredesk up`
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    return CommandLine(tmp_path / "publishers.json")


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey.url)
    yield client
    await client.aclose()


def test_a_publisher_is_added_changed_and_listed(wiredesk: CommandLine) -> None:
    wiredesk("publishers", "add", "quay", "--domain", "Quay.example", "--domain", "pier.example", "--rate", "600/60")
    (row,) = wiredesk.json("publishers", "list")
    assert datetime.now(UTC) - datetime.fromisoformat(row.pop("created_at")) < timedelta(minutes=5)
    assert row == {
        "name": "quay",
        "domains": ["quay.example", "pier.example"],
        "disabled": False,
        "automatic_tags": True,
        "rate": {"articles": 600, "seconds": 60},
        "keys": 0,
    }
    wiredesk("publishers", "change", "quay", "--no-automatic-tags", "--rate", "off")
    (row,) = wiredesk.json("publishers", "list")
    assert (row["automatic_tags"], row["rate"], row["domains"]) == (False, None, ["quay.example", "pier.example"])
    wiredesk("publishers", "change", "quay", "--automatic-tags", "--domain", "quay.example")
    (row,) = wiredesk.json("publishers", "list")
    assert (row["automatic_tags"], row["domains"]) == (True, ["quay.example"])
    wiredesk("publishers", "change", "quay", "--any-domain")
    assert wiredesk.json("publishers", "list")[0]["domains"] == []


def test_a_publisher_is_disabled_and_enabled(wiredesk: CommandLine) -> None:
    wiredesk("publishers", "add", "quay")
    for command, disabled in (("disable", True), ("enable", False)):
        wiredesk("publishers", command, "quay")
        assert wiredesk.json("publishers", "list")[0]["disabled"] is disabled
        assert ("disabled" in wiredesk("publishers", "list").stdout) is disabled


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("publishers", "add", "quay"), "quay already"),
        (("publishers", "add", "Pier"), "/name"),
        (("publishers", "add", "urn"), "urn cannot be"),
        (("publishers", "add", "pier", "--domain", "https://pier.example"), "/domains/0: expected a host name"),
        (("publishers", "add", "pier", "--rate", "600"), "expected ARTICLES/SECONDS"),
        (("publishers", "add", "pier", "--rate", "0/60"), "/articles"),
        (("publishers", "change", "quay"), "nothing to change"),
        (("publishers", "change", "pier", "--rate", "off"), "no publisher pier"),
        (("publishers", "disable", "pier"), "no publisher pier"),
        (("keys", "create", "pier"), "no publisher pier"),
        (("keys", "create"), "whose key"),
        (("keys", "create", "quay", "--operator"), "whose key"),
        (("keys", "create", "--operator", "--signed"), "posts nothing"),
        (("keys", "create", "quay", "--domain", "pier.example"), "not within the publisher's domains"),
        (("keys", "create", "quay", "--expires", "soon"), "not a date"),
        (("keys", "create", "quay", "--expires", "2020-01-31"), "yet to come"),
        (("keys", "list", "pier"), "no publisher pier"),
        (("keys", "revoke", "nonsense"), "no key nonsense"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    wiredesk: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    wiredesk("publishers", "add", "quay", "--domain", "quay.example")
    before = wiredesk.file.read_bytes()
    told = " ".join(wiredesk(*arguments, fails=True).stderr.split())  # in lines of any width
    assert words in told
    assert wiredesk.file.read_bytes() == before


def test_without_a_file_the_command_says_what_to_set(wiredesk: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIREDESK_PUBLISHERS_FILE", raising=False)
    result = CliRunner().invoke(publishers.app, ["list"])
    assert result.exit_code == 1
    assert "WIREDESK_PUBLISHERS_FILE" in result.stderr


def test_the_file_can_be_set_in_the_environment(wiredesk: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_PUBLISHERS_FILE", str(wiredesk.file))
    assert CliRunner().invoke(publishers.app, ["add", "quay"]).exit_code == 0
    assert wiredesk.json("publishers", "list")[0]["name"] == "quay"


def test_a_broken_file_is_told_with_the_place(wiredesk: CommandLine) -> None:
    wiredesk.file.write_text('{"publishers": [{"name": "quay", "colour": 1}]}')
    for command in (("publishers", "list"), ("keys", "create", "quay")):
        assert "/publishers/0/colour" in "".join(wiredesk(*command, fails=True).stderr.split())


def test_a_key_is_printed_once_and_never_listed(wiredesk: CommandLine) -> None:
    wiredesk("publishers", "add", "quay")
    made = wiredesk("keys", "create", "quay", "--label", "the [CMS]", "--signed", "--expires", "2100-01-31")
    key, secret = made.stdout.splitlines()
    assert "not shown again" in made.stderr
    (stored,) = read(wiredesk.file).publishers[0].keys
    assert stored.signing_secret == secret
    (row,) = wiredesk.json("keys", "list")
    assert row["id"] == stored.id == key.split("_")[1]
    assert (row["label"], row["publisher"], row["signed"]) == ("the [CMS]", "quay", True)
    assert (row["revoked_at"], row["expires_at"]) == (None, "2100-01-31T00:00:00+00:00")
    listed = wiredesk("keys", "list")
    assert "the [CMS]" in listed.stdout
    for output in (listed.stdout, wiredesk("keys", "list", "--json").stdout):
        assert not [text for text in (key, key[-43:], stored.hash, secret) if text in output]
    assert key not in wiredesk.file.read_text()


def test_a_key_can_be_made_for_programs(wiredesk: CommandLine) -> None:
    wiredesk("publishers", "add", "quay")
    made = wiredesk.json("keys", "create", "quay")
    assert made["key"].startswith(f"wd_{made['id']}_")
    assert made["signing_secret"] is None
    assert len(wiredesk.json("keys", "create", "quay", "--signed")["signing_secret"]) == 43


def test_keys_are_listed_by_publisher(wiredesk: CommandLine) -> None:
    for name in ("quay", "port"):
        wiredesk("publishers", "add", name)
        wiredesk("keys", "create", name)
    wiredesk("keys", "create", "--operator")
    assert [row["publisher"] for row in wiredesk.json("keys", "list")] == ["quay", "port", None]
    assert [row["publisher"] for row in wiredesk.json("keys", "list", "port")] == ["port"]


def test_a_running_service_sees_keys_come_and_go(wiredesk: CommandLine) -> None:
    clock = Clock()
    service = Publishers(WatchedFile(wiredesk.file, clock).registry)
    assert len(service) == 0

    def caller(key: str) -> Caller | None:
        clock.now += 1
        with suppress(Rejected):
            return service.authenticate(f"Bearer {key}")
        return None

    wiredesk("publishers", "add", "quay", "--domain", "quay.example", "--rate", "600/60", "--no-automatic-tags")
    old, new, operator = wiredesk.key("quay"), wiredesk.key("quay"), wiredesk.key("--operator")
    assert caller(old) == Caller("quay", old[3:15], ("quay.example",), False, Rate(articles=600, seconds=60))
    assert caller(operator) == Caller(None, operator[3:15])
    wiredesk("keys", "revoke", old)
    assert caller(old) is None
    assert caller(new) is not None
    wiredesk("publishers", "disable", "quay")
    assert caller(new) is None
    wiredesk("publishers", "enable", "quay")
    assert caller(new) is not None
    wiredesk("keys", "revoke", operator[3:15])
    assert caller(operator) is None
    assert len(service) == 1


def test_two_processes_that_create_keys_at_once_lose_none(wiredesk: CommandLine) -> None:
    wiredesk("publishers", "add", "quay")
    command = [sys.executable, "-c", CREATE_MANY, str(wiredesk.file)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs
    created = {line.split("_")[1] for output, _ in outputs for line in output.splitlines()}
    assert len(created) == 40
    assert {key.id for key in read(wiredesk.file).publishers[0].keys} == created


async def test_a_keys_last_use_is_listed_while_redis_answers(
    wiredesk: CommandLine, valkey: Valkey, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiredesk("publishers", "add", "quay")
    used, unused = wiredesk.key("quay"), wiredesk.key("quay")
    last_use = LastUse(redis, lambda: datetime(2026, 11, 1, 12, 30, tzinfo=UTC))
    last_use.note(used[3:15])
    await last_use.finish()
    monkeypatch.setenv("WIREDESK_REDIS_URL", valkey.url)
    rows = await asyncio.to_thread(wiredesk.json, "keys", "list")
    assert {row["id"]: row["last_used_at"] for row in rows} == {
        used[3:15]: "2026-11-01T12:30:00+00:00",
        unused[3:15]: None,
    }
    assert "2026-11-01 12:30" in (await asyncio.to_thread(wiredesk, "keys", "list")).stdout
    valkey.stop()
    listed = await asyncio.to_thread(wiredesk, "keys", "list", "--json")
    assert [row["last_used_at"] for row in orjson.loads(listed.stdout)] == [None, None]
    assert "Redis does not answer" in " ".join(listed.stderr.split())


async def test_all_processes_share_a_publishers_rate(valkey: Valkey, redis: Redis) -> None:
    other = Redis.from_url(valkey.url)
    one, two = Rates(redis), Rates(other)
    assert await one.take(QUAY, 4) == Allowance(Rate(articles=10, seconds=3600), 6, 3600)
    left = await two.take(QUAY, 5)
    assert left is not None
    assert left.remaining == 1
    with pytest.raises(RateLimited) as caught:
        await one.take(QUAY, 2)
    assert caught.value.allowance.remaining == 1
    assert timedelta(seconds=3500) < caught.value.retry_after < timedelta(seconds=7200)
    assert fields(caught.value.allowance)["RateLimit"].startswith('"articles";r=1;t=')
    last = await two.take(QUAY, 1)  # what was refused was not taken
    assert last is not None
    assert last.remaining == 0
    await other.aclose()


async def test_each_publisher_has_a_rate_of_its_own(redis: Redis) -> None:
    rates = Rates(redis)
    await rates.take(QUAY, 10)
    port = await rates.take(Caller("port", "b", rate=QUAY.rate), 1)
    assert port is not None
    assert port.remaining == 9
    with pytest.raises(RateLimited):
        await rates.take(Caller("quay", "another-key", rate=QUAY.rate), 1)


async def test_after_the_time_told_the_next_article_is_taken(redis: Redis) -> None:
    rates = Rates(redis)
    hasty = Caller("quay", "a", rate=Rate(articles=2, seconds=1))
    await rates.take(hasty, 2)
    with pytest.raises(RateLimited) as caught:
        await rates.take(hasty, 1)
    assert caught.value.retry_after <= timedelta(seconds=2.1)

    async def taken() -> bool:
        try:
            return await rates.take(hasty, 1) is not None
        except RateLimited:
            return False

    await eventually(taken, 3)


async def test_counters_expire(redis: Redis) -> None:
    await Rates(redis).take(QUAY, 1)
    names = [name async for name in redis.scan_iter()]
    assert [name.decode() for name in names] == ["rates:{articles/quay/10/3600/second}"]
    assert 0 < await redis.pttl(names[0]) <= 7_200_000


async def test_while_redis_is_away_nothing_is_counted_and_nobody_is_refused(valkey: Valkey, redis: Redis) -> None:
    rates = Rates(redis)
    await rates.take(QUAY, 10)
    valkey.stop()
    assert await rates.take(QUAY, 1) is None


async def test_a_full_redis_refuses_nobody(redis: Redis) -> None:
    await redis.config_set("maxmemory", "1")
    assert await Rates(redis).take(QUAY, 1) is None
    await redis.config_set("maxmemory", "0")
