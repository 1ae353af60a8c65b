"""`wiredesk backup`, `restore`, `replay` and `purge` as an operator runs them."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from services.cli import app
from tests.integration.conftest import KEY, IndexerFactory, IngestFactory, World
from tests.integration.test_backup import destroy

run = CliRunner().invoke


@pytest.fixture
def settings(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lets commands find the servers; where publishers are registered."""
    told = {
        "REDIS_URL": world.ingest_settings.redis_url,
        "OPENSEARCH_URL": world.ingest_settings.opensearch_url,
        "INDEX_PREFIX": world.ingest_settings.index_prefix,
        "API_KEY": KEY,
        "PUBLISHERS_FILE": str(tmp_path / "registry" / "publishers.json"),
        "ARCHIVE": str(tmp_path / "archive"),
    }
    for name, value in told.items():
        monkeypatch.setenv(f"WIREDESK_{name}", value)
    return tmp_path / "registry" / "publishers.json"


async def in_a_thread(*words: str) -> Any:
    """The commands have a loop of their own."""
    return await asyncio.to_thread(run, app, [*words])


def content(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, content: bytes | None) -> None:
    """Writes the file, or removes it."""
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


async def filled(world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, archive: Path) -> None:
    async with run_indexer(), run_ingest(archive=str(archive)) as client:
        for number in range(3):
            article = {"id": f"{number}", "title": "Tin", "body": f"Tin ore is dear, says number {number}."}
            assert (await client.post("/v1/articles", json=article)).status_code == 202
        await world.settled()


async def test_a_backup_is_there_whole_or_not_at_all(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, settings: Path, tmp_path: Path
) -> None:
    assert "start the indexer once" in (await in_a_thread("backup", str(tmp_path / "none"))).output
    await filled(world, run_indexer, run_ingest, tmp_path / "archive")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert "there already" in (await in_a_thread("backup", str(tmp_path / "full"))).output
    done = await in_a_thread("backup", str(tmp_path / "whole"), "--json")
    assert done.exit_code == 0, done.output
    assert orjson.loads(done.stdout)["lines"][f"index {world.names.articles_index}"] == 3
    assert not await asyncio.to_thread(lambda: [*tmp_path.glob("*part*"), *tmp_path.glob("none*")])
    assert ((tmp_path / "whole").stat().st_mode & 0o777) == 0o700


async def test_publishers_come_back_with_everything_else(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, settings: Path, tmp_path: Path
) -> None:
    assert (await in_a_thread("publishers", "add", "quay")).exit_code == 0
    registered = content(settings)
    await filled(world, run_indexer, run_ingest, tmp_path / "archive")
    assert (await in_a_thread("backup", str(tmp_path / "whole"))).exit_code == 0
    await destroy(world)
    write(settings, None)

    restored = await in_a_thread("restore", str(tmp_path / "whole"))

    assert restored.exit_code == 0, restored.output
    assert content(settings) == registered
    assert len(await world.found()) == 3


async def test_publishers_that_are_there_stay_unless_told_otherwise(settings: Path, tmp_path: Path) -> None:
    write(settings, b"as it was")
    assert (await in_a_thread("backup", str(tmp_path / "redis"), "--without-index")).exit_code == 0
    write(settings, b"as it is")
    told = await in_a_thread("restore", str(tmp_path / "redis"), "--without-index")
    assert (told.exit_code, "and stays" in told.output, content(settings)) == (0, True, b"as it is")
    assert (await in_a_thread("restore", str(tmp_path / "redis"), "--without-index", "--replace")).exit_code == 0
    assert content(settings) == b"as it was"


async def test_a_backup_of_another_prefix_is_refused(
    world: World, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await in_a_thread("backup", str(tmp_path / "redis"), "--without-index")).exit_code == 0
    assert "has no index" in (await in_a_thread("restore", str(tmp_path / "redis"))).output.replace("\n", " ")
    monkeypatch.setenv("WIREDESK_INDEX_PREFIX", "other-")
    told = await in_a_thread("restore", str(tmp_path / "redis"), "--without-index")
    assert (told.exit_code, "WIREDESK_INDEX_PREFIX" in told.output) == (1, True)


async def test_replay_tells_what_it_found_and_did(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, settings: Path, tmp_path: Path
) -> None:
    await filled(world, run_indexer, run_ingest, tmp_path / "archive")
    await destroy(world)
    dry = orjson.loads((await in_a_thread("replay", str(tmp_path / "archive"), "--dry-run", "--json")).stdout)
    assert (dry["submissions"], dry["versions"], dry["published"]) == (3, 3, 0)
    async with run_indexer():
        done = orjson.loads((await in_a_thread("replay", str(tmp_path / "archive"), "--json")).stdout)
        assert (done["published"], done["known"], done["refused"]) == (3, 0, 0)
        await world.settled()
        assert len(await world.found()) == 3
        again = orjson.loads((await in_a_thread("replay", str(tmp_path / "archive"), "--json")).stdout)
        assert (again["published"], again["known"]) == (0, 3)


async def test_purge_by_age_says_what_would_go_and_takes_it(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, settings: Path, tmp_path: Path
) -> None:
    await filled(world, run_indexer, run_ingest, tmp_path / "archive")
    async with run_indexer(), run_ingest() as client:
        await client.delete("/v1/articles/local%3A1")
        await world.settled()
    young = await in_a_thread("purge", "--tombstones-older-than", "1d", "--archive-older-than", "1d", "--json")
    assert orjson.loads(young.stdout)["removed"] == {"tombstones": 0, "archive_files": 0}
    words = ("purge", "--tombstones-older-than", "0h", "--expired", "--json")
    assert orjson.loads((await in_a_thread(*words, "--dry-run")).stdout)["removed"] == {"tombstones": 1, "expired": 0}
    assert await world.document("local:1") is not None
    assert orjson.loads((await in_a_thread(*words)).stdout)["removed"] == {"tombstones": 1, "expired": 0}
    assert await world.document("local:1") is None


@pytest.mark.parametrize(
    "words", [[], ["local:1", "--expired"], ["local:1", "--dry-run"], ["--tombstones-older-than", "x"]]
)
async def test_purge_wants_one_article_or_an_age(settings: Path, words: list[str]) -> None:
    assert (await in_a_thread("purge", *words)).exit_code == 1
