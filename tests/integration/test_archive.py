"""The archive as ingest writes it, and everything rebuilt from it."""

import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import httpx
import orjson
import pytest

from services.backup import retention
from services.backup.retention import Rule
from services.ingest.app import running
from services.ingest.archive_files import Bucket, Directory, opened
from services.ingest.archive_replay import Clock, Found, Replay, Replayed, Wanted, submissions
from services.streams import build_broker
from tests.integration.conftest import IndexerFactory, IngestFactory, World

Rebuild = Callable[..., Awaitable[Replayed]]
_FEED = b"""<rss version="2.0"><channel><title>Quay</title><link>https://quay.example/</link><description>x</description>
<item><guid isPermaLink="false">f1</guid><title>Berth one</title><description>Berth one is dredged.</description></item>
<item><guid isPermaLink="false">f2</guid><title>Berth two</title><description>Berth two is not.</description></item>
</channel></rss>"""


@pytest.fixture
def rebuild(world: World, run_indexer: IndexerFactory) -> Rebuild:
    """Destroys everything, and replays the archive into what is empty then."""

    async def run(archive: Directory | Bucket, destroy: bool = True, wanted: Wanted = Wanted()) -> Replayed:  # noqa: B008
        if destroy:
            await world.redis.flushall()
            for name in (world.names.articles_index, world.names.held_index, world.names.versions_index):
                await world.index.indices.delete(index=name)
        clock, result, settings = Clock(datetime.now(UTC)), Replayed(), world.ingest_settings
        async with (
            run_indexer(),
            running(settings, build_broker(world.ingest_settings.redis_url, settings.redis_timeout), clock) as state,
        ):
            replay = Replay(state.desk, state.library, state.publishers, clock, world.settled, result)
            await replay.replay(list(submissions(archive, wanted, Found())))
            await world.settled()
        return result

    return run


async def documents(world: World) -> dict[str, Any]:
    """Every document but for when it was indexed."""
    found: dict[str, Any] = {}
    for alias in (world.names.write, world.names.held, world.names.versions):
        await world.index.indices.refresh(index=alias)
        answer = await world.index.search(index=alias, body={"size": 1000, "version": True})
        for hit in answer["hits"]["hits"]:
            source = {name: value for name, value in hit["_source"].items() if name != "indexed_at"}
            found[f"{alias} {hit['_id']}"] = (hit["_version"], source)
    return found


async def post_all_kinds(client: httpx.AsyncClient, world: World) -> None:
    """Posts, corrects, withdraws, restores and changes; also what is refused and what is known already."""
    one = {"id": "one", "title": "Tin", "body": "Tin ore is dear.", "url": "https://quay.example/tin"}
    lines = [{**one, "version": 1}, {"title": "no body"}, {"id": "two", "title": "Zinc", "body": "Zinc ore is cheap."}]
    form = {"Content-Type": "application/json"}
    answers = [
        await client.post(
            "/v1/articles/batch",
            content=b"\n".join(map(orjson.dumps, lines)),
            headers={"Content-Type": "application/x-ndjson"},
        ),
        await client.post("/v1/articles", json={**one, "version": 2, "title": "Tin again"}),
        await client.post("/v1/articles", json={**one, "version": 1}),
        await client.post(
            "/v1/articles?section=Ports&tags=harbor",
            content=b"A harbor\n\nThe harbor is shut today.",
            headers={"Content-Type": "text/plain; charset=utf-8"},
        ),
        await client.post("/v1/articles", content=_FEED, headers={"Content-Type": "application/rss+xml"}),
        await client.post(
            "/v1/articles",
            json={"id": "late", "title": "Late", "body": "Later.", "embargoed_until": "2099-01-01T00:00:00Z"},
        ),
        await client.delete("/v1/articles/local%3Atwo"),
        await client.delete("/v1/articles/local%3Anever-seen"),
    ]
    await world.settled()
    update = {"action": "update", "url": "https://quay.example/tin", "replace": {"content": ["Tin ore is dear again."]}}
    answers.append(await client.post("/v1/articles", json=update, headers=form))
    assert [answer.status_code for answer in answers] == [200, 202, 200, *[202] * 6]
    await world.settled()


async def test_from_the_archive_alone_everything_is_as_it_was(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, rebuild: Rebuild, tmp_path: Path
) -> None:
    async with run_indexer(), run_ingest(archive=str(tmp_path / "archive")) as client:
        await post_all_kinds(client, world)
    before = await documents(world)
    assert len(before) > 12

    result = await rebuild(Directory(tmp_path / "archive"))

    assert await documents(world) == before
    assert result.refused == []
    again = await rebuild(Directory(tmp_path / "archive"), destroy=False)
    assert await documents(world) == before
    assert again.published == 0


async def test_what_came_since_is_not_overwritten_by_a_replay(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, rebuild: Rebuild, tmp_path: Path
) -> None:
    async with run_indexer(), run_ingest(archive=str(tmp_path / "archive")) as client:
        await client.post("/v1/articles", json={"id": "one", "title": "Tin", "body": "Tin ore is dear."})
        await client.post("/v1/articles", json={"id": "two", "title": "Zinc", "body": "Zinc ore is dear."})
    async with run_indexer(), run_ingest() as client:
        await client.post("/v1/articles", json={"id": "one", "title": "Tin, corrected", "body": "Tin ore is cheap."})
        await client.delete("/v1/articles/local%3Atwo")
        await world.settled()
    before = await documents(world)
    await rebuild(Directory(tmp_path / "archive"), destroy=False)
    assert await documents(world) == before
    assert [hit["_source"]["title"] for hit in await world.found()] == ["Tin, corrected"]


