"""Everything that the reading room needs, as processes of their own, and a desk that posts to it."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import quote

import httpx

from services import embedded
from services.index.names import IndexNames
from tests.chaos.servers import started_valkey
from tests.conftest import until_true

KEY = "a-key-for-tests-only"
_PORTS = {"ingest": "INGEST_PORT", "indexer": "INDEXER_PORT", "search": "SEARCH_PORT"}


@dataclass(slots=True)
class Stage:
    """A running reading room at `url`, and where articles are posted."""

    url: str
    ingest_url: str
    refresh_url: str
    articles: dict[str, str] = field(default_factory=dict)
    """From an article's own id to its id here."""

    def post(self, *articles: Mapping[str, Any]) -> None:
        """Posts them, in this order, and returns when each can be found."""
        with self._client() as client:
            for article in articles:
                answer = client.post("/v1/articles", json=article)
                assert answer.status_code == 202, answer.text
                self.articles[article["id"]] = answer.json()["id"]
                self._indexed(client, answer.json()["links"]["receipt"])

    def post_all(self, articles: Iterable[Mapping[str, Any]]) -> None:
        """Posts many at once."""
        with self._client() as client:
            answer = client.post("/v1/articles", json=list(articles))
            assert answer.status_code == 202, answer.text
            for one in answer.json()["items"]:
                self._indexed(client, one["links"]["receipt"])

    def withdraw(self, own_id: str) -> None:
        """Withdraws an article and returns when it can be found no more."""
        with self._client() as client:
            article_id = self.articles[own_id]
            answer = client.delete(f"/v1/articles/{quote(article_id, safe='')}")
            assert answer.status_code == 202, answer.text
            self._indexed(client, answer.json()["links"]["receipt"])

    def path(self, own_id: str) -> str:
        """Where an article's page is."""
        return f"/articles/{quote(self.articles[own_id], safe='')}"

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.ingest_url, headers={"Authorization": f"Bearer {KEY}"}, timeout=60)

    def _indexed(self, client: httpx.Client, receipt: str) -> None:
        until_true(lambda: client.get(receipt).json()["status"] in ("indexed", "withdrawn"), 30)
        httpx.post(self.refresh_url, timeout=30).raise_for_status()  # of versions, which else takes half a minute


@contextmanager
def stage(home: Path, opensearch_url: str) -> Iterator[Stage]:
    """Valkey and the three services, with an index of their own in this OpenSearch, until it is left."""
    prefix = f"t{uuid.uuid4().hex[:12]}-"
    with ExitStack() as stack:
        stack.callback(_remove_indices, opensearch_url, prefix)
        valkey = stack.enter_context(started_valkey(home))
        settings = {
            "WIREDESK_REDIS_URL": valkey.url,
            "WIREDESK_OPENSEARCH_URL": opensearch_url,
            "WIREDESK_INDEX_PREFIX": prefix,
            "WIREDESK_API_KEY": KEY,
            "WIREDESK_REFRESH_INTERVAL": "0.1",
            "WIREDESK_SEARCH_RATE": "0",
            "WIREDESK_LOG_LEVEL": "WARNING",
        }
        urls = {name: stack.enter_context(_service(name, settings, home)) for name in _PORTS}
        for url in urls.values():
            until_true(lambda url=url: _is_ready(url), 60)  # type: ignore[misc]
        versions = IndexNames.with_prefix(prefix).versions
        yield Stage(urls["search"], urls["ingest"], f"{opensearch_url}/{versions}/_refresh")


@contextmanager
def _service(name: str, settings: Mapping[str, str], home: Path) -> Iterator[str]:
    port = embedded.any_port()
    environment = {**settings, f"WIREDESK_{_PORTS[name]}": str(port.number)}
    command = [sys.executable, "-m", f"services.{name}"]
    process = embedded.start(command, home / f"{name}.log", environment)
    try:
        yield f"http://127.0.0.1:{port.number}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        port.lock.release()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _remove_indices(opensearch_url: str, prefix: str) -> None:
    httpx.delete(f"{opensearch_url}/{prefix}*", timeout=30)
    httpx.delete(f"{opensearch_url}/_scripts/{IndexNames.with_prefix(prefix).search_template}", timeout=30)


def chromium() -> str:
    """The browser's program. Raises RuntimeError with what to install where there is none."""
    told = os.environ.get("CHROMIUM")
    for name in (told,) if told else ("chromium", "chromium-browser", "google-chrome"):
        if found := which(name):
            return found
    raise RuntimeError("Chromium is needed: apt-get install chromium, or CHROMIUM=its path")
