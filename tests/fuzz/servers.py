"""Real processes to post to, each on a Valkey of its own, and what is looked at beside their answers."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import redis

from schemas.streams import ARTICLES_STREAM, DEAD_LETTERS_STREAM, hint_key
from services import embedded
from tests.conftest import Valkey, until_true
from tests.system.conftest import start, stop

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Servers:
    """An ingest process, and where it publishes."""

    url: str
    key: str
    redis_url: str
    pid: int
    log: Path | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What a publisher sends with every request."""
        return {"Authorization": f"Bearer {self.key}"}

    def client(self) -> httpx.AsyncClient:
        """A client of 8 connections that are kept."""
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        return httpx.AsyncClient(base_url=self.url, headers=self.headers, limits=limits, timeout=60, trust_env=False)

    def is_ready(self) -> bool:
        """Whether the very process that was started still accepts articles."""
        try:
            answer = httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and psutil.pid_exists(self.pid)

    def memory(self) -> int:
        """The memory that the ingest process has, in bytes; none where it has ended."""
        return int(psutil.Process(self.pid).memory_info().rss) if psutil.pid_exists(self.pid) else 0

    def published(self) -> int:
        """How many events were ever added to the stream."""
        with redis.Redis.from_url(self.redis_url) as client:
            if not client.exists(ARTICLES_STREAM):
                return 0
            information: Any = client.xinfo_stream(ARTICLES_STREAM)
            return int(information["entries-added"])

    def hinted(self) -> int:
        """For how many addresses something is kept until their articles come."""
        with redis.Redis.from_url(self.redis_url) as client:
            return sum(1 for _ in client.scan_iter(hint_key("*", "*"), count=1000))

    def dead_letters(self) -> int:
        """How many events the indexer could not use, after it has seen them all."""
        with redis.Redis.from_url(self.redis_url) as client:

            def seen_all() -> bool:
                groups: Any = client.xinfo_groups(ARTICLES_STREAM)
                return all(group["pending"] == 0 and group["lag"] == 0 for group in groups)

            until_true(seen_all, 60)
            return int(client.xlen(DEAD_LETTERS_STREAM))  # type: ignore[arg-type, unused-ignore]

    def faults(self) -> str:
        """The end of what the process has logged."""
        return self.log.read_text(errors="replace")[-4000:] if self.log else ""


@contextmanager
def ingest_alone() -> Iterator[Servers]:
    """Ingest and Valkey; where an index would be asked, none answers."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-fuzz-") as folder:
        data, ports = Path(folder), [embedded.any_port() for _ in range(3)]
        valkey, key = Valkey(ports[0].number, data / "valkey"), secrets.token_urlsafe(16)
        valkey.start()
        log = data / "ingest.log"
        told = {
            **{"REDIS_URL": valkey.url, "OPENSEARCH_URL": f"http://127.0.0.1:{ports[2].number}"},
            **{"API_KEY": key, "INGEST_PORT": ports[1].number, "LOG_LEVEL": "WARNING"},
            **{"PUBLISHERS_FILE": data / "publishers.json", "FEEDS_FILE": data / "feeds.json"},
        }
        environment = {f"WIREDESK_{name}": str(value) for name, value in told.items()}
        process = embedded.start([sys.executable, "-m", "services.ingest"], log, environment)
        try:
            servers = Servers(f"http://127.0.0.1:{ports[1].number}", key, valkey.url, process.pid, log)
            until_true(servers.is_ready, 60)
            yield servers
        finally:
            process.terminate()
            process.wait()
            valkey.stop()
            for port in ports:
                port.lock.release()


@contextmanager
def whole_stack() -> Iterator[Servers]:
    """Everything that `wiredesk up` runs, with data of its own."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-fuzz-") as folder:
        up = start("--data", f"{folder}/data", XDG_STATE_HOME=folder, WIREDESK_LOG_LEVEL="ERROR")
        try:
            ready = up.ready
            yield Servers(ready["ingest_url"], ready["api_key"], ready["redis_url"], ready["pids"]["ingest"])
        finally:
            stop(up)
