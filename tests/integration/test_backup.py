"""A backup taken from real servers, both destroyed, and brought back."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, INDEXER_GROUP, article_key
from services.backup import indices, keys, streams
from services.backup.back_up import BackUp
from services.backup.files import CannotRestore, Manifest, read_manifest, write_manifest
from services.backup.restore import Restore
from services.dead_letters import Wanted, look_through, replay
from tests.integration.conftest import IndexerFactory, IngestFactory, World, event, eventually

Everything = tuple[dict[str, Any], dict[str, Any]]
Backup = Callable[..., Awaitable[Manifest]]


def quiet(what: str, done: int, total: int | None) -> None:
    """Nobody looks on."""


@pytest.fixture
def back_up(world: World, tmp_path: Path) -> Backup:
    async def run(with_index: bool = True, registry: list[Path] | None = None) -> Manifest:
        directory = tmp_path / "backup"
        directory.mkdir()
        prefix = world.ingest_settings.index_prefix
        copying = BackUp(world.redis, world.index, prefix, directory, quiet, lambda: datetime.now(UTC))
        manifest = await copying.run(registry or [], with_index)
        write_manifest(directory, manifest)
        return manifest

    return run


@pytest.fixture
def restore(world: World, tmp_path: Path) -> Callable[..., Awaitable[list[str]]]:
    async def run(replace: bool = False, with_index: bool = True) -> list[str]:
        directory = tmp_path / "backup"
        manifest = read_manifest(directory)
        restoring = Restore(world.redis, world.index, manifest, directory, quiet, lambda: datetime.now(UTC))
        await restoring.run(replace, with_index)
        return await restoring.verify(with_index)

    return run


async def everything(world: World) -> Everything:
    """Every document of every index, and every key of Redis."""
    documents: dict[str, Any] = {}
    for index in await indices.ours(world.index, world.ingest_settings.index_prefix):
        documents[index.name] = index.body["aliases"]
        async for page in indices.read(world.index, index.name):
            documents |= {f"{index.name} {line['id']}": line for line in page}
    held: dict[str, Any] = {}
    async for names in keys.names(world.redis):
        held |= {line["key"]: line for line in await keys.read(world.redis, names)}
        for name in names:
            if await world.redis.type(name) == b"stream":
                head = await streams.read_head(world.redis, name)
                assert head is not None
                entries = [line async for page in streams.read_entries(world.redis, head) for line in page]
                pending = [{**one, "delivered_at": ""} for one in await streams.read_pending(world.redis, head)]
                held[name.decode()] = (head.line, head.groups, entries, pending)
    return documents, held


async def destroy(world: World) -> None:
    await world.redis.flushall()
    for index in await indices.ours(world.index, world.ingest_settings.index_prefix):
        await world.index.indices.delete(index=index.name)


async def fill(world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory) -> None:
    """Articles, versions of one, a withdrawn and a held one, a dead letter; then what nobody has indexed yet."""
    async with run_indexer(), run_ingest() as client:
        for version in (1, 2):
            posted = {"id": "one", "version": version, "title": f"Tin {version}", "body": "Tin ore is dear."}
            assert (await client.post("/v1/articles", json=posted)).status_code == 202
        held = {"id": "held", "title": "Later", "body": "Not yet.", "embargoed_until": "2099-01-01T00:00:00Z"}
        await client.post("/v1/articles", json=held)
        await client.delete("/v1/articles/local%3Atwo")
        await world.add(b"\xff no event")
        await world.settled()
    for number in range(3):
        await world.add(event(f"local:waiting-{number}", number + 1))
    await world.redis.xreadgroup(INDEXER_GROUP, "gone", {ARTICLES_STREAM: ">"}, count=2)


async def test_what_was_destroyed_comes_back_document_by_document_and_key_by_key(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, back_up: Backup, restore: Any
) -> None:
    await fill(world, run_indexer, run_ingest)
    before = await everything(world)
    await back_up()
    await destroy(world)

    assert await restore() == []

    after = await everything(world)
    assert after[0] == before[0]
    assert after[1].keys() == before[1].keys()
    assert [name for name in before[1] if before[1][name] != after[1][name]] == []
    assert len(before[1][ARTICLES_STREAM][3]) == 2, "entries were pending"


async def test_what_waited_in_the_stream_is_indexed_after_a_restore(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, back_up: Backup, restore: Any
) -> None:
    await fill(world, run_indexer, run_ingest)
    await back_up()
    await destroy(world)
    await restore()

    async with run_indexer():
        await world.settled()
    assert {hit["_id"] for hit in await world.found()} == {"local:one", *(f"local:waiting-{n}" for n in range(3))}
    assert len(await world.dead_letters()) == 1


async def test_every_kind_of_key_comes_back_byte_by_byte_with_its_end(
    world: World, back_up: Backup, restore: Any
) -> None:
    redis: Any = world.redis
    binary = bytes(range(256))
    await redis.set("string", binary)
    await redis.set("ends", "x", px=timedelta(hours=1))
    await redis.hset("hash", mapping={binary: binary, "b": ""})
    await redis.rpush("list", binary, "b", "b")
    await redis.sadd("set", binary, "b")
    await redis.zadd("zset", {binary: 1795611821100.25, "b": float("inf")})
    await redis.xadd("stream of alerts", {binary: binary})
    before = (await everything(world))[1]
    await back_up(with_index=False)
    await redis.flushall()

    assert await restore(with_index=False) == []

    after = (await everything(world))[1]
    assert after == before
    assert after.keys() == {"string", "ends", "hash", "list", "set", "zset", "stream of alerts"}


async def test_what_has_expired_since_the_backup_does_not_come_back(
    world: World, back_up: Backup, restore: Any
) -> None:
    await world.redis.set("stays", "x")
    await world.redis.set("ends", "x", px=300)
    await back_up(with_index=False)

    async def ended() -> bool:
        return not await world.redis.exists("ends")

    await eventually(ended)
    assert await restore(with_index=False) == []
    assert await world.redis.keys() == [b"stays"]


async def test_a_stream_of_nothing_keeps_its_place_and_its_group(world: World, back_up: Backup, restore: Any) -> None:
    entry = await world.add(b"x")
    await world.redis.xgroup_create(ARTICLES_STREAM, INDEXER_GROUP, id="0")
    await world.redis.xreadgroup(INDEXER_GROUP, "one", {ARTICLES_STREAM: ">"})
    await world.redis.xack(ARTICLES_STREAM, INDEXER_GROUP, entry)
    await world.redis.xdel(ARTICLES_STREAM, entry)
    await back_up(with_index=False)
    await world.redis.flushall()
    assert await restore(with_index=False) == []
    assert await world.pending() == 0
    assert (await world.redis.xinfo_stream(ARTICLES_STREAM))["last-generated-id"].decode() == entry


async def test_nothing_is_known_after_a_restore_that_was_accepted_after_the_stream_was_read(
    world: World,
    run_indexer: IndexerFactory,
    run_ingest: IngestFactory,
    back_up: Backup,
    restore: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else posting it again would be answered with `unchanged`, and it would be lost."""
    read_entries = streams.read_entries
    late = {"id": "late", "title": "Late", "body": "It came while the backup was taken."}
    early = {"id": "early", "title": "Early", "body": "It came before."}
    async with run_ingest() as client:
        await client.post("/v1/articles", json=early)

        async def then_one_comes(redis: Any, head: streams.Head, after: str = "0-0") -> Any:
            async for page in read_entries(redis, head, after):
                yield page
            await client.post("/v1/articles", json=late)

        monkeypatch.setattr(streams, "read_entries", then_one_comes)
        await back_up(with_index=False)
    monkeypatch.setattr(streams, "read_entries", read_entries)
    await world.redis.flushall()
    await restore(with_index=False)

    assert await world.redis.exists(article_key("local:early"))
    async with run_indexer(), run_ingest() as client:
        answers = [(await client.post("/v1/articles", json=one)).json()["status"] for one in (early, late)]
        await world.settled()
        assert answers == ["unchanged", "accepted"]
        assert {hit["_id"] for hit in await world.found()} == {"local:early", "local:late"}


