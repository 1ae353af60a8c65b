"""Formats over HTTP: answered item by item, changed and withdrawn by their own means, previewed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from schemas.streams import ARTICLES_STREAM, EVENT_FIELD
from tests.integration.conftest import IndexerFactory, IngestFactory, World, eventually

XML = {"Content-Type": "application/xml"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>urn:quay</id><title>Quay</title><updated>2026-10-02T00:00:00Z</updated>
<entry><id>urn:quay:1</id><title>Pilots strike</title><updated>2026-10-01T09:00:00Z</updated>
<link href="https://quay.example/1"/><content type="html">&lt;p&gt;Pilots voted on Monday.&lt;/p&gt;</content></entry>
<entry><id>urn:quay:2</id><updated>2026-10-01T09:00:00Z</updated></entry>
<entry><id>urn:quay:3</id><title>Owners ask for mediation</title><updated>2026-10-01T10:00:00Z</updated>
<link href="https://quay.example/3"/><summary>They wrote to the port.</summary></entry>
</feed>"""
GONE = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>urn:quay</id><title>Quay</title><updated>2026-10-03T00:00:00Z</updated>
<at:deleted-entry ref="urn:quay:{number}" when="{when}"/></feed>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://quay.example/{name}</loc><news:news>
<news:publication><news:name>Quay Wire</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-10-01T07:00:00Z</news:publication_date><news:title>Pilots strike at night</news:title>
</news:news></url></urlset>"""


async def events(world: World) -> list[dict[str, Any]]:
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    return [orjson.loads(fields[EVENT_FIELD.encode()]) for _, fields in entries]


async def post(
    client: httpx.AsyncClient, body: str | bytes, headers: Mapping[str, str], **query: str
) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    return await client.post("/v1/articles", content=content, headers=headers, params=query)


async def test_a_feed_is_answered_item_by_item(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        first = await post(client, FEED, XML)
        again = await post(client, FEED, {"Content-Type": "text/xml"})
    assert first.status_code == 202
    items = first.json()["items"]
    assert [item["status"] for item in items] == ["accepted", "rejected", "accepted"]
    assert items[1]["problem"]["reason"] == "invalid_field"
    assert items[1]["pointer"].startswith("/feed/entry")
    assert again.status_code == 200
    assert [item["status"] for item in again.json()["items"]] == ["unchanged", "rejected", "unchanged"]
    titles = [event["data"]["title"] for event in await events(world)]
    assert titles == ["Pilots strike", "Owners ask for mediation"]


async def test_a_body_of_nothing_but_refused_items_is_refused(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        answer = await post(client, b'[{"title": "t"}, {"body": "b"}]', JSON)
    assert answer.status_code == 422
    assert [item["problem"]["errors"][0]["pointer"] for item in answer.json()["items"]] == ["/0/body", "/1/title"]
    assert await events(world) == []


async def test_fields_of_one_article_beside_many_are_refused(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        refused = await post(client, FEED, XML, url="https://quay.example/all")
        taken = await post(client, FEED, XML, tags="Ports", language="de")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/url"]
    assert taken.status_code == 202
    assert all("ports" in event["data"]["tags"] for event in await events(world))
    assert {event["data"]["language"] for event in await events(world)} == {"de"}


async def test_a_deleted_entry_withdraws_and_comes_before_its_entry_as_well(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        gone = await post(client, GONE.format(number=3, when="2026-10-01T11:00:00Z"), XML)
        assert [item["kind"] for item in gone.json()["items"]] == ["withdrawn"]
        posted = (await post(client, FEED, XML)).json()["items"]
        assert [item["status"] for item in posted] == ["accepted", "rejected", "superseded"]
        earlier = await post(client, GONE.format(number=1, when="2026-09-01T00:00:00Z"), XML)
        assert earlier.json()["items"][0]["status"] == "superseded"
        later = await post(client, GONE.format(number=1, when="2026-10-02T00:00:00Z"), XML)
        assert later.json()["items"][0]["status"] == "accepted"
        await world.settled()
        assert await world.found() == []


async def test_a_hint_waits_for_its_article(world: World, run_ingest: IngestFactory) -> None:
    page = "Harbor pilots voted on Tuesday to stop work for three days, the union said after the count in the port."
    async with run_ingest() as client:
        hint = await post(client, SITEMAP.format(name="1?utm_source=x"), XML)
        assert hint.status_code == 202
        assert [(item["status"], item["kind"]) for item in hint.json()["items"]] == [("accepted", "hint")]
        assert await events(world) == []
        await client.post("/v1/articles", json={"title": "Own title", "body": page, "url": "https://quay.example/1"})
    (event,) = await events(world)
    assert event["data"]["title"] == "Own title"
    assert event["data"]["published_at"] == "2026-10-01T07:00:00Z"
    assert event["data"]["source"] == "Quay Wire"


async def test_a_hint_fills_what_a_known_article_lacks_and_nothing_else(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        article = {"id": "one", "title": "Own title", "body": "Pilots voted.", "url": "https://quay.example/1"}
        await client.post("/v1/articles", json=article)
        await world.settled()
        filled = (await post(client, SITEMAP.format(name="1"), XML)).json()["items"][0]
        assert (filled["id"], filled["status"], filled["kind"]) == ("local:one", "accepted", "corrected")
        assert (await client.post("/v1/articles", json=article)).json()["status"] == "unchanged"
        await world.settled()
        again = (await post(client, SITEMAP.format(name="1"), XML)).json()["items"][0]
        assert again["kind"] == "hint"
        (document,) = await world.found()
    assert document["_source"]["title"] == "Own title"
    assert document["_source"]["published_at"] == "2026-10-01T07:00:00Z"
    assert len(await events(world)) == 2


async def test_a_preview_of_a_withdrawal_or_a_hint_has_no_effect(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        for body, headers in (("action=delete&url=https://quay.example/1", FORM), (SITEMAP.format(name="1"), XML)):
            assert (await client.post("/v1/preview", content=body.encode(), headers=headers)).status_code == 200
        article = {"title": "t", "body": "b", "url": "https://quay.example/1"}
        assert (await client.post("/v1/articles", json=article)).status_code == 202
    assert "published_at" not in (await events(world))[0]["data"]


async def test_an_embargo_that_is_no_date_publishes_nothing(world: World, run_ingest: IngestFactory) -> None:
    ninjs = {"uri": "urn:x:1", "pubstatus": "usable", "headline": "h", "embargoed": 1799999999}
    async with run_ingest() as client:
        answer = await post(client, orjson.dumps(ninjs), JSON)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/embargoed"]
    assert await events(world) == []


async def test_a_hint_that_cannot_be_used_spoils_no_article(world: World, run_ingest: IngestFactory) -> None:
    odd = SITEMAP.format(name="1").replace("<news:language>en<", f"<news:language>{'e' * 300}<")
    async with run_ingest() as client:
        hint = await post(client, odd, XML)
        assert hint.json()["items"][0]["warnings"]
        answer = await client.post("/v1/articles", json={"title": "t", "body": "b", "url": "https://quay.example/1"})
        undelete = await post(client, "action=undelete&url=http%3A%2F%2F%5B%3A%3A", FORM)
    assert answer.status_code == 202
    assert undelete.status_code == 422
    assert (await events(world))[0]["data"]["published_at"] == "2026-10-01T07:00:00Z"


async def test_an_address_that_was_withdrawn_keeps_its_article_out(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        gone = await post(client, "action=delete&url=https%3A%2F%2Fquay.example%2F1", FORM)
        assert (gone.status_code, gone.json()["kind"]) == (202, "withdrawn")
        late = await client.post(
            "/v1/articles", json={"id": "x", "title": "t", "body": "b", "url": "https://quay.example/1"}
        )
        assert late.json()["status"] == "superseded"
        assert late.json()["warnings"]
        await world.settled()
        assert await world.found() == []


async def test_micropub_creates_updates_deletes_and_undeletes(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        created = await post(client, "h=entry&name=Pilots+strike&content=Pilots+voted.&category[]=ports", FORM)
        assert created.status_code == 202
        location = created.headers["location"]
        update: dict[str, Any] = {
            "action": "update",
            "url": f"https://desk.example{location}",
            "replace": {"content": ["Pilots voted on Monday."]},
            "add": {"category": ["Labour"]},
        }
        updated = await post(client, orjson.dumps(update), JSON)
        assert updated.status_code == 202, updated.text
        assert updated.json()["kind"] == "corrected"
        await world.settled()
        (document,) = [hit["_source"] for hit in await world.found()]
        assert document["body"] == "Pilots voted on Monday."
        assert {"ports", "labour"} <= set(document["tags"])
        assert document["changed"] == ["body", "tags"]

        assert (await post(client, f"action=delete&url=https://desk.example{location}", FORM)).status_code == 202
        await world.settled()
        assert await world.found() == []
        restored = await post(client, f"action=undelete&url=https://desk.example{location}", FORM)
        assert restored.status_code == 202, restored.text
        await world.settled()
        (document,) = [hit["_source"] for hit in await world.found()]
        assert document["body"] == "Pilots voted on Monday."


async def test_a_micropub_client_may_ask_before_it_posts(run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        config = await client.get("/v1/articles", params={"q": "config"})
        other = await client.get("/v1/articles", params={"q": "category"})
    assert (config.status_code, config.json()) == (200, {"syndicate-to": []})
    assert other.status_code == 422


async def test_an_update_of_what_is_not_known_is_404(world: World, run_ingest: IngestFactory) -> None:
    update = {"action": "update", "url": "https://quay.example/never", "replace": {"name": ["x"]}}
    async with run_ingest() as client:
        answer = await post(client, orjson.dumps(update), JSON)
    assert answer.status_code in (404, 503)
    assert await events(world) == []


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_coded_body_is_unpacked(world: World, run_ingest: IngestFactory, coding: str) -> None:
    import gzip
    import zlib

    import brotli  # type: ignore[import-untyped]
    from backports import zstd

    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}[coding]
    article = b'{"title": "Pilots strike", "body": "Pilots voted."}'
    async with run_ingest(max_body_bytes=100_000) as client:
        headers = {**JSON, "Content-Encoding": coding}
        assert (await post(client, pack(article), headers)).status_code == 202
        bomb = await post(client, pack(b" " * 10_000_000), headers)
        corrupt = await post(client, pack(article)[:-3], headers)
        lines = {"Content-Type": "application/x-ndjson", "Content-Encoding": coding}
        batch = await client.post("/v1/articles/batch", content=pack(article + b"\n" + article), headers=lines)
    assert (bomb.status_code, bomb.json()["reason"]) == (413, "too_large")
    assert corrupt.status_code == 400
    assert batch.content.count(b'"unchanged"') == 2
    assert len(await events(world)) == 1


async def test_a_preview_explains_and_publishes_nothing(world: World, run_ingest: IngestFactory) -> None:
    article = {
        "id": "a",
        "title": "US and Japan Sign Rare Earth Pact",
        "body": "Ministers of the United States and Japan signed it on Monday.",
        "tags": ["Harbor Fees"],
        "published_at": "2026-10-01T07:00:00Z",
    }
    async with run_ingest() as client:
        preview = (await client.post("/v1/preview", json=article)).json()
        several = (await client.post("/v1/preview", content=FEED.encode(), headers=XML)).json()
        gone = GONE.format(number=1, when="2026-10-02T00:00:00Z").encode()
        withdrawal = (await client.post("/v1/preview", content=gone, headers=XML)).json()
        refused = await client.post("/v1/preview", json={"title": "t"})
        assert (await client.get("/v1/articles/local%3Aa")).status_code == 404
    assert preview["article"]["id"] == "local:a"
    assert preview["article"]["published_at"] == "2026-10-01T07:00:00Z"
    explained = preview["explained"]
    assert set(explained["tags"]) == set(preview["article"]["tags"])
    assert "Harbor Fees" in explained["tags"]["harbor-fees"]
    assert explained["dates"] == {"published_at": "/published_at"}
    assert explained["language"].startswith("recognized from the text with a confidence of ")
    assert explained["date_flags"] == {}
    assert several["items"][0]["article"]["title"] == "Pilots strike"
    assert several["items"][1]["status"] == "rejected"
    assert withdrawal["items"][0]["withdrawal"]["id"] == "local:urn:quay:1"
    assert refused.status_code == 422
    assert await events(world) == []


async def test_a_preview_of_a_page_tells_each_line_that_goes(run_ingest: IngestFactory) -> None:
    page = """Home\n\nHarbor Pilots Vote To Strike Over Night Shifts\n
