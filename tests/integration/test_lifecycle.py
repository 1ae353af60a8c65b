"""An article's life over HTTP: corrected, withdrawn, restored, remembered; on real servers."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from schemas.streams import ARTICLES_STREAM, CHANGES_STREAM, EVENT_FIELD, article_key
from tests.integration.conftest import IndexerFactory, IngestFactory, World, eventually, instant

ARTICLE = {"id": "a-1", "title": "A pact on rare earth", "body": "Ministers signed it in the port city on Monday."}
ID = "local:a-1"
PATH = f"/v1/articles/{quote(ID, safe='')}"


async def events(world: World) -> list[dict[str, Any]]:
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    return [orjson.loads(fields[EVENT_FIELD.encode()]) for _, fields in entries]


async def post(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/v1/articles", json={**ARTICLE, **fields})
    assert answer.is_success, answer.text
    return dict(answer.json())


async def test_a_withdrawn_article_never_comes_back(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        await post(client)
        await world.settled()
        assert [hit["_id"] for hit in await world.found()] == [ID]

        withdrawn = await client.delete(PATH)
        assert (withdrawn.status_code, withdrawn.json()["kind"]) == (202, "withdrawn")
        await world.settled()
        assert await world.found() == []
        assert (await client.get(PATH)).json()["status"] == "withdrawn"
        tombstone = (await world.document(ID) or {})["_source"]
        assert tombstone["status"] == "withdrawn"
        assert not {"title", "body", "summary", "tags"} & set(tombstone)

        again = await post(client)
        other = await post(client, body="Another text of it.", updated_at=instant(-3600))
        assert [again["status"], other["status"]] == ["superseded", "superseded"]
        assert "withdrawn" in again["warnings"][-1]["detail"]
        assert (await client.delete(PATH)).json()["status"] == "unchanged"
        await world.settled()
        assert await world.found() == []


async def test_a_withdrawn_article_stands_again_when_its_publisher_says_so(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        await post(client, version=3)
        await client.delete(PATH)
        assert (await post(client, version=3, body="Other."))["status"] == "superseded"
        assert (await post(client, version=4))["status"] == "accepted"
        await client.delete(PATH)
        assert (await client.post("/v1/articles?republish=true", json={**ARTICLE, "version": 4})).status_code == 202
        await world.settled()
        assert [hit["_id"] for hit in await world.found()] == [ID]


async def test_a_withdrawal_that_comes_first_wins_over_an_older_article(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        assert (await client.delete(PATH)).status_code == 202
        assert (await post(client, updated_at=instant(-60)))["status"] == "superseded"
        assert (await post(client))["status"] == "superseded"
        await world.settled()
        assert await world.found() == []
    assert len(await events(world)) == 1


async def test_what_redis_has_forgotten_the_index_knows(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        await post(client, version=2)
        await post(client, id="gone")
        await client.delete("/v1/articles/local%3Agone")
        await post(client, id="held", version=5, embargoed_until=instant(3600))
        await world.settled()
        for one in (ID, "local:gone", "local:held"):
            await world.redis.delete(article_key(one))
        answers = [
            await post(client, version=1, body="Older."),
            await post(client, version=2),
            await post(client, id="gone", body="Back?"),
            await post(client, id="held", version=4, body="Older."),
        ]
        assert [answer["status"] for answer in answers] == ["superseded", "unchanged", "superseded", "superseded"]
        assert (await client.delete("/v1/articles/local%3Agone")).json()["status"] == "unchanged"
        corrected = await post(client, version=3, body="Corrected.")
        assert (corrected["status"], corrected["kind"]) == ("accepted", "corrected")
    assert (await events(world))[-1]["data"]["changed"] == ["body"]


async def test_without_the_index_articles_are_accepted_all_the_same(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(opensearch_url="http://127.0.0.1:9") as client:
        assert (await post(client))["status"] == "accepted"
        assert (await client.get(f"{PATH}/history")).status_code == 503


async def test_the_history_tells_each_version_and_what_changed(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        first = await post(client, tags=["Trade"], url="https://quay.example/pact")
        await post(client, tags=["Trade"], url="https://quay.example/pact", body="Corrected.", correction="The port.")
        await client.delete(PATH)
        await world.settled()
        history = (await client.get(f"{PATH}/history")).json()
        assert (await client.get("/v1/articles/local%3Anever/history")).status_code == 404
        assert (await client.get("/v1/articles/other%3Aa-1/history")).status_code == 403
    assert history["id"] == ID
    withdrawn, corrected, published = history["versions"]
    assert [one["kind"] for one in history["versions"]] == ["withdrawn", "corrected", "published"]
    assert published["version"] == first["version"] == corrected["supersedes"]
    assert corrected["version"] == withdrawn["supersedes"]
    assert corrected["changed"] == ["body", "correction"]
    assert corrected["correction"] == "The port."
    assert "changed" not in published or published["changed"] == []
    assert {one["publisher"] for one in history["versions"]} == {"local"}
    assert not any("article" in one or "body" in one for one in history["versions"])


async def everything(client: httpx.AsyncClient, since: str | None, limit: int) -> tuple[list[dict[str, Any]], str]:
    """Asks on until there is no more; what was told, and where to go on."""
    told: list[dict[str, Any]] = []
    while True:
        query: dict[str, str | int] = {"limit": limit, **({"since": since} if since else {})}
        answer = (await client.get("/v1/changes", params=query)).json()
        told += answer["changes"]
        since = answer["next"]
        if not answer["more"]:
            return told, since


async def test_the_feed_of_changes_goes_on_where_one_stopped_without_gaps_or_repeats(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        assert (await client.get("/v1/changes")).json() == {"changes": [], "next": "0-0", "more": False}
        await asyncio.gather(*(post(client, id=str(number)) for number in range(25)))
        await world.settled()
        first, cursor = await everything(client, None, 4)
        assert sorted(int(one["id"].partition(":")[2]) for one in first) == list(range(25))
        assert {one["kind"] for one in first} == {"published"}

        await post(client, id="7", body="Corrected.")
        await world.settled()
        await client.delete("/v1/articles/local%3A8")
        await world.settled()
        then, end = await everything(client, cursor, 1)
        assert [(one["id"], one["kind"]) for one in then] == [("local:7", "corrected"), ("local:8", "withdrawn")]
        assert (await everything(client, end, 10))[0] == []
        for one in (*first, *then):
            assert (await everything(client, one["cursor"], 7))[0] == [*first, *then][[*first, *then].index(one) + 1 :]
        by_time, _ = await everything(client, first[0]["at"], 100)
        assert by_time == [*first, *then]


async def test_changes_that_are_no_longer_kept_are_gone(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        for number in range(3):
            await post(client, id=str(number))
        await world.settled()
        told, end = await everything(client, None, 10)
        await world.redis.xtrim(CHANGES_STREAM, maxlen=1, approximate=False)
        for old in ("0", told[0]["cursor"], "2001-01-01T00:00:00Z"):
            gone = await client.get("/v1/changes", params={"since": old})
            assert (gone.status_code, gone.json()["reason"]) == (410, "gone")
        assert (await client.get("/v1/changes", params={"since": end})).json()["changes"] == []
        assert len((await client.get("/v1/changes")).json()["changes"]) == 1
        ahead = await client.get("/v1/changes", params={"since": "99999999999999-0"})
        assert ahead.status_code == 410
        for wrong in ("yesterday", "1-2-3", "-"):
            assert (await client.get("/v1/changes", params={"since": wrong})).status_code == 422


async def test_an_embargoed_article_is_told_when_it_can_be_found(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        await post(client, embargoed_until=instant(3600))
        await world.settled()
        assert (await client.get("/v1/changes")).json()["changes"] == []
        await post(client, embargoed_until=instant(0.5))

        async def released() -> bool:
            return bool((await client.get("/v1/changes")).json()["changes"])

        await eventually(released)
        assert [hit["_id"] for hit in await world.found()] == [ID]


async def test_the_same_idempotency_key_gets_the_same_answer(world: World, run_ingest: IngestFactory) -> None:
    headers = {"Idempotency-Key": '"one"'}
    async with run_ingest() as client:
        first = await client.post("/v1/articles", json=ARTICLE, headers=headers)
        again = await client.post("/v1/articles", json=ARTICLE, headers=headers)
        other = await client.post("/v1/articles", json={**ARTICLE, "body": "Other."}, headers=headers)
        fresh = await client.post("/v1/articles", json=ARTICLE, headers={"Idempotency-Key": "two"})
        empty = await client.post("/v1/articles", json=ARTICLE, headers={"Idempotency-Key": ""})
    assert (first.status_code, again.status_code, again.content) == (202, 202, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert (other.status_code, other.json()["reason"]) == (422, "idempotency_key_reused")
    assert (fresh.status_code, fresh.json()["status"]) == (200, "unchanged")
    assert empty.status_code == 422
    assert len(await events(world)) == 1


async def test_a_refused_request_does_not_use_up_its_idempotency_key(world: World, run_ingest: IngestFactory) -> None:
    headers = {"Idempotency-Key": "one"}
    async with run_ingest() as client:
        assert (await client.post("/v1/articles", json={"title": "t"}, headers=headers)).status_code == 422
        assert (await client.post("/v1/articles", json=ARTICLE, headers=headers)).status_code == 202


async def test_one_of_two_requests_with_one_idempotency_key_at_one_moment_is_handled(
    world: World, run_ingest: IngestFactory
) -> None:
    headers = {"Idempotency-Key": "one"}
    async with run_ingest() as one, run_ingest() as other:
        posts = [client.post("/v1/articles", json=ARTICLE, headers=headers) for client in (one, other) * 4]
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*posts))
    assert statuses[0] == 202
    assert set(statuses) <= {202, 409}
    assert len(await events(world)) == 1


async def test_of_a_thousand_posts_in_any_order_each_article_ends_at_its_newest_version(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    posts = [(article, version) for article in range(50) for version in range(1, 21)]
    random.Random(4).shuffle(posts)
    queue = iter(posts)

    async def connection(client: httpx.AsyncClient) -> None:
        for article, version in queue:
            await post(client, id=str(article), version=version, body=f"Text number {version} of {article}.")

    async with run_ingest() as one, run_ingest() as other, run_indexer():
        await asyncio.gather(*(connection(client) for client in (one, other) * 4))
        await world.settled(60)
        documents = [hit["_source"] for hit in await world.found()]
    assert {document["id"]: document["version"] for document in documents} == {f"local:{n}": 20 for n in range(50)}
    assert all(document["body"].startswith("Text number 20 of") for document in documents)
    assert await world.dead_letters() == []


async def test_a_state_that_expires_at_once_changes_nothing_of_the_order(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest(receipt_ttl=timedelta(milliseconds=1)) as client, run_indexer():
        await post(client, version=2)
        await world.settled()
        assert (await post(client, version=1, body="Older."))["status"] == "superseded"
        assert (await post(client, version=3, body="Newer."))["status"] == "accepted"
        await world.settled()
        assert [hit["_source"]["version"] for hit in await world.found()] == [3]
