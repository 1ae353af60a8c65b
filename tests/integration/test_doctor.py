"""`wiredesk doctor` against real servers."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from services.certificates import Issued, authority, issued_by
from services.cli import app
from services.health.permissions import NEEDED, refused
from tests.integration.conftest import IndexerFactory, World

Doctor = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
ROOT = Path(__file__).parents[2]
STRONG = "5f2b8c1e9a7d4036b1c2"


@pytest.fixture
def doctor(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Doctor:
    """`wiredesk doctor --json` in an empty directory: its exit code and what it tells."""
    told = {
        "XDG_STATE_HOME": str(tmp_path),
        "WIREDESK_REDIS_URL": world.indexer_settings.redis_url,
        "WIREDESK_OPENSEARCH_URL": world.indexer_settings.opensearch_url,
        "WIREDESK_INDEX_PREFIX": world.indexer_settings.index_prefix,
        "WIREDESK_API_KEY": STRONG,
        "WIREDESK_SPOOL_DIR": str(tmp_path),
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    async def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        command = ["doctor", "--json", "--dir", str(tmp_path), *arguments]
        result = await asyncio.to_thread(CliRunner().invoke, app, command)
        return result.exit_code, orjson.loads(result.stdout)

    return run


def told_of(told: dict[str, Any], part: str, *levels: str) -> list[str]:
    return [one["what"] for one in told["findings"] if one["part"] == part and one["level"] in levels]


async def test_servers_as_they_should_be_can_be_started_with(
    world: World, run_indexer: IndexerFactory, doctor: Doctor
) -> None:
    await world.redis.config_set("maxmemory", "200mb")
    code, before = await doctor()
    assert (code, [one for one in before["findings"] if one["level"] == "bad"]) == (0, [])
    assert told_of(before, "index", "ok") == ["there is none yet; the indexer makes it"]
    assert len(told_of(before, "rights", "ok")) == len(NEEDED)
    assert len(told_of(before, "clock", "ok")) >= 2
    async with run_indexer():
        code, after = await doctor()
    assert code == 0
    assert told_of(after, "index", "ok") == ["0 documents can be found"]


async def test_what_redis_does_wrong_is_told_with_what_to_change(world: World, doctor: Doctor) -> None:
    await world.redis.config_set("maxmemory-policy", "allkeys-lru")
    await world.redis.config_set("appendonly", "no")
    code, told = await doctor()
    assert code == 1
    policy, appending = told_of(told, "redis", "bad")
    assert "allkeys-lru" in policy
    assert "appendonly is off" in appending
    assert "it has no maxmemory" in told_of(told, "redis", "warn")[0]


async def test_mistakes_in_the_environment_are_told(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WIREDESK_API_KEY", "secret")
    monkeypatch.setenv("WIREDESK_BULK_ITEM", "5")
    monkeypatch.setenv("WIREDESK_REPLICAS", "-1")
    env = tmp_path / ".env"
    env.write_text("REDIS_PASSWORD=\nGRAFANA_PASSWORD=admin\n")
    env.chmod(0o644)
    code, told = await doctor()
    assert code == 1
    assert told_of(told, "settings", "bad")[0].startswith("WIREDESK_REPLICAS: ")
    assert "nothing reads WIREDESK_BULK_ITEM in the environment" in told_of(told, "settings", "warn")
    weak, blank, in_env = told_of(told, "secrets", "bad")
    assert "WIREDESK_API_KEY" in weak
    assert "REDIS_PASSWORD" in blank
    assert "GRAFANA_PASSWORD" in in_env
    assert f"others on this machine can read {env}" in told_of(told, "files", "bad")


async def test_servers_that_are_away_are_told(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("WIREDESK_OPENSEARCH_URL", "http://127.0.0.1:1")
    code, told = await doctor()
    assert code == 1
    assert "Redis does not answer" in told_of(told, "redis", "bad")[0]
    assert "OpenSearch does not answer" in told_of(told, "opensearch", "bad")[0]


async def test_an_authority_or_an_address_that_cannot_be_used_is_told(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redes://somewhere")
    monkeypatch.setenv("WIREDESK_OPENSEARCH_URL", "https://127.0.0.1:1")
    monkeypatch.setenv("WIREDESK_OPENSEARCH_CA_FILE", str(tmp_path / "nowhere.pem"))
    code, told = await doctor()
    assert code == 1
    assert any("WIREDESK_REDIS_URL cannot be read" in one for one in told_of(told, "redis", "bad"))
    assert "nowhere.pem" in told_of(told, "files", "bad")[0]
    assert told_of(told, "opensearch", "bad") != []


@asynccontextmanager
async def refusing(status: str, own: Issued | None = None, directory: Path | None = None) -> AsyncIterator[str]:
    """An OpenSearch that answers everything with this status, over TLS where it has a certificate; its address."""
    context = None
    if own and directory:
        chain = directory / "chain.pem"
        chain.write_bytes(own.key + own.certificate)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = orjson.dumps({"error": {"type": "security_exception", "reason": "no permissions"}, "status": 0})
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_user_without_the_right_to_look_is_told_apart_from_an_unknown_one(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with refusing("403 Forbidden") as url:
        monkeypatch.setenv("WIREDESK_OPENSEARCH_URL", url)
        code, told = await doctor()
    assert (code, len(told_of(told, "opensearch", "warn"))) == (0, 1)
    async with refusing("401 Unauthorized") as url:
        monkeypatch.setenv("WIREDESK_OPENSEARCH_URL", url)
        code, told = await doctor()
    assert code == 1
    assert "does not know this user" in told_of(told, "opensearch", "bad")[0]


async def test_a_certificate_is_believed_only_by_its_authority(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own, another = authority("A desk", 100), authority("Another desk", 100)
    pem = tmp_path / "authority.pem"
    monkeypatch.setenv("WIREDESK_OPENSEARCH_CA_FILE", str(pem))
    async with refusing("403 Forbidden", issued_by(own, "opensearch", ["127.0.0.1"], 90), tmp_path) as url:
        monkeypatch.setenv("WIREDESK_OPENSEARCH_URL", url)
        pem.write_bytes(another.certificate)
        code, told = await doctor()
        assert code == 1
        assert "the certificate of OpenSearch is not believed" in told_of(told, "opensearch", "bad")[0]
        pem.write_bytes(own.certificate)
        code, told = await doctor()
    assert (code, len(told_of(told, "opensearch", "warn"))) == (0, 1)


async def users(world: World) -> dict[str, Redis]:
    """Clients of the users of deploy/redis/redis.conf, on this test's server."""
    lines = (ROOT / "deploy" / "redis" / "redis.conf").read_text().splitlines()
    named = {line.split()[1]: line.split()[2:] for line in lines if line.startswith("user ")}
    for name in NEEDED:
        await world.redis.execute_command("ACL", "SETUSER", name, "reset", *named[name])  # type: ignore[no-untyped-call]
    address = world.indexer_settings.redis_url.removeprefix("redis://")
    return {name: Redis.from_url(f"redis://{name}:REDIS_{name.upper()}_PASSWORD@{address}") for name in NEEDED}


async def test_each_user_may_do_what_its_service_does_and_no_other_service_and_nothing_is_done(world: World) -> None:
    clients = await users(world)
    own = {name: await refused(client, NEEDED[name]) for name, client in clients.items()}
    others = await refused(clients["ingest"], NEEDED["indexer"])
    no_writer = await refused(clients["search"], NEEDED["ingest"])
    for client in clients.values():
        await client.aclose()
    assert own == {name: {} for name in NEEDED}
    assert ("XADD", "articles.dead", "*", "x", "x") in others
    assert list(no_writer) == [("MULTI",)]
    assert await world.redis.dbsize() == 0


async def test_rights_are_tried_of_the_service_that_the_user_is_named_after(
    world: World, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for client in (await users(world)).values():
        await client.aclose()
    address = world.indexer_settings.redis_url.removeprefix("redis://")
    monkeypatch.setenv("WIREDESK_REDIS_URL", f"redis://search:REDIS_SEARCH_PASSWORD@{address}")
    _, told = await doctor()
    assert told_of(told, "rights", "ok", "bad") == ["this user of Redis may do what search does"]
    code, told = await doctor("--service", "indexer")
    assert code == 1
    assert "may not do what indexer does: MULTI" in told_of(told, "rights", "bad")[0]
