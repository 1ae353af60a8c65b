"""Each service writes one final line for each article, on real servers."""

import logging
from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.integration.conftest import IndexerFactory, IngestFactory, World, event, eventually, instant, withdrawal

TRACE = "0af7651916cd43dd8448eb211c80319c"
HEADERS = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
NDJSON = {"Content-Type": "application/x-ndjson"}
ARTICLE = {"id": "kelp", "title": "Kelp forests return", "body": "Divers count more kelp than last year.", "version": 3}
OF_INGEST = {"id", "publisher", "status", "version", "entry", "milliseconds", "trace_id"}
OF_INDEXER = {"id", "version", "verdict", "entry", "attempts", "milliseconds", "trace_id"}


@pytest.fixture(autouse=True)
def info(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def lines(caplog: pytest.LogCaptureFixture, service: str = "") -> list[dict[str, Any]]:
    """What the final lines tell, those of ingest with a status, those of the indexer with a verdict."""
    told = [vars(record)["told"] for record in caplog.records if record.name == "services.articles"]
    return [line for line in told if {"ingest": "status", "indexer": "verdict", "": "milliseconds"}[service] in line]


async def test_each_service_has_one_line_for_an_article_and_both_tell_the_same_of_it(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_ingest() as client, run_indexer():
        await client.post("/v1/articles", json=ARTICLE, headers=HEADERS)
        await world.settled()
    (of_ingest,), (of_indexer,) = lines(caplog, "ingest"), lines(caplog, "indexer")
    assert (set(of_ingest), set(of_indexer)) == (OF_INGEST, OF_INDEXER)
    shared = ("id", "version", "entry", "trace_id")
    assert [of_ingest[name] for name in shared] == [of_indexer[name] for name in shared]
    assert (of_ingest["id"], of_ingest["version"], of_ingest["trace_id"]) == ("local:kelp", 3, TRACE)
    assert (of_ingest["status"], of_indexer["verdict"], of_indexer["attempts"]) == ("accepted", "indexed", 1)
    assert 0 <= of_ingest["milliseconds"] < 20_000
    assert 0 <= of_indexer["milliseconds"] < 20_000


async def test_what_is_known_already_and_what_is_refused_has_a_line_of_ingest(
    run_ingest: IngestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_ingest() as client:
        await client.post("/v1/articles", json=ARTICLE)
        await client.post("/v1/articles", json=ARTICLE)
        await client.post("/v1/articles", json={**ARTICLE, "version": 2})
        await client.post("/v1/articles", json={"id": "kelp"}, headers=HEADERS)
        await client.post("/v1/articles", content=b"{", headers={"Content-Type": "application/json"})
    told = [(line["status"], line.get("id"), line.get("version"), line.get("reason")) for line in lines(caplog)]
    assert told == [
        ("accepted", "local:kelp", 3, None),
        ("unchanged", "local:kelp", 3, None),
        ("superseded", "local:kelp", 3, None),
        ("rejected", None, None, "invalid_field"),
        ("rejected", None, None, "malformed"),
    ]
    assert ["entry" in line for line in lines(caplog)] == [True, False, False, False, False]
    assert [line.get("trace_id") for line in lines(caplog)] == [None, None, None, TRACE, None]


async def test_each_line_of_a_batch_has_its_own(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, caplog: pytest.LogCaptureFixture
) -> None:
    posted = [*({**ARTICLE, "id": f"kelp-{number}"} for number in range(3)), {"id": "no title"}]
    async with run_ingest() as client, run_indexer():
        await client.post("/v1/articles/batch", content=b"\n".join(map(orjson.dumps, posted)), headers=NDJSON)
        await world.settled()
    of_ingest, of_indexer = lines(caplog, "ingest"), lines(caplog, "indexer")
    assert sorted(line["status"] for line in of_ingest) == ["accepted", "accepted", "accepted", "rejected"]
    assert {line["entry"] for line in of_ingest if "entry" in line} == {line["entry"] for line in of_indexer}
    assert sorted(line["id"] for line in of_indexer) == ["local:kelp-0", "local:kelp-1", "local:kelp-2"]


async def test_what_redis_does_not_take_has_a_line_of_ingest(
    run_ingest: IngestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_ingest(stream_max_length=0) as client:
        assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 503
    (line,) = lines(caplog)
    assert (line["status"], line["reason"], line["id"]) == ("unavailable", "stream_full", "local:kelp")


async def test_every_verdict_of_the_indexer_has_its_line(
    world: World, run_indexer: IndexerFactory, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {**event("local:broken", 7), **HEADERS}
    del broken["data"]["title"]
    async with run_indexer():
        for value in (
            event("local:one", 5),
            event("local:one", 4),
            withdrawal("local:two", 6),
            event("local:late", 8, embargoed_until=instant(3600)),
            broken,
            b"no event",
        ):
            await world.add(value)
            await world.settled()
    told = [(one["verdict"], one.get("id"), one.get("version"), one.get("reason")) for one in lines(caplog)]
    assert told == [
        ("indexed", "local:one", 5, None),
        ("superseded", "local:one", 4, None),
        ("withdrawn", "local:two", 6, None),
        ("held", "local:late", 8, None),
        ("dead-lettered", "local:broken", 7, "invalid_event"),
        ("dead-lettered", None, None, "not_an_event"),
    ]
    assert [one["attempts"] for one in lines(caplog)] == [1, 1, 1, 1, 0, 0]
    assert lines(caplog)[4]["trace_id"] == TRACE


async def test_a_dead_letter_is_a_warning_and_has_no_other_line(
    world: World, run_indexer: IndexerFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_indexer():
        await world.add(b"no event")
        await world.settled()
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert (record.name, record.levelno) == ("services.articles", logging.WARNING)


async def test_what_was_held_has_another_line_when_it_is_searchable(
    world: World, run_indexer: IndexerFactory, caplog: pytest.LogCaptureFixture
) -> None:
    async with run_indexer(sweep_interval=timedelta(seconds=60)) as indexer:
        await world.add(event("local:late", 8, embargoed_until=instant(1)))
        await world.settled()
        assert indexer.health.ready
    async with run_indexer():

        async def is_told() -> bool:
            return len(lines(caplog, "indexer")) == 2

        await eventually(is_told)
    assert [(one["verdict"], one["id"], one["version"]) for one in lines(caplog, "indexer")] == [
        ("held", "local:late", 8),
        ("indexed", "local:late", 8),
    ]


async def test_no_line_holds_what_was_posted(
    world: World, run_ingest: IngestFactory, run_indexer: IndexerFactory, caplog: pytest.LogCaptureFixture
) -> None:
    secret = {**ARTICLE, "title": "Secretive heading", "body": "Secretive body.", "author": "Secretive writer"}
    async with run_ingest() as client, run_indexer():
        await client.post("/v1/articles", json=secret)
        await client.post("/v1/articles", json={**secret, "published_at": "secretive date"})
        await world.add(event("local:broken", 1, title="Secretive heading", published_at="secretive date"))
        await world.settled()
    told = [str(vars(record)) for record in caplog.records if record.name == "services.articles"]
    assert sorted(line.get("status") or line["verdict"] for line in lines(caplog)) == [
        "accepted",
        "dead-lettered",
        "indexed",
        "rejected",
    ]
    assert not [one for one in told if "ecretive" in one]
