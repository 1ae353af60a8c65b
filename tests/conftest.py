"""Real servers for every test that needs one. A server that does not start is a failure, never a skip."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import redis

from services import embedded


@dataclass(slots=True)
class Valkey:
    """A Valkey of one test's own, which it may stop and start again."""

    port: int
    data: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = embedded.valkey_command(self.port, self.data)
        self.process = embedded.start(command, self.data / "valkey.log")
        with redis.Redis.from_url(self.url) as client:
            until_true(lambda: answers(client), 10)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def until_true(condition: Callable[[], bool], seconds: float) -> None:
    """Returns when the condition holds; fails when that takes longer than `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "this did not come true in time"
        time.sleep(0.02)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    port = embedded.any_port()
    server = Valkey(port.number, tmp_path / "valkey")
    server.start()
    yield server
    server.stop()
    port.lock.release()


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One OpenSearch for all tests; each uses names of its own in it."""
    if told := os.environ.get("WIREDESK_TEST_OPENSEARCH_URL"):
        yield told
        return
    port = embedded.any_port()
    data = tmp_path_factory.mktemp("opensearch")
    command = embedded.opensearch_command(port.number, data, embedded.opensearch_home())
    process = embedded.start(command, data / "opensearch.log")
    url = f"http://127.0.0.1:{port.number}"
    until_true(lambda: serves(url), 120)
    yield url
    process.kill()
    process.wait()
    port.lock.release()


def serves(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_cluster/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def index_prefix() -> str:
    return f"t{uuid.uuid4().hex[:12]}-"
