"""Saved searches against real servers: who is told what, how often, and what stands in nobody's way."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from schemas.changes import Change
from schemas.streams import ALERTS_GROUP, CHANGES_STREAM, EVENT_FIELD, GIVEN_UP_STREAM, lane_key, lanes_key
from services import embedded
from services.alerts import app as alerts_app
from services.alerts.alert import Alert, new_alert
from services.alerts.changes import create_group
from services.alerts.index import AlertNames, alert_document
from services.alerts.prepare import prepare_alerts
from services.alerts.queue import Queue
from services.alerts.registry import Registry
from services.alerts.settings import AlertsSettings
from services.indexer.trim import trim_changes
from tests.integration.alert_servers import Desk
from tests.integration.conftest import IndexerFactory, World, event, eventually, instant, withdrawal

AlertsFactory = Callable[..., AbstractAsyncContextManager[alerts_app.Alerts]]
MINERALS = "A body about rare earth and nothing else."
FUTURE = timedelta(days=400)


@pytest.fixture
def run_alerts(world: World, registry: Registry) -> AlertsFactory:
    """Runs the service in this process, from ready to cleanly stopped."""

    @asynccontextmanager
    async def run(consumer: str = "one", **changes: Any) -> AsyncIterator[alerts_app.Alerts]:
        servers = world.indexer_settings.model_dump(include={"redis_url", "opensearch_url", "index_prefix"})
        settings = AlertsSettings(
            **{
                **servers,
                "alerts_allow_private": True,
                "alerts_timeout": timedelta(seconds=5),
                "alerts_backoff_first": timedelta(milliseconds=20),
                "alerts_backoff_max": timedelta(milliseconds=100),
                "alerts_poll": timedelta(milliseconds=20),
                "alerts_sweep": timedelta(milliseconds=100),
                "alerts_dead_after": timedelta(milliseconds=300),
                **changes,
            }
        )
        app = alerts_app.build_app(settings, consumer, lambda: world.failures.append(consumer))
        async with app.router.lifespan_context(app):
            alerts: alerts_app.Alerts = app.state.alerts

            async def ready() -> bool:
                return alerts.is_ready

            await eventually(ready)
            yield alerts

    return run


def saved(line: str, target: str, **told: Any) -> Alert:
    return new_alert(line, datetime.now(UTC), target, **told)


async def becomes(expected: Any, what: Callable[[], Any]) -> None:
    """Waits until it is so, and shows what it is when that takes too long."""

    async def same() -> bool:
        return bool(what() == expected)

    try:
        await eventually(same)
    except AssertionError:
        assert what() == expected
        raise


async def entries(world: World, stream: str) -> list[dict[bytes, bytes]]:
    """The fields of all entries of a stream."""
    found: Any = await world.redis.xrange(stream)
    return [fields for _, fields in found]


async def followed(world: World) -> None:
    """Returns when every change is acknowledged and nothing waits to be delivered."""

    async def done() -> bool:
        groups: Any = await world.redis.xinfo_groups(CHANGES_STREAM)
        group = next(one for one in groups if one["name"].decode() == ALERTS_GROUP)
        waits = await world.redis.zcard("alerts:due")
        return not group["pending"] and not group["lag"] and not waits

    await eventually(done)


async def test_a_matching_article_is_told_within_seconds_and_signed(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("US-Japan", f"{desk.url}/hook", name="Tokyo desk")
    await registry.add(alert)
    async with run_indexer(), run_alerts():
        await world.add(event("local:one", title="U.S.–Japan pact", tags=["us-japan"], summary="It is signed."))
        await world.add(event("local:two", title="Told us, Japan survivors say", body="Nothing of the kind."))
        await becomes([("matched", "local:one")], desk.told)
        await followed(world)
    (received,) = desk.received
    assert alert.secret is not None
    assert received.is_signed_with(alert.secret)
    assert received.headers["content-type"] == "application/cloudevents+json"
    assert received.headers["webhook-id"] == received.event["id"]
    assert received.event["data"] == {
        "alert": {"id": alert.id, "name": "Tokyo desk", "query": "US-Japan"},
        "article": {
            "id": "local:one",
            "publisher": "local",
            "version": 1,
            "title": "U.S.–Japan pact",
            "language": "und",
            "tags": ["us-japan"],
            "summary": "It is signed.",
        },
        "matches": True,
    }


async def test_what_narrows_a_search_narrows_its_alert(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved('"rare earth" -golf', f"{desk.url}/words"))
    await registry.add(saved("*", f"{desk.url}/tag", tags=("magnets",)))
    await registry.add(saved("rare earth", f"{desk.url}/source", sources=("Harbor Wire",), languages=("en",)))
    async with run_indexer(), run_alerts():
        await world.add(event("local:golf", body="Rare earth in golf clubs."))
        await world.add(event("local:magnets", body="Earth is rare.", tags=["magnets"]))
        await world.add(event("local:harbor", source="Harbor Wire", language="en"))
        await world.add(event("local:hafen", source="Harbor Wire", language="de"))
        await world.settled()
        await followed(world)
    assert sorted(desk.told("/words")) == [("matched", "local:hafen"), ("matched", "local:harbor")]
    assert desk.told("/tag") == [("matched", "local:magnets")]
    assert desk.told("/source") == [("matched", "local:harbor")]


async def test_a_failing_target_is_told_again_with_the_same_id_and_once_when_it_answers(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    desk.answers["/hook"] = [500, 302, 503]
    async with run_indexer(), run_alerts():
        await world.add(event())
        await becomes(4, lambda: len(desk.received))
        await followed(world)
    assert len({one.headers["webhook-id"] for one in desk.received}) == 1
    assert desk.told() == [("matched", "local:one")] * 4
    assert desk.told("/elsewhere") == []


async def test_corrections_and_the_withdrawal_are_told_to_those_who_were_told(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    await registry.add(saved("copper", f"{desk.url}/other"))
    async with run_indexer(), run_alerts():
        await world.add(event(revision=1))
        await becomes([("matched", "local:one")], desk.told)
        await world.add(event(revision=2, supersedes=1, body="A body about copper."))
        await becomes([("matched", "local:one")], lambda: desk.told("/other"))
        await world.add(withdrawal("local:one", 3))
        await becomes(3, lambda: len(desk.told()))
        await becomes(2, lambda: len(desk.told("/other")))
        await followed(world)
    first, corrected, withdrawn = desk.events()
    assert [first["data"]["matches"], corrected["data"]["matches"], withdrawn["data"]["matches"]] == [
        True,
        False,
        False,
    ]
    assert [one["type"] for one in (corrected, withdrawn)] == [
        "com.wiredesk.alert.corrected",
        "com.wiredesk.alert.withdrawn",
    ]
    assert withdrawn["data"]["article"] == {"id": "local:one", "publisher": "local", "version": 3, "tags": []}
    assert len({first["id"], corrected["id"], withdrawn["id"]}) == 3
    assert desk.told("/other") == [("matched", "local:one"), ("withdrawn", "local:one")]


async def test_the_same_revision_again_tells_nobody_again(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    async with run_indexer(), run_alerts():
        for _ in range(3):
            await world.add(event())
        await world.settled()
        await followed(world)
    assert desk.told() == [("matched", "local:one")]


async def test_embargoed_expired_and_withdrawn_articles_alert_nobody(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    async with run_indexer():
        await world.add(event("local:embargoed", embargoed_until=instant(3600)))
        await world.add(event("local:expired", expires_at=instant(-1)))
        await world.add(event("local:withdrawn"))
        await world.settled()
        await world.add(withdrawal("local:withdrawn", 2))
        await world.add(event("local:open"))
        await world.settled()
    embargoed = Change(id="local:embargoed", publisher="local", version=1, kind="published")
    await world.redis.xadd(CHANGES_STREAM, embargoed.fields())  # type: ignore[arg-type]
    async with run_alerts():
        await followed(world)
    assert desk.told() == [("matched", "local:open")]


async def test_an_article_is_told_when_its_embargo_ends(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    async with run_indexer(), run_alerts():
        await world.add(event("local:embargoed", embargoed_until=instant(1.5)))
        await becomes([("matched", "local:embargoed")], desk.told)


async def test_a_broken_query_is_marked_and_silences_nobody(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    good = [saved("rare earth", f"{desk.url}/good{number}") for number in range(5)]
    broken = saved("copper", f"{desk.url}/broken")
    async with run_indexer(), run_alerts() as service:
        for alert in good:
            await registry.add(alert)
        fails_at_run_time = {"intervals": {"title": {"wildcard": {"pattern": "*", "max_expansions": 1}}}}
        await world.index.index(
            index=registry.names.alias,
            id=broken.id,
            body={**alert_document(broken), "query": fails_at_run_time},
            params={"refresh": "true"},
        )
        await world.add(event("local:one", title="Two words"))
        await becomes([[("matched", "local:one")]] * 5, lambda: [desk.told(f"/good{number}") for number in range(5)])
        await world.add(event("local:two"))
        await becomes(2, lambda: len(desk.told("/good0")))
        kept = await registry.get(broken.id)
        metrics = service.metrics.registry
        await becomes(1.0, lambda: metrics.get_sample_value("wiredesk_alerts_broken"))
    assert kept is not None
    assert "too many terms" in (kept.broken or "")
    assert [alert.broken for alert in await registry.all() if alert.id != broken.id] == [None] * 5
    async with run_alerts():  # which compiles it anew
        await followed(world)
    mended = await registry.get(broken.id)
    assert mended is not None
    assert mended.broken is None


async def test_what_a_killed_process_had_read_or_was_delivering_is_delivered(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("rare earth", f"{desk.url}/hook")
    await registry.add(alert)
    async with run_indexer():
        await world.add(event("local:read"))
        await world.settled()
    await world.redis.xreadgroup(ALERTS_GROUP, "killed", {CHANGES_STREAM: ">"})
    async with run_alerts() as service:
        await becomes([("matched", "local:read")], desk.told)
        await followed(world)
        service.deliverer.stop()
        async with run_indexer():
            await world.add(event("local:queued"))

        async def queued() -> bool:
            return bool(await world.redis.exists(lane_key(alert.id, "local:queued")))

        await eventually(queued)
    killed = Queue(world.redis, "killed")
    now = datetime.now(UTC)
    assert await killed.lease(now, 10, timedelta(milliseconds=300)) == [alert.id]
    async with run_alerts("two"):
        await becomes([("matched", "local:read"), ("matched", "local:queued")], desk.told)
        await followed(world)


async def test_a_process_killed_while_it_delivers_is_made_good_by_the_next_with_the_same_id(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/slow"))
    told = world.indexer_settings.model_dump(include={"redis_url", "opensearch_url", "index_prefix"})
    environment = {f"WIREDESK_{name.upper()}": value for name, value in told.items()}
    more = {"WIREDESK_ALERTS_ALLOW_PRIVATE": "true", "WIREDESK_ALERTS_TIMEOUT": "1"}
    killed = embedded.start([sys.executable, "-m", "services.alerts"], None, environment | more)
    try:
        async with run_indexer():
            await world.add(event())
            await becomes([("matched", "local:one")], lambda: desk.told("/slow")[:1])
    finally:
        killed.kill()
        killed.wait()
    desk.open.set()
    async with run_alerts("two"):
        await followed(world)
    assert len(desk.received) > 1
    assert len({one.headers["webhook-id"] for one in desk.received}) == 1


async def test_two_processes_share_the_work_and_double_nothing(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    await registry.add(saved("*", f"{desk.url}/all"))
    async with run_indexer(), run_alerts("one", alerts_read=3), run_alerts("two", alerts_read=3):
        for number in range(40):
            for revision in (1, 2):
                more = {} if revision == 1 else {"supersedes": 1}
                await world.add(event(f"local:{number}", revision, **more))
        for number in range(40, 60):
            await world.add(event(f"local:{number}"))
        await world.settled()
        await followed(world)
    for path in ("/hook", "/all"):
        ids = [told["id"] for told in desk.events(path)]
        assert len(ids) == len(set(ids))
        told = desk.told(path)
        assert {article for kind, article in told if kind == "matched"} == {f"local:{n}" for n in range(60)}
        newest = {one["subject"]: one["data"]["article"]["version"] for one in desk.events(path)}
        assert [newest[f"local:{number}"] for number in range(40)] == [2] * 40
    consumers: Any = await world.redis.xinfo_consumers(CHANGES_STREAM, ALERTS_GROUP)
    assert {one["name"] for one in consumers} == {b"one", b"two"}


async def test_a_slow_target_delays_no_other(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    for number in range(6):
        await registry.add(saved("rare earth", f"{desk.url.replace('127.0.0.1', 'localhost')}/slow{number}"))
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    async with run_indexer(), run_alerts(alerts_in_flight=6, alerts_per_host=3):
        for number in range(5):
            await world.add(event(f"local:{number}"))
        await becomes(5, lambda: len(desk.told()))
        assert len(desk.received) - 5 <= 3
        desk.open.set()
        await followed(world)
    assert all(len(desk.told(f"/slow{number}")) == 5 for number in range(6))


async def test_a_correction_never_overtakes_its_match_and_other_articles_go_on(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    desk.answers["/hook"] = [500] * 4
    async with run_indexer(), run_alerts():
        await world.add(event(revision=1))
        await becomes(True, lambda: len(desk.received) > 0)
        await world.add(event(revision=2, supersedes=1))
        await world.add(event("local:two"))
        await world.settled()
        await followed(world)
    arrived = desk.told()[4:]
    assert arrived.index(("matched", "local:one")) < arrived.index(("corrected", "local:one"))
    assert ("matched", "local:two") in arrived
    assert len(arrived) == 3


async def test_a_withdrawal_takes_the_place_of_what_was_not_delivered(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("rare earth", f"{desk.url}/hook")
    await registry.add(alert)
    await registry.pause(alert.id, "on holiday")
    async with run_indexer(), run_alerts():
        await world.add(event("local:unseen"))
        await world.settled()
    await registry.pause(alert.id, None)
    async with run_indexer(), run_alerts() as service:
        service.deliverer.stop()
        await world.add(event("local:one", summary="A secret."))
        await world.settled()

        async def waits() -> bool:
            return bool(await world.redis.llen(lane_key(alert.id, "local:one")))

        await eventually(waits)
        await world.add(withdrawal("local:one", 2))

        async def replaced() -> bool:
            waiting: Any = await world.redis.lrange(lane_key(alert.id, "local:one"), 0, -1)
            return len(waiting) == 1 and b"withdrawn" in waiting[0] and b"secret" not in waiting[0]

        await eventually(replaced)
    async with run_alerts():
        await becomes([("withdrawn", "local:one")], desk.told)


async def test_a_target_that_is_gone_pauses_its_alert(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("rare earth", f"{desk.url}/hook")
    await registry.add(alert)
    desk.answers["/hook"] = [410]
    async with run_indexer(), run_alerts():
        await world.add(event())

        async def paused() -> bool:
            kept = await registry.get(alert.id)
            return kept is not None and kept.paused is not None

        await eventually(paused)
        await registry.pause(alert.id, None)
        await Queue(world.redis, "operator").hurry(alert.id, datetime.now(UTC))
        await becomes([("matched", "local:one")] * 2, desk.told)
        await followed(world)


async def test_what_fails_for_too_long_is_given_up_and_kept_without_its_text(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("rare earth", f"{desk.url}/hook")
    await registry.add(alert)
    desk.answers["/hook"] = [500] * 1000
    async with run_indexer(), run_alerts(alerts_give_up_after=timedelta(milliseconds=200)):
        await world.add(event(title="The title of a secret"))
        await world.settled()
        await followed(world)
    (fields,) = await entries(world, GIVEN_UP_STREAM)
    assert fields[b"alert"].decode() == alert.id
    assert fields[b"article"] == b"local:one"
    assert fields[b"answer"] == b"500 no"
    assert b"secret" not in b"".join(fields.values())


async def test_an_address_in_the_house_is_refused_unless_the_operator_allows_it(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    refused = saved("rare earth", f"{desk.url}/refused")
    await registry.add(refused)
    await registry.add(saved("rare earth", f"{desk.url}/allowed", allow_private=True))
    settings = {"alerts_allow_private": False, "alerts_give_up_after": timedelta(milliseconds=200)}
    async with run_indexer(), run_alerts(**settings):
        await world.add(event())
        await becomes([("matched", "local:one")], lambda: desk.told("/allowed"))
        await followed(world)
    assert desk.told("/refused") == []
    (fields,) = await entries(world, GIVEN_UP_STREAM)
    assert b"not a public address" in fields[b"answer"]


async def test_a_stream_is_told_as_a_webhook_is(
    world: World, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(new_alert("rare earth", datetime.now(UTC), None, stream="desk.minerals"))
    async with run_indexer(), run_alerts():
        await world.add(event())
        await world.settled()
        await followed(world)
    (fields,) = await entries(world, "desk.minerals")
    told = orjson.loads(fields[EVENT_FIELD.encode()])
    assert (told["type"], told["subject"]) == ("com.wiredesk.alert.matched", "local:one")


async def test_a_removed_alert_is_told_nothing_more(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("rare earth", f"{desk.url}/hook")
    await registry.add(alert)
    async with run_indexer(), run_alerts():
        await world.add(event(revision=1))
        await becomes([("matched", "local:one")], desk.told)
        assert await registry.remove(alert.id)
        await world.add(event(revision=2, supersedes=1))
        await world.settled()
        await followed(world)
    assert len(desk.received) == 1
    assert await world.redis.exists(lanes_key(alert.id)) == 0


async def test_what_nobody_can_read_is_passed_over(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    await world.redis.xadd(CHANGES_STREAM, {"nonsense": b"\xff"})
    async with run_indexer(), run_alerts():
        await world.add(event())
        await becomes([("matched", "local:one")], desk.told)
        await followed(world)
    assert world.failures == []


async def test_the_index_is_made_anew_when_articles_are_read_differently(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    alert = saved("rare earth", f"{desk.url}/hook")
    await registry.add(alert)
    older = AlertNames(registry.names.alias, f"{registry.names.alias}-v0-older")
    await prepare_alerts(world.index, older, replicas=0)
    assert list(await world.index.indices.get_alias(name=registry.names.alias)) == [older.index]
    async with run_indexer(), run_alerts():
        assert list(await world.index.indices.get_alias(name=registry.names.alias)) == [registry.names.index]
        assert not await world.index.indices.exists(index=older.index)
        assert await registry.get(alert.id) == alert
        await world.add(event())
        await becomes([("matched", "local:one")], desk.told)


async def test_changes_that_the_alerts_are_not_done_with_stay_as_long_as_there_is_room(world: World) -> None:
    await create_group(world.redis)
    for number in range(300):
        change = Change(id=f"local:{number}", publisher="local", version=1, kind="published")
        await world.redis.xadd(CHANGES_STREAM, change.fields())  # type: ignore[arg-type]
    read: Any = await world.redis.xreadgroup(ALERTS_GROUP, "one", {CHANGES_STREAM: ">"}, count=250)
    later = datetime.now(UTC) + FUTURE
    assert await trim_changes(world.redis, later, timedelta(0), 1000) == 0
    assert await world.redis.xlen(CHANGES_STREAM) == 300
    await world.redis.xack(CHANGES_STREAM, ALERTS_GROUP, *(entry_id for entry_id, _ in read[0][1]))
    assert await trim_changes(world.redis, later, timedelta(0), 1000) == 0
    assert 50 <= await world.redis.xlen(CHANGES_STREAM) < 300
    assert await trim_changes(world.redis, later, timedelta(0), 20) == 30
    assert await world.redis.xlen(CHANGES_STREAM) == 20


async def test_when_redis_has_lost_its_streams_the_service_goes_on(
    world: World, desk: Desk, registry: Registry, run_indexer: IndexerFactory, run_alerts: AlertsFactory
) -> None:
    await registry.add(saved("rare earth", f"{desk.url}/hook"))
    async with run_alerts():
        await world.redis.flushall()
        async with run_indexer():
            await world.add(event())
            await becomes([("matched", "local:one")], desk.told)
    assert world.failures == []
