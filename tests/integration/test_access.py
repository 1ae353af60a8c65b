"""Who may write: a wrong, revoked, foreign or missing key never publishes, on any route that writes."""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.streams import ARTICLES_STREAM
from services.publishers.changes import add_key, add_publisher, change_publisher, revoke_key
from services.publishers.file import change
from services.publishers.keys import NewKey, new_key
from services.publishers.model import Publisher, Rate
from tests.integration.conftest import IngestFactory, World

ARTICLE = {"id": "a-1", "title": "A pact on rare earth", "body": "Ministers signed it in the port city on Monday."}
FEED = """<rss version="2.0"><channel><title>Quay</title><item><guid>{id}</guid><title>Pilots strike</title>
<link>{url}</link><description>Pilots voted on Monday.</description></item></channel></rss>"""


@dataclass(slots=True)
class Desk:
    """A file of publishers, and the keys that are in it."""

    path: Path

    def publisher(self, name: str, **fields: Any) -> None:
        change(self.path, lambda registry: add_publisher(registry, Publisher(name=name, **fields)))

    def key(self, name: str | None, **options: Any) -> NewKey:
        new = new_key(datetime.now(UTC), **options)
        change(self.path, lambda registry: add_key(registry, name, new.key))
        return new


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "publishers.json")
    desk.publisher("quay", domains=("quay.example",))
    desk.publisher("harbor", domains=("harbor.example",))
    return desk


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def length(world: World) -> int:
    return int(await world.redis.xlen(ARTICLES_STREAM))


Write = Callable[[httpx.AsyncClient, dict[str, str]], Any]


