"""Publishers with keys of their own, feeds as files, and purging, seen from outside."""

import json
from pathlib import Path

import httpx
import redis

from tests.system.conftest import Up, until

SECRET = "Quicksilver"
FEED = f"""<rss version="2.0"><channel><title>Lantern</title><link>https://lantern.example/</link>
<description>News</description><item><guid isPermaLink="false">lantern-1</guid>
<title>{SECRET} found in the canal</title>
<link>https://lantern.example/1</link><description>Divers reported {SECRET} on Monday.</description>
<category>Canals</category><pubDate>Mon, 05 Oct 2026 09:00:00 GMT</pubDate></item></channel></rss>"""


def publisher_with_key(up: Up, name: str, *options: str) -> str:
    assert up.run("publishers", "add", name, *options).returncode == 0
    created = up.run("keys", "create", name, "--json")
    assert created.returncode == 0, created.stderr
    key: str = json.loads(created.stdout)["key"]
    return key


def client(up: Up, key: str) -> httpx.Client:
    return httpx.Client(base_url=up.ready["ingest_url"], headers={"Authorization": f"Bearer {key}"}, timeout=30)


def test_a_running_service_notices_new_and_revoked_keys(up: Up) -> None:
    key = publisher_with_key(up, "harborline", "--domain", "harborline.example")
    article = {"title": "Ferry late", "body": "It waited for the tide.", "url": "https://harborline.example/1"}
    with client(up, key) as own:
        until(lambda: own.post("/v1/articles", json=article).is_success, 10)
        foreign = own.post("/v1/articles", json={**article, "url": "https://lantern.example/1"})
        assert foreign.status_code == 403
        listed = json.loads(up.run("keys", "list", "harborline", "--json").stdout)
        assert key not in json.dumps(listed)
        assert up.run("keys", "revoke", listed[0]["id"]).returncode == 0
        until(lambda: own.post("/v1/articles", json=article).status_code == 401, 10)


def test_a_purged_article_is_nowhere_any_more(up: Up, tmp_path: Path) -> None:
    feed = tmp_path / "feed.rss"
    feed.write_text(FEED)
    posted = up.run("post", "--wait", str(feed))
    assert posted.returncode == 0, posted.stderr
    assert "accepted local:lantern-1 #canals" in posted.stdout
    assert [hit["id"] for hit in up.search(SECRET)["hits"]] == ["local:lantern-1"]

    done = up.run("purge", "local:lantern-1", "--json")
    assert done.returncode == 0, done.stderr
    removed = json.loads(done.stdout)["removed"]
    assert removed["versions"] == 1
    assert removed["stream_entries"] == 1

    assert up.search(SECRET)["hits"] == []
    base = up.ready["opensearch_url"]
    for index in ("articles-write", "articles-held", "article-versions"):
        assert SECRET not in httpx.get(f"{base}/{index}/_search?size=1000", timeout=30).text
    with redis.Redis.from_url(up.ready["redis_url"]) as server:
        for stream in ("articles", "articles.dead", "articles.changes"):
            assert SECRET not in str(server.xrange(stream))
    with up.client() as own:
        assert own.get("/v1/articles/local%3Alantern-1").json()["status"] == "withdrawn"
        again = own.post("/v1/articles", content=FEED.encode(), headers={"Content-Type": "application/rss+xml"})
        assert [item["status"] for item in again.json()["items"]] == ["superseded"]


def test_what_cannot_be_purged_is_said(up: Up) -> None:
    done = up.run("purge", "nonsense")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