Pilots in the northern harbor voted on Tuesday to stop work for three days, the union said after the count. The vote was
close, and the result surprised the shipping lines that had expected a delay of two weeks at least in the dispute.\n
© 2026 Quay Wire. All Rights Reserved."""
    html = f"""<html><head><title>Pilots strike | Quay</title></head><body><nav>Home Markets</nav><article><h1>Pilots
strike</h1><p>{page.split(chr(10))[4]} {page.split(chr(10))[5]}</p></article>
<footer>Imprint of Quay</footer></body></html>"""
    async with run_ingest() as client:
        text = await client.post("/v1/preview", content=page.encode(), headers={"Content-Type": "text/plain"})
        whole = await client.post("/v1/preview", content=html.encode(), headers={"Content-Type": "text/html"})
    removed = {one["line"]: one["reason"] for one in text.json()["explained"]["removed"]}
    assert removed == {
        "Home": "known furniture: menu",
        "© 2026 Quay Wire. All Rights Reserved.": "known furniture: legal notice",
    }
    lines = {one["line"] for one in whole.json()["explained"]["removed"]}
    assert "Imprint of Quay" in lines


@pytest.mark.parametrize("year", ["0001", "2999"])
async def test_an_impossible_date_is_refused(world: World, run_ingest: IngestFactory, year: str) -> None:
    article = {"title": "t", "body": "b", "published_at": f"{year}-01-01T00:00:00Z"}
    async with run_ingest() as client:
        answer = await client.post("/v1/articles", json=article)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/published_at"]
    assert await events(world) == []


async def test_a_tomorrow_that_another_zone_explains_is_taken(run_ingest: IngestFactory) -> None:
    day = datetime.now(UTC).date().isoformat()
    async with run_ingest() as client:
        answer = await client.post("/v1/articles", json={"title": "t", "body": "b", "published_at": day})
    assert answer.status_code == 202


async def test_lines_of_one_batch_may_be_in_different_formats(world: World, run_ingest: IngestFactory) -> None:
    lines = [
        {"title": "Native", "body": "One."},
        {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Linked", "articleBody": "Two."},
        {"uri": "urn:x:3", "pubstatus": "usable", "headline": "Agency", "body_text": "Three.", "type": "text"},
        {"version": "https://jsonfeed.org/version/1.1", "title": "f", "items": [{"id": "4"}, {"id": "5"}]},
    ]
    body = b"\n".join(orjson.dumps(line) for line in lines)
    async with run_ingest() as client:
        batch = await client.post("/v1/articles/batch", content=body, headers={"Content-Type": "application/x-ndjson"})
    statuses = [orjson.loads(line)["status"] for line in batch.content.splitlines()]
    assert statuses == ["accepted", "accepted", "accepted", "rejected"]
    assert [event["data"]["title"] for event in await events(world)] == ["Native", "Linked", "Agency"]


async def test_an_embargoed_feed_item_is_told_of_when_due(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    ninjs = {"uri": "urn:x:1", "pubstatus": "usable", "headline": "h", "body_text": "b", "type": "text"}
    async with run_ingest() as client, run_indexer():
        late = await post(client, orjson.dumps({**ninjs, "embargoed": "2999-01-01T00:00:00Z"}), JSON)
        assert late.status_code == 202
        await world.settled()
        assert await world.found() == []
        cancelled = await post(client, orjson.dumps({**ninjs, "pubstatus": "canceled", "version": "9"}), JSON)
        assert cancelled.json()["kind"] == "withdrawn"

        async def buried() -> bool:
            return bool((await client.get("/v1/articles/local%3Aurn%3Ax%3A1")).json()["status"] == "withdrawn")

        await eventually(buried)
