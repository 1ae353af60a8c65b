"""The ingest service over HTTP, against a real Valkey."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from schemas.events import ARTICLE_EVENT
from schemas.streams import ARTICLES_STREAM, EVENT_FIELD, article_key
from tests.conftest import Valkey
from tests.integration.conftest import IndexerFactory, IngestFactory, World

ARTICLE = {"id": "a-1", "title": "A pact on rare earth", "body": "Ministers signed it in the port city on Monday."}
PAGE = """Home

World

Harbor Pilots Vote To Strike Over Night Shifts

Table of Content

Union Says Talks Have Failed

Pilots in the northern harbor voted on Tuesday to stop work for three days, the union said after the count. The vote was
close, and the result surprised the shipping lines that had expected a delay of two weeks at least in the dispute.

Source: Quayside Wire

Recommended Article: Dorrin Vale Wins Chess Title

Owners called the vote a mistake and asked for mediation, which the union said that it would consider on Friday.

Tags :

Popular News

© 2026 Quayside Ledger. All Rights Reserved."""


async def events(world: World) -> list[dict[str, Any]]:
    entries: Any = await world.redis.xrange(ARTICLES_STREAM)
    return [orjson.loads(fields[EVENT_FIELD.encode()]) for _, fields in entries]


async def test_an_accepted_article_is_on_the_stream_as_a_cloudevent(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        answer = await client.post("/v1/articles", json={**ARTICLE, "tags": ["U.S.–Japan"], "version": 3})
        assert answer.status_code == 202
        body = answer.json()
        assert (body["id"], body["version"], body["status"]) == ("local:a-1", 3, "accepted")
        assert "us-japan" in body["tags"]
        assert body["links"]["receipt"] == "/v1/articles/local%3Aa-1"
        (event,) = await events(world)
        assert ARTICLE_EVENT.validate_python(event).data.id == "local:a-1"
        assert event["data"]["title"] == ARTICLE["title"]


async def test_the_publishers_trace_goes_on_in_the_event(world: World, run_ingest: IngestFactory) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with run_ingest() as client:
        await client.post("/v1/articles", json=ARTICLE, headers={"traceparent": trace})
    assert (await events(world))[0]["traceparent"] == trace


async def test_a_page_is_told_apart_and_takes_fields_from_the_query(world: World, run_ingest: IngestFactory) -> None:
    query = {
        "url": "https://Quayside.example:443/strike?utm_source=x&id=9#top",
        "published_at": "2026-10-28T09:30:00+0900",
        "tags": "Shipping, Labour",
    }
    async with run_ingest() as client:
        answer = await client.post(
            "/v1/articles", content=PAGE.encode(), params=query, headers={"Content-Type": "text/plain; charset=utf-8"}
        )
        assert answer.status_code == 202, answer.text
    (event,) = await events(world)
    article = event["data"]
    assert article["title"] == "Harbor Pilots Vote To Strike Over Night Shifts"
    assert article["source"] == "Quayside Wire"
    assert article["url"] == "https://quayside.example/strike?id=9"
    assert article["published_at"] == "2026-10-28T00:30:00Z"
    assert article["headings"] == ["Union Says Talks Have Failed"]
    assert {"shipping", "labour"} <= set(article["tags"])
    for furniture in ("Home", "Table of Content", "Dorrin Vale", "Popular News", "Rights Reserved", "Tags"):
        assert furniture not in article["body"]


WRONG: list[tuple[bytes, str, int, str | None]] = [
    (b"{broken", "application/json", 400, ""),
    (b"[1]", "application/json", 422, ""),
    (b'{"title": "t"}', "application/json", 422, "/body"),
    (b'{"title": 7.5, "body": "b"}', "application/json", 422, None),
    (b'{"title": "t", "body": "b", "published_at": "yesterday"}', "application/json", 422, "/published_at"),
    (b'{"title": "t", "body": "b", "tags": ["x", {}]}', "application/json", 422, "/tags/1"),
    (b'{"title": "t", "body": "b", "url": "javascript:alert(1)"}', "application/json", 422, "/url"),
    (b'{"title": "  ", "body": "b"}', "application/json", 422, "/title"),
    (b'{"title": "t", "body": "a\\u0000b"}', "application/json", 422, "/body"),
    (b'{"title": "\\ud800", "body": "b"}', "application/json", 400, ""),
    (b'{"title": "t", "body": NaN}', "application/json", 400, ""),
    (b"\xff\xfe", "text/plain", 400, ""),
    (b"<xml/>", "application/xml", 415, None),
    (b"x", "", 415, None),
]


@pytest.mark.parametrize(("body", "content_type", "status", "pointer"), WRONG)
async def test_a_wrong_body_is_a_problem_with_a_pointer_and_publishes_nothing(
    world: World, run_ingest: IngestFactory, body: bytes, content_type: str, status: int, pointer: str | None
) -> None:
    async with run_ingest() as client:
        answer = await client.post("/v1/articles", content=body, headers={"Content-Type": content_type})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["status"] == status
        if pointer is not None:
            assert pointer in [error["pointer"] for error in problem["errors"]]
    assert await events(world) == []


async def test_too_large_a_body_or_text_is_413(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(max_body_bytes=1000, max_text_bytes=100) as client:
        by_text = await client.post("/v1/articles", json={**ARTICLE, "body": "b" * 200})
        by_body = await client.post("/v1/articles", json={**ARTICLE, "body": "b" * 2000})

        async def unannounced() -> AsyncIterator[bytes]:
            for _ in range(30):
                yield b"x" * 100

        by_stream = await client.post(
            "/v1/articles", content=unannounced(), headers={"Content-Type": "application/json"}
        )
    assert [a.status_code for a in (by_text, by_body, by_stream)] == [413, 413, 413]
    assert await events(world) == []


async def test_an_unknown_field_is_not_lost_silently(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        answer = await client.post("/v1/articles", json={**ARTICLE, "mood": "cheerful"})
    assert answer.status_code == 202
    assert [warning["pointer"] for warning in answer.json()["warnings"]] == ["/mood"]


ROUTES = [("POST", "/v1/articles"), ("POST", "/v1/articles/batch"), ("GET", "/v1/articles/local%3Aa-1")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic YTpi", "Bearer ", "a-key-for-tests-only"])
async def test_without_a_known_key_nothing_is_answered(
    world: World, run_ingest: IngestFactory, method: str, path: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    async with run_ingest(key=None) as client:
        answer = await client.request(method, path, json=ARTICLE, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert await events(world) == []


@pytest.mark.parametrize("configured", [None, ""])
async def test_without_a_configured_key_nobody_is_let_in(
    world: World, run_ingest: IngestFactory, configured: str | None
) -> None:
    async with run_ingest(key="", api_key=configured if configured is None else _secret(configured)) as client:
        for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
            assert (await client.post("/v1/articles", json=ARTICLE, headers=headers)).status_code == 401
        ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "WIREDESK_API_KEY" in ready.json()["missing"]


async def test_a_receipt_follows_the_article(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client:
        posted = (await client.post("/v1/articles", json={**ARTICLE, "id": "section/one?x=ü"})).json()
        receipt = posted["links"]["receipt"]
        assert (await client.get(receipt)).json()["status"] == "accepted"
        async with run_indexer():
            await world.settled()
        indexed = (await client.get(receipt)).json()
        assert (indexed["id"], indexed["version"], indexed["status"]) == (posted["id"], posted["version"], "indexed")
        assert (await world.found())[0]["_source"]["external_id"] == "section/one?x=ü"
        await world.redis.delete(article_key(posted["id"]))
        assert (await client.get(receipt)).json()["status"] == "indexed"


async def test_a_dead_lettered_article_tells_why_and_may_be_posted_again(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as client, run_indexer():
        posted = (await client.post("/v1/articles", json={**ARTICLE, "url": "https://x.example/" + "a" * 3000})).json()
        await world.settled()
        key = article_key(posted["id"])
        revision = int((await world.redis.hget(key, "revision")) or 0)
        await world.redis.hset(key, f"outcome:{revision}", "dead-lettered 1 refused_by_index too odd")
        receipt = (await client.get(posted["links"]["receipt"])).json()
        assert receipt["status"] == "dead-lettered"
        assert receipt["problem"] == {"reason": "refused_by_index", "detail": "too odd"}
        again = await client.post("/v1/articles", json={**ARTICLE, "url": "https://x.example/" + "a" * 3000})
        assert again.status_code == 202


@pytest.mark.parametrize(
    ("article_id", "status", "reason"),
    [("local:never", 404, "not_found"), ("nonsense", 404, "not_found"), ("other:a-1", 403, "forbidden")],
)
async def test_what_is_not_ones_own_is_not_found_or_forbidden(
    run_ingest: IngestFactory, article_id: str, status: int, reason: str
) -> None:
    async with run_ingest() as client:
        answer = await client.get(f"/v1/articles/{article_id}")
    assert answer.status_code == status
    assert answer.json()["reason"] == reason


async def test_the_same_again_is_unchanged_and_an_older_version_superseded(
    world: World, run_ingest: IngestFactory
) -> None:
    async with run_ingest() as client:
        answers = [
            await client.post("/v1/articles", json={**ARTICLE, **change})
            for change in (
                {"version": 2},
                {"version": 2},
                {"version": 1, "body": "Old."},
                {"version": 3, "body": "New."},
            )
        ]
        republished = await client.post("/v1/articles?republish=true", json={**ARTICLE, "version": 3, "body": "New."})
    assert [(a.status_code, a.json()["status"], a.json()["version"]) for a in answers] == [
        (202, "accepted", 2),
        (200, "unchanged", 2),
        (200, "superseded", 2),
        (202, "accepted", 3),
    ]
    assert republished.status_code == 202
    assert len(await events(world)) == 3


async def test_of_many_posts_at_one_moment_the_highest_number_wins(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory
) -> None:
    async with run_ingest() as one, run_ingest() as other, run_indexer():
        posts = [
            client.post("/v1/articles", json={**ARTICLE, "version": number, "body": f"Text number {number}."})
            for number in (7, 3, 20, 11, 1, 19, 5, 2, 18)
            for client in (one, other)
        ]
        answers = await asyncio.gather(*posts)
        assert all(answer.is_success for answer in answers)
        await world.settled()
    (document,) = await world.found()
    assert document["_source"]["version"] == 20
    revisions = [event["data"]["revision"] for event in await events(world)]
    assert revisions == sorted(set(revisions))


async def test_a_batch_answers_each_line_in_order(world: World, run_ingest: IngestFactory) -> None:
    lines = [
        orjson.dumps({**ARTICLE, "id": "one"}),
        b"",
        b"{broken",
        orjson.dumps({**ARTICLE, "id": "two", "title": ""}),
        b'"' + b"x" * 5000 + b'"',
        orjson.dumps({**ARTICLE, "id": "three"}),
    ]
    async with run_ingest(max_body_bytes=3000) as client:
        answer = await client.post(
            "/v1/articles/batch", content=b"\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
        )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    answers = [orjson.loads(line) for line in answer.content.splitlines()]
    assert [a["status"] for a in answers] == ["accepted", "rejected", "rejected", "rejected", "accepted"]
    assert [a["problem"]["status"] for a in answers if "problem" in a] == [400, 422, 413]
    assert [event["subject"] for event in await events(world)] == ["local:one", "local:three"]


async def test_a_wrong_parameter_is_a_problem_too(run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        answer = await client.post("/v1/articles?republish=maybe", json=ARTICLE)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/republish"]


async def test_a_corrected_language_is_a_new_version(run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        for language in ("en", "fr"):
            answer = await client.post("/v1/articles", json={**ARTICLE, "language": language})
    assert answer.json()["status"] == "accepted"


async def test_a_batch_must_say_that_it_is_one(run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        answer = await client.post("/v1/articles/batch", json=ARTICLE)
    assert answer.status_code == 415


async def test_while_redis_is_away_the_answer_is_503_and_afterwards_202(
    world: World, valkey: Valkey, run_ingest: IngestFactory
) -> None:
    async with run_ingest() as client:
        assert (await client.get("/readyz")).status_code == 200
        valkey.stop()
        away = await client.post("/v1/articles", json=ARTICLE)
        line = await client.post(
            "/v1/articles/batch", content=orjson.dumps(ARTICLE), headers={"Content-Type": "application/x-ndjson"}
        )
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200
        valkey.start()
        back = await client.post("/v1/articles", json=ARTICLE)
    assert away.status_code == 503
    assert int(away.headers["retry-after"]) >= 1
    assert line.json()["status"] == "unavailable"
    assert back.status_code == 202


async def test_a_full_redis_is_503_and_leaves_no_trace(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        await world.redis.config_set("maxmemory", "1")
        full = await client.post("/v1/articles", json=ARTICLE)
        await world.redis.config_set("maxmemory", "0")
        assert full.status_code == 503
        assert await events(world) == []
        assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 202


async def test_a_stream_that_nobody_empties_is_503(world: World, run_ingest: IngestFactory) -> None:
    async with run_ingest(stream_max_length=2) as client:
        statuses = [(await client.post("/v1/articles", json={**ARTICLE, "id": str(n)})).status_code for n in range(3)]
    assert statuses == [202, 202, 503]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/asyncapi"])
async def test_operators_pages_answer(run_ingest: IngestFactory, path: str) -> None:
    async with run_ingest() as client:
        assert (await client.get(path)).status_code == 200


async def test_metrics_count_answers_and_problems(run_ingest: IngestFactory) -> None:
    async with run_ingest() as client:
        await client.post("/v1/articles", json=ARTICLE)
        await client.post("/v1/articles", content=b"{", headers={"Content-Type": "application/json"})
        metrics = (await client.get("/metrics")).text
    assert 'wiredesk_ingest_articles_total{publisher="local",status="accepted"} 1.0' in metrics
    assert 'wiredesk_ingest_problems_total{reason="malformed"} 1.0' in metrics
    (last,) = re.findall(r'wiredesk_ingest_last_article_timestamp_seconds\{publisher="local"\} (\S+)', metrics)
    assert abs(float(last) - time.time()) < 60


def _secret(text: str) -> Any:
    from pydantic import SecretStr

    return SecretStr(text)
