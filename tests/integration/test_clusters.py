"""Articles that say the same share a cluster, for good; on real servers."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from schemas.article import own_cluster
from schemas.streams import ARTICLES_STREAM, CLUSTER_BUCKETS, CLUSTER_SKETCHES, EVENT_FIELD, article_key
from services.cli.client import ClientSettings
from services.cli.search import find
from services.index.asked import Asked
from services.ingest.clusters import Clusters
from services.ingest.draft import Draft
from services.ingest.shingles import sketch
from services.publishers.changes import add_key, add_publisher
from services.publishers.file import change
from services.publishers.keys import new_key
from services.publishers.model import Publisher
from tests.conftest import Valkey
from tests.integration.conftest import IndexerFactory, IngestFactory, World

BRIDGE = (
    "The drawbridge at Orsa Sound stayed open on Tuesday after engineers found cracks in both hinges. Commuters waited "
    "three hours while divers inspected the foundations and photographed the damage. Ferries will carry passengers "
    "between Quayside and Northbank every twenty minutes, free of charge, the harbor authority announced."
)
EDITED = BRIDGE.replace("free of charge, ", "").replace("Commuters", "Drivers").replace("on Tuesday ", "")
BEES = (
    "Beekeepers around Lake Tiverton lost a third of their colonies this winter, their association reported. Mild "
    "autumn weather kept the insects flying too long. Growers of almonds and apples intend to rent hives from abroad."
)


async def post(client: httpx.AsyncClient, article_id: str, body: str, key: str | None = None, **more: Any) -> None:
    article = {"id": article_id, "title": f"Report {article_id}", "body": body, **more}
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = await client.post("/v1/articles", json=article, headers=headers)
    assert answer.json()["status"] == "accepted", answer.text


async def clusters(world: World) -> list[str]:
    """The cluster of each event on the stream."""
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    return [orjson.loads(fields[EVENT_FIELD.encode()])["data"]["cluster_id"] for _, fields in entries]


def key_of(path: Path, name: str) -> str:
    new = new_key(datetime.now(UTC))
    change(path, lambda registry: add_publisher(registry, Publisher(name=name)))
    change(path, lambda registry: add_key(registry, name, new.key))
    return new.text


async def test_copies_of_two_publishers_share_a_cluster_of_which_a_search_can_show_one(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, tmp_path: Path
) -> None:
    quay, pier = (key_of(tmp_path / "publishers.json", name) for name in ("quay", "pier"))
    async with run_ingest(key=None, publishers_file=tmp_path / "publishers.json") as client, run_indexer():
        await post(client, "1", BRIDGE, quay)
        await post(client, "2", EDITED, pier)
        await post(client, "3", BEES, pier)
        await world.settled()
    found = {hit["_id"]: hit["_source"]["cluster_id"] for hit in await world.found()}
    assert found == {
        "quay:1": own_cluster("quay:1"),
        "pier:2": own_cluster("quay:1"),
        "pier:3": own_cluster("pier:3"),
    }
    settings = ClientSettings(
        opensearch_url=world.ingest_settings.opensearch_url, index_prefix=world.names.articles[:-8]
    )
    every = await find(settings, Asked("report"), collapse=False)
    collapsed = await find(settings, Asked("report"), collapse=True)
    assert (every["total"], len(every["hits"])) == (3, 3)
    assert (collapsed["total"], collapsed["clusters"], len(collapsed["hits"])) == (3, 2, 2)
    (shown,) = (hit for hit in collapsed["hits"] if hit["id"] != "pier:3")
    assert {shown["id"], shown["also"][0]["id"]} == {"quay:1", "pier:2"}
    assert shown["copies"] == 1


async def test_a_correction_stays_in_its_cluster_whatever_it_says(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        await post(client, "bridge", BRIDGE)
        await post(client, "bees", BEES)
        await post(client, "bees", BRIDGE)
        await post(client, "late", EDITED)
    bridge, bees = own_cluster("local:bridge"), own_cluster("local:bees")
    assert await clusters(world) == [bridge, bees, bees, bridge]


async def test_two_versions_in_one_batch_share_the_cluster_of_the_first(
    world: World, run_ingest: IngestFactory
) -> None:
    versions = [{"id": "bees", "title": "Bees", "body": body, "version": n} for n, body in ((1, BEES), (2, BRIDGE))]
    async with run_ingest() as client:
        await post(client, "bridge", BRIDGE)
        lines = b"\n".join(map(orjson.dumps, versions))
        answer = await client.post(
            "/v1/articles/batch", content=lines, headers={"Content-Type": "application/x-ndjson"}
        )
        assert answer.is_success
    assert await clusters(world) == [own_cluster("local:bridge"), *[own_cluster("local:bees")] * 2]


async def test_a_text_belongs_with_the_newest_version_of_an_article_too(
    world: World, run_ingest: IngestFactory
) -> None:
    async with run_ingest() as client:
        await post(client, "live", "More to follow.")
        await post(client, "live", BRIDGE)
        await post(client, "copy", EDITED)
    assert set(await clusters(world)) == {own_cluster("local:live")}


async def forget(world: World, *patterns: str) -> None:
    for pattern in patterns:
        async for key in world.redis.scan_iter(f"{pattern}*"):
            await world.redis.delete(key)


async def test_a_correction_keeps_its_cluster_after_redis_has_forgotten_it(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        await post(client, "first", BRIDGE)
        await post(client, "copy", EDITED)
        await world.settled()
        await forget(world, "clusters:", article_key(""))
        await post(client, "copy", BEES)
        await world.settled()
    document = await world.document("local:copy")
    assert document is not None
    assert document["_source"]["body"] == BEES
    assert document["_source"]["cluster_id"] == own_cluster("local:first")


async def test_a_restored_article_keeps_its_cluster_after_redis_has_forgotten_it(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        await post(client, "first", BRIDGE)
        await post(client, "copy", EDITED)
        assert (await client.delete("/v1/articles/local:copy")).is_success
        await world.settled()
        await forget(world, "clusters:", article_key(""))
        restored = await client.post("/v1/articles?republish=true", json={"id": "copy", "title": "t", "body": BEES})
        assert restored.json()["status"] == "accepted"
        await world.settled()
    document = await world.document("local:copy")
    assert document is not None
    assert document["_source"]["cluster_id"] == own_cluster("local:first")


async def test_eight_copies_at_one_moment_through_two_processes_end_in_one_cluster(
    world: World, run_ingest: IngestFactory
) -> None:
    async with run_ingest() as one, run_ingest() as other:
        texts = [BRIDGE.replace("twenty", f"{number}0") for number in range(1, 9)]
        await asyncio.gather(*(post((one, other)[n % 2], str(n), text) for n, text in enumerate(texts)))
    assert len(set(await clusters(world))) == 1


async def test_the_same_article_again_never_changes_its_cluster(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        await post(client, "first", BRIDGE)
        await forget(world, article_key(""))
        await post(client, "first", BRIDGE)
        await forget(world, "clusters:")
        await post(client, "between", EDITED)
        answer = await client.post("/v1/articles?republish=true", json={"id": "first", "title": "t", "body": EDITED})
        assert answer.json()["status"] == "accepted"
    first, between = own_cluster("local:first"), own_cluster("local:between")
    assert await clusters(world) == [first, first, between, first]


async def test_a_preview_tells_the_cluster_and_leaves_nothing_behind(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        await post(client, "first", BRIDGE)
        before = sorted(await world.redis.keys("*"))
        kept = await world.redis.mget(await world.redis.keys(f"{CLUSTER_BUCKETS}*"))
        copy = (await client.post("/v1/preview", json={"id": "copy", "title": "t", "body": EDITED})).json()
        other = (await client.post("/v1/preview", json={"id": "bees", "title": "t", "body": BEES})).json()
        same = (await client.post("/v1/preview", json={"id": "first", "title": "t", "body": BEES})).json()
        assert sorted(await world.redis.keys("*")) == before
        assert await world.redis.mget(await world.redis.keys(f"{CLUSTER_BUCKETS}*")) == kept
    assert copy["article"]["cluster_id"] == same["article"]["cluster_id"] == own_cluster("local:first")
    assert copy["explained"]["cluster"] == "that of an earlier text which says much the same"
    assert other["article"]["cluster_id"] == own_cluster("local:bees")
    assert other["explained"]["cluster"].startswith("its own")


def draft(article_id: str, body: str) -> Draft:
    return Draft(publisher="quay", title="t", body=body, id=article_id, sketch=sketch(body))


async def test_an_article_is_its_own_cluster_while_redis_has_no_answer(world: World, valkey: Valkey) -> None:
    known = Clusters(world.redis, timedelta(days=1), 100)
    drafts = [draft("quay:1", BRIDGE), draft("quay:2", BRIDGE)]
    valkey.stop()
    await known.assign(drafts)
    assert [one.cluster_id for one in drafts] == [own_cluster("quay:1"), own_cluster("quay:2")]
    assert await known.look_up(drafts[1]) == own_cluster("quay:2")


async def test_an_article_is_its_own_cluster_while_redis_is_full(world: World) -> None:
    known = Clusters(world.redis, timedelta(days=1), 100)
    await world.redis.config_set("maxmemory", 1)
    full = draft("quay:1", BRIDGE)
    await known.assign([full])
    assert full.cluster_id == own_cluster("quay:1")


async def test_what_redis_keeps_is_bounded_in_number_and_in_time(world: World) -> None:
    known = Clusters(world.redis, timedelta(minutes=5), 10)
    for number in range(40):
        text = f"{BEES} In volume {number}, " + " ".join(f"chapter{number} page{number}{page}" for page in range(60))
        await known.assign([draft(f"quay:{number}", text)])
    buckets, ring = await world.redis.keys(f"{CLUSTER_BUCKETS}*"), await world.redis.keys(f"{CLUSTER_SKETCHES}*")
    assert len(ring) == 10
    assert len(buckets) <= 20
    assert max([await world.redis.strlen(bucket) for bucket in buckets]) <= 96
    assert all([0 < await world.redis.pttl(key) <= 300_000 for key in (*buckets, *ring)])


async def test_one_whose_place_another_has_taken_is_not_met(world: World) -> None:
    known = Clusters(world.redis, timedelta(minutes=5), 1)
    drafts = [draft("quay:1", BRIDGE), draft("quay:2", BEES), draft("quay:3", BRIDGE)]
    await known.assign(drafts)
    assert drafts[2].cluster_id == own_cluster("quay:3")


async def test_the_first_of_many_copies_gives_its_cluster_when_its_own_entries_are_long_gone(world: World) -> None:
    known = Clusters(world.redis, timedelta(minutes=5), 100)
    for number in range(30):
        one = draft(f"quay:{number}", BRIDGE)
        await known.assign([one])
        assert one.cluster_id == own_cluster("quay:0")