async def test_a_dead_letter_that_is_sent_again_meanwhile_is_not_missed(
    world: World, run_indexer: IndexerFactory, back_up: Backup, restore: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_indexer():
        await world.add(b"no event")
        await world.settled()
    read_head = streams.read_head

    async def then_it_is_sent_again(redis: Any, stream: bytes) -> Any:
        head = await read_head(redis, stream)
        if stream == ARTICLES_STREAM.encode():
            wanted = Wanted()
            await replay(redis, [kept async for kept in look_through(redis, wanted)])
        return head

    monkeypatch.setattr(streams, "read_head", then_it_is_sent_again)
    await back_up(with_index=False)
    monkeypatch.setattr(streams, "read_head", read_head)
    assert await world.redis.xlen(DEAD_LETTERS_STREAM) == 0
    await asleep(world)
    await restore(replace=True, with_index=False)
    assert await world.redis.xlen(DEAD_LETTERS_STREAM) == 1


async def test_a_stack_that_holds_something_is_left_alone_unless_told_otherwise(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, back_up: Backup, restore: Any
) -> None:
    await fill(world, run_indexer, run_ingest)
    before = await everything(world)
    await back_up()
    await world.add(event("local:more", 1))
    await asleep(world)
    with pytest.raises(CannotRestore, match=r"entries of articles.*--replace"):
        await restore()
    assert await restore(replace=True) == []
    assert (await everything(world))[0] == before[0]


async def test_nothing_is_restored_while_an_indexer_reads(
    world: World, run_indexer: IndexerFactory, back_up: Backup, restore: Any
) -> None:
    async with run_indexer("awake"):
        await back_up()
        with pytest.raises(CannotRestore, match=r"awake reads articles.*stop ingest"):
            await restore(replace=True)


async def test_a_damaged_backup_is_refused_before_anything_is_touched(
    world: World, back_up: Backup, restore: Any, tmp_path: Path
) -> None:
    await world.redis.set("one", "x")
    manifest = await back_up(with_index=False)
    path = tmp_path / "backup" / manifest.files[0].name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(CannotRestore, match="not as it was written"):
        await restore(replace=True, with_index=False)
    path.unlink()
    with pytest.raises(CannotRestore, match="is missing"):
        await restore(replace=True, with_index=False)
    assert await world.redis.get("one") == b"x"


async def test_what_differs_after_a_restore_is_told(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, back_up: Backup, tmp_path: Path
) -> None:
    await fill(world, run_indexer, run_ingest)
    await world.redis.set("one", "x")
    manifest = await back_up()
    restoring = Restore(world.redis, world.index, manifest, tmp_path / "backup", quiet, lambda: datetime.now(UTC))
    assert await restoring.verify(True) == []

    await world.redis.set("one", "y")
    await world.redis.xtrim(DEAD_LETTERS_STREAM, maxlen=0)
    await world.redis.xack(ARTICLES_STREAM, INDEXER_GROUP, *[one["message_id"] for one in await pending(world)])
    await world.index.delete(index=world.names.write, id="local:two", params={"refresh": "true"})
    told = " ".join(await restoring.verify(True))

    for place in (world.names.articles_index, "one is another", DEAD_LETTERS_STREAM, "its groups"):
        assert place in told


async def pending(world: World) -> list[dict[str, Any]]:
    found: Any = await world.redis.xpending_range(ARTICLES_STREAM, INDEXER_GROUP, "-", "+", 10)
    return list(found)


async def asleep(world: World) -> None:
    """Lets the consumers be as idle as those of yesterday."""
    for one in await world.redis.xinfo_consumers(ARTICLES_STREAM, INDEXER_GROUP):
        await world.redis.xgroup_delconsumer(ARTICLES_STREAM, INDEXER_GROUP, one["name"])