async def test_nobody_is_told_of_what_a_replay_brings(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, rebuild: Rebuild, tmp_path: Path
) -> None:
    async with run_indexer(), run_ingest(archive=str(tmp_path / "archive")) as client:
        await client.post("/v1/articles", json={"id": "one", "title": "Tin", "body": "Tin ore is dear."})
        await world.settled()
        assert await world.redis.xlen("articles.changes") == 1
    await rebuild(Directory(tmp_path / "archive"))
    assert await world.redis.xlen("articles.changes") == 0
    assert len(await world.found()) == 1


async def test_what_was_refused_or_known_is_not_archived(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory, tmp_path: Path
) -> None:
    async with run_indexer(), run_ingest(archive=str(tmp_path / "archive")) as client:
        for article in ({"title": "no body"}, *[{"id": "one", "title": "Tin", "body": "Tin ore."}] * 2):
            await client.post("/v1/articles", json=article)
    assert len(list(submissions(Directory(tmp_path / "archive"), Wanted(), Found()))) == 1


async def test_an_archive_that_cannot_be_written_to_refuses_to_start(
    world: World, run_ingest: IngestFactory, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        async with run_ingest(archive=str(tmp_path / "file")):
            pass


class Store(BaseHTTPRequestHandler):
    """As much of S3 as a bucket of files needs. `refuses` counts down the requests that it answers with 503."""

    files: dict[str, bytes]
    refuses = 0

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.files[self._key()] = content
        self._answer(200, b"", {"ETag": '"x"'})

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if "list-type" in asked.query:
            prefix = parse_qs(asked.query).get("prefix", [""])[0]
            found = "".join(
                f"<Contents><Key>{key}</Key><Size>{len(content)}</Size><ETag>x</ETag>"
                "<LastModified>2026-11-25T12:00:00.000Z</LastModified></Contents>"
                for key, content in self.files.items()
                if key.startswith(prefix)
            )
            return self._answer(200, f"<ListBucketResult>{found}</ListBucketResult>".encode(), {})
        content = self.files[self._key()]
        return self._answer(200, content, {"ETag": '"x"', "Last-Modified": "Wed, 25 Nov 2026 12:00:00 GMT"})

    def do_POST(self) -> None:
        asked = ElementTree.fromstring(self.rfile.read(int(self.headers["Content-Length"])))
        keys = [one.text or "" for one in asked.iter() if one.tag.endswith("Key")]
        for key in keys:
            del self.files[key]
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode(), {})

    def do_DELETE(self) -> None:
        del self.files[self._key()]
        self._answer(204, b"", {})

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix("/bucket/")

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """The files of a bucket named `bucket`."""
    handler = type("OwnStore", (Store,), {"files": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
        for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("REGION", "us-east-1")):
            monkeypatch.setenv(f"AWS_{name}", value)
        yield handler.files  # type: ignore[attr-defined]
        server.shutdown()


async def test_a_bucket_gets_the_files_and_gives_everything_back(
    world: World,
    run_indexer: IndexerFactory,
    run_ingest: IngestFactory,
    rebuild: Rebuild,
    store: dict[str, bytes],
    tmp_path: Path,
) -> None:
    async with run_indexer(), run_ingest(archive="s3://bucket/news", spool_dir=tmp_path) as client:
        await client.post("/v1/articles", json={"id": "one", "title": "Tin", "body": "Tin ore is dear."})
        await world.settled()
    before = await documents(world)
    assert [name.startswith("news/20") for name in store] == [True]
    assert Directory(tmp_path / "archive").names() == []

    bucket = opened("s3://bucket/news")
    await rebuild(bucket)
    assert await documents(world) == before

    (name,) = bucket.names()
    bucket.remove(name)
    assert store == {}


async def test_tombstones_and_expired_articles_go_with_their_versions_when_they_are_old(
    world: World, run_indexer: IndexerFactory, run_ingest: IngestFactory
) -> None:
    ended = {"id": "ended", "title": "Fair", "body": "The fair is on.", "expires_at": "2026-01-01T00:00:00Z"}
    async with run_indexer(), run_ingest() as client:
        for article in (
            ended,
            {"id": "gone", "title": "Tin", "body": "Tin."},
            {"id": "stays", "title": "Z", "body": "Zinc."},
        ):
            await client.post("/v1/articles", json=article)
        await client.delete("/v1/articles/local%3Agone")
        await world.settled()
    now = datetime.now(UTC)
    too_young = [Rule.withdrawn_before(now - timedelta(days=1)), Rule.expired_before(datetime(2025, 1, 1, tzinfo=UTC))]
    old = [Rule.withdrawn_before(now + timedelta(minutes=1)), Rule.expired_before(now)]
    assert [await retention.count(world.index, world.names, rule) for rule in (*too_young, *old)] == [0, 0, 1, 1]

    removed = [sum([step async for step in retention.remove(world.index, world.names, rule)]) for rule in old]

    assert removed == [1, 1]
    left = await documents(world)
    assert {name.partition(":")[2].partition("@")[0] for name in left} == {"stays"}
