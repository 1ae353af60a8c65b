"""Feeds that are followed: real servers on loopback, a real Valkey, and a clock that only the test moves."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis
from typer.testing import CliRunner

from schemas.reasons import Reason
from services.cli.feed import app as command
from services.errors import Rejected, Unavailable, WiredeskError
from services.ingest.feeds.file import FeedsFile
from services.ingest.feeds.model import Feed, new_feed
from services.ingest.feeds.routes import callbacks
from services.ingest.feeds.run import following
from services.ingest.feeds.settings import FeedSettings
from services.ingest.feeds.state import FeedState, Polled, States, Subscription
from services.ingest.problems import on_wiredesk_error
from tests.conftest import Valkey
from tests.integration.conftest import eventually
from tests.integration.feed_servers import Hub, Page, Publisher, free_port, push, serving, url_of

BEGIN = datetime(2026, 11, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(milliseconds=10)


def rss(title: str, hub: str | None = None) -> str:
    links = f'<atom:link rel="hub" href="{hub}"/>' if hub else ""
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Harbour Ledger</title>'
        f"{links}<item><guid>tide-1</guid><title>{title}</title></item></channel></rss>"
    )


@dataclass(slots=True)
class Desk:
    """A service that follows feeds, as a test looks at it. `trouble` is what delivering raises."""

    url: str
    file: FeedsFile
    states: States
    now: datetime = BEGIN
    delivered: list[tuple[str, str, str, str]] = field(default_factory=list)
    trouble: Exception | None = None

    async def deliver(self, feed: Feed, body: bytes, content_type: str, content_location: str) -> None:
        if self.trouble:
            raise self.trouble
        self.delivered.append((feed.publisher, body.decode(), content_type, content_location))

    def follow(self, url: str) -> Feed:
        added = new_feed(url, "harbour", None, BEGIN)
        self.file.add(added)
        return added

    def callback(self, feed: Feed) -> str:
        return f"{self.url}/websub/{feed.callback_token}"

    async def state(self, feed: Feed) -> FeedState:
        return await self.states.read_one(feed.id)

    async def fetched(self, feed: Feed) -> FeedState:
        """The state after the visit that is due now, when that is over."""

        async def is_done() -> bool:
            is_fetched = (await self.state(feed)).polled.fetched_at == self.now
            return is_fetched and not await self.states.redis.exists(f"feed:{feed.id}:lease")

        await eventually(is_done)
        return await self.state(feed)

    async def hub_is(self, status: str, feed: Feed) -> None:
        async def is_so() -> bool:
            return (await self.state(feed)).subscription.hub_status == status

        await eventually(is_so)


DeskFactory = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    client = Redis.from_url(valkey.url, socket_timeout=5)
    yield client
    await client.aclose()


@pytest.fixture
def run_desk(redis: Redis, tmp_path: Path) -> DeskFactory:
    """Runs the callbacks and the loop in this process, from ready to cleanly stopped."""

    @asynccontextmanager
    async def run(public: bool = True, **changes: Any) -> AsyncIterator[Desk]:
        listening = free_port()
        desk = Desk(url_of(listening), FeedsFile(tmp_path / "feeds.json"), States(redis))
        settings = FeedSettings(
            feeds_enabled=True,
            feeds_file=desk.file.path,
            public_url=desk.url if public else None,
            **{"feeds_allow_private": True, **changes},
        )
        app = FastAPI()
        app.include_router(callbacks)
        app.add_exception_handler(WiredeskError, on_wiredesk_error)
        async with (
            following(settings, redis, desk.deliver, lambda: desk.now, lambda: 0.5, TICK) as app.state.feeds,
            serving(app, listening),
        ):
            yield desk

    return run


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    listening = free_port()
    made = Publisher(url_of(listening))
    made.open.set()
    async with serving(made, listening):
        yield made


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    listening = free_port()
    made = Hub(url_of(listening) + "/")
    async with serving(made, listening):
        yield made


async def subscribed(desk: Desk, publisher: Publisher, hub: Hub) -> Feed:
    """A feed whose hub has verified its subscription."""
    publisher.pages["/feed"] = Page(rss("Tide tables", hub.url))
    feed = desk.follow(publisher.url + "/feed")
    await desk.hub_is("verified", feed)
    await desk.fetched(feed)
    return feed


async def test_a_new_feed_is_fetched_at_once_and_its_body_delivered(
    run_desk: DeskFactory, publisher: Publisher
) -> None:
    publisher.pages["/feed"] = Page(rss("Tide tables"))
    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        polled = (await desk.fetched(feed)).polled
    assert desk.delivered == [("harbour", rss("Tide tables"), "application/rss+xml", feed.url)]
    assert (polled.status, polled.failures, polled.next_at) == ("200 changed", 0, BEGIN + timedelta(minutes=10))


async def test_a_feed_is_asked_whether_it_changed_and_delivered_only_if_it_did(
    run_desk: DeskFactory, publisher: Publisher
) -> None:
    page = publisher.pages["/feed"] = Page(rss("Tide tables"), etag='"1"')
    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        await desk.fetched(feed)
        desk.now += timedelta(minutes=10)
        assert (await desk.fetched(feed)).polled.status == "304 unchanged"
        page.etag = '"2"'
        desk.now += timedelta(minutes=10)
        assert (await desk.fetched(feed)).polled.status == "200 unchanged"
        page.body, page.etag = rss("New tide tables"), '"3"'
        desk.now += timedelta(minutes=10)
        assert (await desk.fetched(feed)).polled.status == "200 changed"
    assert [request.get("if-none-match") for _, request in publisher.requests] == [None, '"1"', '"1"', '"2"']
    assert [body for _, body, _, _ in desk.delivered] == [rss("Tide tables"), rss("New tide tables")]


async def test_a_feed_is_not_asked_before_its_time(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.pages["/slow"] = Page(rss("Tide tables"), headers={"Cache-Control": "max-age=3600"})
    publisher.pages["/quick"] = Page(rss("Tide tables"))
    async with run_desk() as desk:
        slow, quick = desk.follow(publisher.url + "/slow"), desk.follow(publisher.url + "/quick")
        await desk.fetched(slow)
        await desk.fetched(quick)
        for _ in range(3):
            desk.now += timedelta(minutes=10)
            await desk.fetched(quick)
    assert (publisher.paths().count("/slow"), publisher.paths().count("/quick")) == (1, 4)


async def test_a_server_that_wants_a_rest_gets_it(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.pages["/feed"] = Page(status=429, headers={"Retry-After": "36000"})
    async with run_desk() as desk:
        polled = (await desk.fetched(desk.follow(publisher.url + "/feed"))).polled
    assert (polled.status, polled.failures) == ("429", 1)
    assert polled.next_at is not None
    assert polled.next_at >= BEGIN + timedelta(hours=10)


async def test_a_feed_that_is_gone_rests_until_it_is_refreshed(run_desk: DeskFactory, publisher: Publisher) -> None:
    page = publisher.pages["/feed"] = Page(status=410)
    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        assert (await desk.fetched(feed)).polled.gone
        desk.now += timedelta(days=20)
        other = desk.follow(publisher.url + "/other")
        await desk.fetched(other)
        assert publisher.paths().count("/feed") == 1
        page.status, page.body = 200, rss("Tide tables")
        await desk.states.hurry(feed.id)
        assert not (await desk.fetched(feed)).polled.gone


async def test_failures_are_told_once_and_back_off(
    run_desk: DeskFactory, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "services.ingest.feeds")
    page = publisher.pages["/feed"] = Page(status=500)
    waits: list[timedelta] = []
    async with run_desk() as desk:
        feed = desk.follow(f"{publisher.url.replace('//', '//me:word@')}/feed?key=pass")
        for _ in range(4):
            polled = (await desk.fetched(feed)).polled
            assert polled.next_at is not None
            waits.append(polled.next_at - desk.now)
            desk.now = polled.next_at
        page.status, page.body = 200, rss("Tide tables")
        assert (await desk.fetched(feed)).polled.failures == 0
    assert waits == sorted(set(waits))
    fetches = [record for record in caplog.records if record.message == "feed fetched"]
    assert [record.levelname for record in fetches] == ["WARNING", *["INFO"] * 4]
    assert not [record for record in caplog.records if "word" in str(vars(record)) or "pass" in str(vars(record))]


async def test_a_permanent_redirect_is_remembered(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.pages["/old"] = Page(status=301, headers={"Location": "/new"})
    publisher.pages["/new"] = Page(rss("Tide tables"))
    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/old")
        await desk.fetched(feed)
        desk.now += timedelta(minutes=10)
        await desk.fetched(feed)
    assert publisher.paths() == ["/old", "/new", "/new"]
    assert desk.delivered[0][3] == publisher.url + "/new"


async def test_what_could_not_be_delivered_is_brought_again(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.pages["/feed"] = Page(rss("Tide tables"), etag='"1"')
    async with run_desk() as desk:
        desk.trouble = Unavailable(Reason.STREAM_FULL, "full", timedelta(seconds=20))
        feed = desk.follow(publisher.url + "/feed")
        polled = (await desk.fetched(feed)).polled
        assert (polled.status, polled.failures) == ("not delivered", 0)
        assert polled.next_at == BEGIN + timedelta(seconds=30)
        desk.trouble, desk.now = None, polled.next_at
        await desk.fetched(feed)
    assert len(desk.delivered) == 1


@pytest.mark.parametrize("trouble", [Rejected(Reason.MALFORMED, "not XML"), RuntimeError("a fault")])
async def test_what_cannot_be_read_or_breaks_counts_as_a_failure(
    run_desk: DeskFactory, publisher: Publisher, trouble: Exception
) -> None:
    publisher.pages["/feed"] = Page("<html>", etag='"1"')
    async with run_desk() as desk:
        desk.trouble = trouble
        polled = (await desk.fetched(desk.follow(publisher.url + "/feed"))).polled
    assert (polled.failures, polled.digest, polled.etag) == (1, None, None)
    assert polled.status in ("not XML", "a fault of ours, see the log")


async def test_a_loopback_address_is_refused_unless_a_setting_allows_it(
    run_desk: DeskFactory, publisher: Publisher
) -> None:
    publisher.pages["/feed"] = Page(rss("Tide tables"))
    async with run_desk(feeds_allow_private=False) as desk:
        polled = (await desk.fetched(desk.follow(publisher.url + "/feed"))).polled
    assert polled.status == "127.0.0.1 is at 127.0.0.1, which is not a public address"
    assert (publisher.requests, desk.delivered) == ([], [])


async def test_each_feed_is_fetched_by_one_process(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.open.clear()
    publisher.pages["/feed"] = Page(rss("Tide tables"))

    async def is_asked() -> bool:
        return bool(publisher.requests)

    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(run_desk()) for _ in range(3)]
        feed, marker = desks[0].follow(publisher.url + "/feed"), desks[0].follow("http://127.0.0.1:9/")
        await eventually(is_asked)
        await desks[0].fetched(marker)
        publisher.open.set()
        await desks[0].fetched(feed)
    assert len(publisher.requests) == 1
    assert sum(len(desk.delivered) for desk in desks) == 1


async def test_at_most_four_are_fetched_at_once(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.open.clear()
    paths = [f"/{number}" for number in range(12)]
    publisher.pages.update({path: Page(rss(path)) for path in paths})

    async def four_wait() -> bool:
        return publisher.at_once == 4

    async with run_desk() as desk:
        feeds = [desk.follow(publisher.url + path) for path in paths]
        await eventually(four_wait)
        publisher.open.set()
        for feed in feeds:
            await desk.fetched(feed)
    assert publisher.most_at_once == 4
    assert len(desk.delivered) == 12


async def test_it_stops_within_a_second_with_fetches_under_way(run_desk: DeskFactory, publisher: Publisher) -> None:
    publisher.open.clear()

    async def is_asked() -> bool:
        return bool(publisher.requests)

    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        await eventually(is_asked)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    async with desk.states.lease(feed.id, DAY) as mine:
        assert mine
    publisher.open.set()


async def test_while_redis_is_away_feeds_wait_and_then_go_on(
    run_desk: DeskFactory, publisher: Publisher, valkey: Valkey, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.pages["/feed"] = Page(rss("Tide tables"))
    await redis.config_set("appendfsync", "always")  # else a lease that was given back may be there again

    async def is_told() -> bool:
        return "feeds wait" in caplog.text

    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        await desk.fetched(feed)
        valkey.stop()
        await eventually(is_told)
        answer = await push(desk.callback(feed), "<rss/>", signed(feed, "<rss/>"))
        assert answer.status_code == 503
        valkey.start()
        desk.now += timedelta(minutes=10)
        await desk.fetched(feed)


def signed(feed: Feed, body: str, method: str = "sha256") -> str:
    return f"{method}={hmac.new(feed.secret.encode(), body.encode(), getattr(hashlib, method)).hexdigest()}"


@pytest.mark.parametrize("manner", ["verify", "verify before answering"])
async def test_a_feed_with_a_hub_is_subscribed_to_and_pushed(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub, manner: Any
) -> None:
    hub.manner = manner
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        assert await hub.publish(feed.url, rss("Pushed")) == [202]
        subscription = (await desk.state(feed)).subscription
    assert hub.requests == [
        {
            "hub.mode": "subscribe",
            "hub.topic": feed.url,
            "hub.callback": desk.callback(feed),
            "hub.secret": feed.secret,
            "hub.lease_seconds": "864000",
        }
    ]
    assert [body for _, body, _, _ in desk.delivered] == [rss("Tide tables", hub.url), rss("Pushed")]
    assert desk.delivered[1] == ("harbour", rss("Pushed"), "application/rss+xml", feed.url)
    assert (subscription.lease_until, subscription.ask_at) == (BEGIN + 10 * DAY, BEGIN + 8 * DAY)


async def test_a_hub_that_pushes_makes_polling_slow(run_desk: DeskFactory, publisher: Publisher, hub: Hub) -> None:
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        desk.now += timedelta(minutes=10)
        polled = (await desk.fetched(feed)).polled
    assert polled.next_at == BEGIN + timedelta(minutes=10) + timedelta(hours=6)


async def test_a_subscription_is_renewed_after_four_fifths_of_its_lease(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub
) -> None:
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        desk.now = BEGIN + 8 * DAY

        async def is_renewed() -> bool:
            return (await desk.state(feed)).subscription.lease_until == BEGIN + 18 * DAY

        await eventually(is_renewed)
    assert [request["hub.mode"] for request in hub.requests] == ["subscribe"] * 2


@pytest.mark.parametrize(
    ("manner", "status", "detail"),
    [
        ("refuse", "refused", "400 this topic is not ours"),
        ("deny", "denied", "members only"),
        ("say nothing", "asked", None),
    ],
)
async def test_where_a_hub_does_not_take_part_the_feed_is_polled_and_the_hub_asked_daily(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub, manner: Any, status: str, detail: str | None
) -> None:
    hub.manner = manner
    publisher.pages["/feed"] = Page(rss("Tide tables", hub.url))
    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        await desk.hub_is(status, feed)
        for _ in range(3):
            desk.now += timedelta(minutes=10)
            polled = (await desk.fetched(feed)).polled
            assert polled.next_at == desk.now + timedelta(minutes=10)
        assert len(hub.requests) == 1
        assert (await desk.state(feed)).subscription.hub_detail == detail
        hub.manner, desk.now = "verify", BEGIN + DAY
        await desk.hub_is("verified", feed)
    assert len(hub.requests) == 2


async def test_a_hub_that_denies_later_is_not_waited_for(run_desk: DeskFactory, publisher: Publisher, hub: Hub) -> None:
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        desk.now += timedelta(hours=1)
        await desk.fetched(feed)
        desk.now += timedelta(minutes=1)
        denied = {"hub.mode": "denied", "hub.topic": feed.url}
        assert (await hub.call(desk.callback(feed), denied))[0] == 200
        polled = (await desk.fetched(feed)).polled
    assert polled.next_at == desk.now + timedelta(minutes=10)


async def test_without_a_public_address_no_hub_is_asked(run_desk: DeskFactory, publisher: Publisher, hub: Hub) -> None:
    publisher.pages["/feed"] = Page(rss("Tide tables", hub.url))
    async with run_desk(public=False) as desk:
        feed = desk.follow(publisher.url + "/feed")
        await desk.fetched(feed)
        desk.now += timedelta(minutes=10)
        await desk.fetched(feed)
        assert (await desk.state(feed)).subscription == Subscription(hub=hub.url, topic=feed.url)
        publisher.pages["/feed"].body = rss("Tide tables")
        desk.now += timedelta(minutes=10)
        await desk.fetched(feed)
        assert (await desk.state(feed)).subscription == Subscription()
    assert hub.requests == []


async def test_a_call_about_what_was_not_asked_for_is_404_and_changes_nothing(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub, redis: Redis
) -> None:
    publisher.pages["/plain"] = Page(rss("No hub"))
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        plain = desk.follow(publisher.url + "/plain")
        await desk.fetched(plain)
        before = await desk.state(feed), await desk.state(plain)
        good = {"hub.mode": "subscribe", "hub.topic": feed.url, "hub.challenge": "x", "hub.lease_seconds": "60"}
        calls = [
            (desk.callback(feed), {**good, "hub.topic": feed.url + "2"}),
            (desk.callback(feed), {**good, "hub.mode": "unsubscribe"}),
            (desk.callback(feed), {**good, "hub.challenge": ""}),
            (desk.callback(feed), {}),
            (desk.callback(plain), {**good, "hub.topic": plain.url}),
            (f"{desk.url}/websub/{'x' * 43}", good),
            (f"{desk.url}/websub/{feed.id}", good),
        ]
        for callback, query in calls:
            status, text = await hub.call(callback, query)
            assert (status, json.loads(text)["reason"]) == (404, "not_found")
        assert (await desk.state(feed), await desk.state(plain)) == before
        assert len(await redis.keys("feed:*")) == 2


async def test_what_is_not_rightly_signed_is_never_delivered(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub
) -> None:
    body = rss("Forged")
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        other = desk.follow(publisher.url + "/other")
        signatures = [
            None,
            "sha256=" + "0" * 64,
            "sha256",
            signed(feed, body + " "),
            signed(other, body),
            signed(feed, body, "sha1"),
            signed(feed, body, "md5"),
            signed(feed, body).upper().replace("SHA256", "SHA512"),
        ]
        for signature in signatures:
            answer = await push(desk.callback(feed), body, signature)
            assert (answer.status_code, answer.json()["reason"]) == (403, "forbidden")
        unknown = await push(f"{desk.url}/websub/{'x' * 43}", body, signed(feed, body))
        assert unknown.status_code == 404
        assert len(desk.delivered) == 1
        for method in ("sha256", "sha384", "sha512"):
            answer = await push(desk.callback(feed), body, signed(feed, body, method))
            assert (answer.status_code, answer.content) == (202, b"")
    assert len(desk.delivered) == 4


async def test_sha1_is_taken_where_the_setting_allows_it(run_desk: DeskFactory, publisher: Publisher, hub: Hub) -> None:
    async with run_desk(websub_allow_sha1=True) as desk:
        feed = await subscribed(desk, publisher, hub)
        assert await hub.publish(feed.url, rss("Pushed"), "sha1") == [202]


async def test_a_push_that_cannot_be_published_now_is_503_and_one_that_cannot_be_read_202(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub
) -> None:
    body = rss("Pushed")
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        desk.trouble = Unavailable(Reason.STREAM_FULL, "full", timedelta(seconds=20))
        later = await push(desk.callback(feed), body, signed(feed, body))
        desk.trouble = Rejected(Reason.MALFORMED, "not XML")
        never = await push(desk.callback(feed), body, signed(feed, body))
        large = await push(desk.callback(feed), "x" * 10_000_001, "sha256=" + "0" * 64)
        packed = await push(desk.callback(feed), body, signed(feed, body), **{"Content-Encoding": "gzip"})
    assert (later.status_code, later.headers["retry-after"]) == (503, "20")
    assert [answer.status_code for answer in (never, large, packed)] == [202, 413, 400]


async def test_a_removed_feeds_hub_is_told_and_its_pushes_are_410(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub
) -> None:
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        late = dict(hub.subscriptions)
        desk.file.remove(feed.id, BEGIN)
        await desk.hub_is("unsubscribed", feed)
        assert hub.subscriptions == {}
        hub.subscriptions = late
        assert await hub.publish(feed.url, rss("Late")) == [410]
        assert hub.subscriptions == {}
        desk.now += DAY
        other = desk.follow(publisher.url + "/other")
        await desk.fetched(other)
    assert [request["hub.mode"] for request in hub.requests] == ["subscribe", "unsubscribe"]
    assert "hub.secret" not in hub.requests[1]
    assert (len(desk.delivered), publisher.paths().count("/feed")) == (1, 1)


async def test_a_lost_redis_only_means_asking_again(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub, redis: Redis
) -> None:
    async with run_desk() as desk:
        feed = await subscribed(desk, publisher, hub)
        desk.now += timedelta(minutes=1)
        await redis.flushall()
        assert await hub.publish(feed.url, rss("Pushed")) == [202]
        await desk.hub_is("verified", feed)
    assert len(hub.requests) == 2


async def test_a_lease_is_given_back_only_by_its_holder(redis: Redis) -> None:
    states = States(redis)
    async with states.lease("a", DAY) as mine:
        async with states.lease("a", DAY) as second:
            assert (mine, second) == (True, False)
        await redis.set("feed:a:lease", "another's")
    assert await redis.get("feed:a:lease") == b"another's"
    async with states.lease("b", DAY) as mine:
        assert mine
        assert DAY - timedelta(minutes=1) < timedelta(milliseconds=await redis.pttl("feed:b:lease")) <= DAY
    assert await redis.get("feed:b:lease") is None


async def test_a_part_is_written_as_a_whole_and_the_other_left_alone(redis: Redis) -> None:
    states = States(redis)
    subscription = Subscription(hub="https://hub.example/", topic="https://harbour.example/", lease_until=BEGIN)
    await states.write("a", Polled(next_at=BEGIN, gone=True, etag='"é"', pause=timedelta(hours=1.5)))
    await states.write("a", subscription)
    await states.write("a", Polled(failures=2))
    assert await states.read(["a", "b"]) == [
        FeedState(Polled(failures=2), subscription),
        FeedState(Polled(), Subscription()),
    ]


async def test_state_is_forgotten_by_itself(run_desk: DeskFactory, publisher: Publisher, redis: Redis) -> None:
    async with run_desk() as desk:
        feed = desk.follow(publisher.url + "/feed")
        await desk.fetched(feed)
        assert 0 < await redis.ttl(f"feed:{feed.id}") <= 30 * 86_400


async def test_where_feeds_are_off_nothing_is_fetched_and_no_callback_answers(
    redis: Redis, publisher: Publisher, tmp_path: Path
) -> None:
    listening, app = free_port(), FastAPI()
    app.include_router(callbacks)
    app.add_exception_handler(WiredeskError, on_wiredesk_error)
    desk = Desk(url_of(listening), FeedsFile(tmp_path / "feeds.json"), States(redis))
    feed = desk.follow(publisher.url + "/feed")
    settings = FeedSettings(feeds_file=desk.file.path)
    async with following(settings, redis, desk.deliver, tick=TICK) as app.state.feeds, serving(app, listening):
        assert (await push(desk.callback(feed), "x", signed(feed, "x"))).status_code == 404
    assert publisher.requests == []


async def test_feeds_that_are_on_need_a_file(redis: Redis) -> None:
    desk = Desk("", FeedsFile(Path("none")), States(redis))
    with pytest.raises(ValueError, match="WIREDESK_FEEDS_FILE"):
        async with following(FeedSettings(feeds_enabled=True), redis, desk.deliver):
            pass


async def test_the_command_adds_lists_refreshes_and_removes(
    run_desk: DeskFactory, publisher: Publisher, hub: Hub, valkey: Valkey
) -> None:
    async with run_desk() as desk:
        environment = {"WIREDESK_FEEDS_FILE": str(desk.file.path), "WIREDESK_REDIS_URL": valkey.url}

        async def run(*arguments: str) -> tuple[int, str]:
            runner = CliRunner(env=environment)
            result = await asyncio.to_thread(runner.invoke, command, list(arguments))
            return result.exit_code, result.output

        publisher.pages["/feed"] = Page(rss("Tide tables", hub.url))
        url = publisher.url + "/feed"
        assert (await run("add", url, "--publisher", "harbour", "--every", "5m"))[0] == 0
        (feed,) = desk.file.read()
        assert (feed.url, feed.publisher, feed.interval) == (url, "harbour", timedelta(minutes=5))
        await desk.hub_is("verified", feed)
        await desk.fetched(feed)
        code, listed = await run("list", "--json")
        (row,) = json.loads(listed)
        assert (code, row["status"], row["failures"], row["hub_status"]) == (0, "200 changed", 0, "verified")
        assert row["next_at"] == "2026-11-03T12:05:00Z"
        for secret in (feed.secret, feed.callback_token):
            assert secret not in listed + (await run("list"))[1]
        assert (await run("refresh", feed.id))[0] == 0

        async def is_fetched_again() -> bool:
            return publisher.paths() == ["/feed", "/feed"]

        await eventually(is_fetched_again)
        assert (await run("remove", url))[0] == 0
        assert json.loads((await run("list", "--json"))[1]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "ftp://harbour.example/", "--publisher", "harbour"),
        ("add", "https://harbour.example/", "--publisher", "Not A Name"),
        ("add", "https://harbour.example/", "--publisher", "harbour", "--every", "often"),
        ("add", "https://harbour.example/", "--publisher", "harbour", "--every", "5s"),
        ("remove", "https://harbour.example/"),
        ("refresh", "01234567"),
    ],
)
def test_the_command_says_what_it_cannot_use(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = CliRunner(env={"WIREDESK_FEEDS_FILE": str(tmp_path / "feeds.json")}).invoke(command, list(arguments))
    assert result.exit_code in (1, 2)
    assert result.output
    assert not (tmp_path / "feeds.json").exists()