def _post(**parts: Any) -> Write:
    async def write(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
        return await client.post(
            parts["path"], content=parts["body"], headers={**headers, "Content-Type": parts["kind"]}
        )

    return write


async def _delete(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await client.delete("/v1/articles/quay%3Aa-1", headers=headers)


NATIVE = b'{"id": "a-1", "title": "Pilots strike", "body": "Pilots voted.", "url": "https://quay.example/1"}'
RSS = FEED.format(id="a-1", url="https://quay.example/1").encode()
WRITES: dict[str, Write] = {
    "native": _post(path="/v1/articles", body=NATIVE, kind="application/json"),
    "feed": _post(path="/v1/articles", body=RSS, kind="application/rss+xml"),
    "lines": _post(path="/v1/articles", body=NATIVE, kind="application/x-ndjson"),
    "batch": _post(path="/v1/articles/batch", body=NATIVE, kind="application/x-ndjson"),
    "micropub": _post(
        path="/v1/articles", body=b"h=entry&content=Pilots+voted", kind="application/x-www-form-urlencoded"
    ),
    "micropub delete": _post(
        path="/v1/articles",
        body=b"action=delete&url=https://quay.example/1",
        kind="application/x-www-form-urlencoded",
    ),
    "delete": _delete,
}
writes = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


@writes
async def test_a_good_key_publishes(world: World, run_ingest: IngestFactory, desk: Desk, write: Write) -> None:
    key = desk.key("quay").text
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        assert (await write(client, bearer(key))).is_success
    assert await length(world) == 1


@writes
async def test_a_wrong_revoked_expired_or_missing_key_never_publishes(
    world: World, run_ingest: IngestFactory, desk: Desk, write: Write
) -> None:
    revoked, expired = desk.key("quay"), desk.key("quay", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    change(desk.path, lambda registry: revoke_key(registry, revoked.key.id, datetime.now(UTC)))
    good = desk.key("quay").text
    async with run_ingest(key=None, api_key=None, publishers_file=desk.path) as client:
        for headers in (
            {},
            bearer(""),
            bearer("wrong"),
            bearer(good[:-1]),
            bearer(good.upper()),
            bearer(revoked.text),
            bearer(expired.text),
            {"Authorization": f"Basic {good}"},
            {"Authorization": good},
        ):
            assert (await write(client, headers)).status_code == 401
    assert await length(world) == 0


async def post_form(client: httpx.AsyncClient, kind: str, token: str, header: str | None = None) -> int:
    fields = {"h": "entry", "content": f"Pilots voted: {kind}", "access_token": token}
    form: dict[str, Any] = (
        {"data": fields} if kind == "encoded" else {"files": {name: (None, value) for name, value in fields.items()}}
    )
    headers = {} if header is None else bearer(header)
    return (await client.post("/v1/articles", headers=headers, **form)).status_code


@pytest.mark.parametrize("kind", ["encoded", "multipart"])
async def test_a_form_may_carry_the_key(world: World, run_ingest: IngestFactory, desk: Desk, kind: str) -> None:
    good, revoked = desk.key("quay").text, desk.key("quay")
    change(desk.path, lambda registry: revoke_key(registry, revoked.key.id, datetime.now(UTC)))
    async with run_ingest(key=None, api_key=None, publishers_file=desk.path, max_body_bytes=1000) as client:
        for token in ("", "wrong", good[:-1], revoked.text):
            assert await post_form(client, kind, token) == 401
        assert await post_form(client, kind, good, header="wrong") == 401
        assert await post_form(client, kind, "x" * 1000) == 413
        assert await length(world) == 0
        assert await post_form(client, kind, good) == 202
    assert await length(world) == 1


async def test_a_form_that_cannot_be_read_carries_no_key(world: World, run_ingest: IngestFactory, desk: Desk) -> None:
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        for kind, body in (("application/x-www-form-urlencoded", b"\xff=1"), ("multipart/form-data", b"--x")):
            assert (await client.post("/v1/articles", content=body, headers={"Content-Type": kind})).status_code == 401
    assert await length(world) == 0


@writes
async def test_a_disabled_publishers_key_never_publishes(
    world: World, run_ingest: IngestFactory, desk: Desk, write: Write
) -> None:
    key = desk.key("quay").text
    change(desk.path, lambda registry: change_publisher(registry, "quay", disabled=True))
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        assert (await write(client, bearer(key))).status_code == 401
    assert await length(world) == 0


FOREIGN: list[tuple[str, bytes, str]] = [
    ("another's domain", NATIVE.replace(b"quay.example", b"harbor.example"), "application/json"),
    ("no own domain", NATIVE.replace(b"quay.example", b"elsewhere.example"), "application/json"),
    ("a look-alike", NATIVE.replace(b"quay.example", b"notquay.example"), "application/json"),
    ("another's id", NATIVE.replace(b'"a-1"', b'"harbor:a-1"'), "application/json"),
    ("feed", FEED.format(id="1", url="https://harbor.example/1").encode(), "application/rss+xml"),
    ("feed's id", FEED.format(id="harbor:1", url="https://quay.example/1").encode(), "application/rss+xml"),
    ("delete", b"action=delete&url=https://harbor.example/1", "application/x-www-form-urlencoded"),
    ("delete by id", b"action=delete&url=/v1/articles/harbor%253Aa-1", "application/x-www-form-urlencoded"),
    ("update", b'{"action":"update","url":"https://harbor.example/1","delete":["category"]}', "application/json"),
]


@pytest.mark.parametrize(("body", "kind"), [(body, kind) for _, body, kind in FOREIGN], ids=[n for n, _, _ in FOREIGN])
async def test_what_is_another_publishers_is_forbidden(
    world: World, run_ingest: IngestFactory, desk: Desk, body: bytes, kind: str
) -> None:
    headers = {**bearer(desk.key("quay").text), "Content-Type": kind}
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        answer = await client.post("/v1/articles", content=body, headers=headers)
        preview = await client.post("/v1/preview", content=body, headers=headers)
    assert answer.status_code == 403, answer.text
    assert b'"forbidden"' in answer.content
    assert b'"forbidden"' in preview.content
    assert await length(world) == 0


async def test_anothers_article_can_be_neither_seen_nor_withdrawn(
    world: World, run_ingest: IngestFactory, desk: Desk
) -> None:
    quay, harbor = bearer(desk.key("quay").text), bearer(desk.key("harbor").text)
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        assert (await client.post("/v1/articles", json=ARTICLE, headers=quay)).status_code == 202
        for method, path in (("GET", ""), ("GET", "/history"), ("DELETE", "")):
            answer = await client.request(method, f"/v1/articles/quay%3Aa-1{path}", headers=harbor)
            assert (answer.status_code, answer.json()["reason"]) == (403, "forbidden")
    assert await length(world) == 1


async def test_an_operator_sees_all_and_posts_nothing(world: World, run_ingest: IngestFactory, desk: Desk) -> None:
    quay, operator = bearer(desk.key("quay").text), bearer(desk.key(None).text)
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        await client.post("/v1/articles", json=ARTICLE, headers=quay)
        for write in (WRITES["native"], WRITES["feed"], WRITES["micropub"], WRITES["micropub delete"]):
            assert (await write(client, operator)).status_code == 403
        assert b"forbidden" in (await WRITES["batch"](client, operator)).content
        assert await length(world) == 1
        assert (await client.get("/v1/articles/quay%3Aa-1", headers=operator)).json()["status"] == "accepted"
        assert (await client.get("/v1/changes", headers=operator)).status_code == 200
        assert (await client.delete("/v1/articles/nobody%3A1", headers=operator)).status_code == 404
        assert (await client.delete("/v1/articles/quay%3Aa-1", headers=operator)).status_code == 202


async def test_an_answers_id_can_be_posted_back(world: World, run_ingest: IngestFactory, desk: Desk) -> None:
    quay = bearer(desk.key("quay").text)
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        first = (await client.post("/v1/articles", json=ARTICLE, headers=quay)).json()
        again = (await client.post("/v1/articles", json={**ARTICLE, "id": first["id"]}, headers=quay)).json()
    assert (again["id"], again["status"]) == (first["id"], "unchanged")


async def test_a_key_that_signs_must_sign_every_write(world: World, run_ingest: IngestFactory, desk: Desk) -> None:
    key = desk.key("quay", signed=True)
    secret = (key.key.signing_secret or "").encode()

    def signed(method: str, target: str, body: bytes, at: float) -> dict[str, str]:
        message = f"{int(at)}.{method}.{target}.".encode() + body
        signature = hmac.new(secret, message, hashlib.sha256).hexdigest()
        return {**bearer(key.text), "Wiredesk-Timestamp": str(int(at)), "Wiredesk-Signature": f"sha256={signature}"}

    target = "/v1/articles?section=Trade%20news"
    kind = {"Content-Type": "application/json"}
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        for write in WRITES.values():
            assert (await write(client, bearer(key.text))).status_code == 401
        for headers, body in (
            (signed("POST", target, NATIVE, time.time() - 1000), NATIVE),
            (signed("POST", target, NATIVE, time.time()), NATIVE + b" "),
            (signed("POST", "/v1/articles", NATIVE, time.time()), NATIVE),
            (signed("DELETE", target, NATIVE, time.time()), NATIVE),
        ):
            assert (await client.post(target, content=body, headers={**headers, **kind})).status_code == 401
        assert await length(world) == 0
        good = signed("POST", target, NATIVE, time.time())
        assert (await client.post(target, content=NATIVE, headers={**good, **kind})).status_code == 202
        batch = signed("POST", "/v1/articles/batch", NATIVE, time.time())
        lines = {"Content-Type": "application/x-ndjson"}
        assert (await client.post("/v1/articles/batch", content=NATIVE, headers={**batch, **lines})).status_code == 200
        path = "/v1/articles/quay%3Aa-1"
        assert (await client.delete(path, headers=signed("DELETE", path, b"", time.time()))).status_code == 202


async def test_losing_redis_revokes_and_grants_nothing(world: World, run_ingest: IngestFactory, desk: Desk) -> None:
    key = desk.key("quay").text
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        await world.redis.flushall()
        assert (await client.post("/v1/articles", json=ARTICLE, headers=bearer(key))).status_code == 202
        assert (await client.post("/v1/articles", json=ARTICLE, headers=bearer("wrong"))).status_code == 401


async def test_a_publisher_with_a_rate_is_told_what_is_left_and_then_to_wait(
    world: World, run_ingest: IngestFactory, desk: Desk
) -> None:
    desk.publisher("fast", rate=Rate(articles=5, seconds=3600))
    fast, quay = bearer(desk.key("fast").text), bearer(desk.key("quay").text)
    async with run_ingest(key=None, publishers_file=desk.path) as client:
        first = await client.post("/v1/articles", json=ARTICLE, headers=fast)
        assert first.headers["ratelimit-policy"] == '"articles";q=5;w=3600'
        assert first.headers["ratelimit"].startswith('"articles";r=4;t=')
        three = b"\n".join(b'{"title": "t", "body": "Text %d."}' % number for number in range(3))
        lines = {**fast, "Content-Type": "application/x-ndjson"}
        assert (await client.post("/v1/articles/batch", content=three, headers=lines)).content.count(b"accepted") == 3
        refused = (await client.post("/v1/articles/batch", content=three, headers=lines)).content
        assert refused.count(b'"unavailable"') == refused.count(b'"rate_limited"') == 3
        assert (await client.post("/v1/articles", json={**ARTICLE, "id": "b"}, headers=fast)).status_code == 202
        limited = await client.post("/v1/articles", json={**ARTICLE, "id": "c"}, headers=fast)
        assert (limited.status_code, limited.json()["reason"]) == (429, "rate_limited")
        assert int(limited.headers["retry-after"]) >= 1
        assert "ratelimit" in limited.headers
        unlimited = await client.post("/v1/articles", json=ARTICLE, headers=quay)
        assert "ratelimit" not in unlimited.headers
    assert await length(world) == 6
