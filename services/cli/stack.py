"""Embedded servers and the services as child processes, supervised."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from services import embedded
from services.cli import forked

_RESTART_AFTER = timedelta(milliseconds=500)
_SERVICE_STOP = timedelta(seconds=20)
_SERVER_STOP = timedelta(seconds=12)


@dataclass(slots=True)
class Child:
    """One supervised process. `log` is None for standard error, `module` that of a service."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path | None
    module: str = ""
    process: "subprocess.Popen[bytes] | forked.Forked | None" = None
    ended_at: float | None = None

    def start(self) -> None:
        """Starts it, tied to this process."""
        self.process = embedded.start(self.command, self.log, self.environment)
        self.ended_at = None

    def fork(self) -> None:
        """Starts its module as a copy of this process, tied to it."""
        self.process = forked.start(self.module, self.log, self.environment)

    def restart_if_ended(self) -> str | None:
        """Starts an ended process again after half a second; says so in the moment when it sees the end."""
        if self.process is None or self.process.poll() is None:
            return None
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            return f"{self.name} ended with {self.process.returncode}; starting it again"
        if time.monotonic() - self.ended_at >= _RESTART_AFTER.total_seconds():
            self.start()
        return None

    def wait(self, until: float) -> None:
        """Waits for its end, and kills it when that does not come before `until` (monotonic seconds)."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stack was asked to be. Ports that are None are found."""

    data: Path
    ingest_port: int | None = None
    opensearch_port: int | None = None
    redis_port: int | None = None
    service_logs: bool = True
    embedded_only: bool = False


@dataclass(slots=True)
class Stack:
    """Everything that `wiredesk up` runs. Servers named in the environment are used and not started."""

    ingest_url: str
    indexer_url: str
    search_url: str
    opensearch_url: str
    redis_url: str
    api_key: str
    publishers_file: str
    feeds_file: str
    servers: list[Child] = field(default_factory=list)
    services: list[Child] = field(default_factory=list)
    ports: list[embedded.Port] = field(default_factory=list)

    def start(self) -> None:
        """Starts everything at once; the services wait for the servers by themselves."""
        for child in self.servers:
            child.start()
        if forked.IS_POSSIBLE:
            forked.prepare([child.module for child in self.services])
        is_alone = threading.active_count() == 1
        for child in self.services:
            child.fork() if forked.IS_POSSIBLE and is_alone else child.start()

    def pids(self) -> dict[str, int]:
        """The process ids of the services."""
        return {child.name: child.process.pid for child in self.services if child.process}

    def supervise(self, report: Callable[[str], None]) -> None:
        """Starts again what has ended."""
        for child in (*self.servers, *self.services):
            if message := child.restart_if_ended():
                report(message)

    def ready(self, answers: Callable[[str], bool]) -> bool:
        """Whether articles are accepted, indexed and found; `answers` tells of an address whether it says so."""
        usually_last_first = (self.indexer_url, self.search_url, self.ingest_url)
        return all(answers(f"{url}/readyz") for url in usually_last_first)

    def stop(self) -> None:
        """Ends the services first, so that they finish what they have, then the servers."""
        for children, limit in ((self.services, _SERVICE_STOP), (self.servers, _SERVER_STOP)):
            for child in children:
                if child.process and child.process.poll() is None:
                    child.process.send_signal(signal.SIGTERM)
            until = time.monotonic() + limit.total_seconds()
            for child in children:
                child.wait(until)


def build_stack(wanted: Wanted, progress: embedded.Progress | None) -> Stack:
    """The stack, not started yet; downloads OpenSearch the first time. Raises OSError for a port that is taken."""
    (wanted.data / "logs").mkdir(parents=True, exist_ok=True)
    ports: list[embedded.Port] = []
    servers: list[Child] = []
    redis_url = _told("REDIS_URL", wanted) or _add_valkey(wanted, ports, servers)
    opensearch_url = _told("OPENSEARCH_URL", wanted) or _add_opensearch(wanted, ports, servers, progress)
    ingest_port, indexer_port = _port(ports, wanted.ingest_port, 8000), _port(ports, None, 8001)
    search_port = _port(ports, None, 8002)
    api_key = _api_key(wanted.data)
    files = {
        name: os.environ.get(name) or str((wanted.data / file).absolute())
        for name, file in (("WIREDESK_PUBLISHERS_FILE", "publishers.json"), ("WIREDESK_FEEDS_FILE", "feeds.json"))
    }
    environment = {
        **files,
        "WIREDESK_REDIS_URL": redis_url,
        "WIREDESK_OPENSEARCH_URL": opensearch_url,
        "WIREDESK_API_KEY": api_key,
        "WIREDESK_INGEST_PORT": str(ingest_port),
        "WIREDESK_INDEXER_PORT": str(indexer_port),
        "WIREDESK_SEARCH_PORT": str(search_port),
        "WIREDESK_ALERTS_PORT": str(_port(ports, None, 8003)),
        "WIREDESK_LOG_LEVEL": os.environ.get("WIREDESK_LOG_LEVEL", "WARNING"),
    }
    return Stack(
        ingest_url=f"http://127.0.0.1:{ingest_port}",
        indexer_url=f"http://127.0.0.1:{indexer_port}",
        search_url=f"http://127.0.0.1:{search_port}",
        opensearch_url=opensearch_url,
        redis_url=redis_url,
        api_key=api_key,
        publishers_file=files["WIREDESK_PUBLISHERS_FILE"],
        feeds_file=files["WIREDESK_FEEDS_FILE"],
        servers=servers,
        services=[_service(name, wanted, environment) for name in ("ingest", "indexer", "search", "alerts")],
        ports=ports,
    )


def _told(name: str, wanted: Wanted) -> str | None:
    return None if wanted.embedded_only else os.environ.get(f"WIREDESK_{name}")


def _port(ports: list[embedded.Port], number: int | None, default: int) -> int:
    ports.append(embedded.reserve_port(number, default))
    return ports[-1].number


def _add_valkey(wanted: Wanted, ports: list[embedded.Port], servers: list[Child]) -> str:
    number = _port(ports, wanted.redis_port, 6379)
    command = embedded.valkey_command(number, wanted.data / "valkey")
    servers.append(Child("valkey", command, {}, wanted.data / "logs" / "valkey.log"))
    return f"redis://127.0.0.1:{number}/0"


def _add_opensearch(
    wanted: Wanted, ports: list[embedded.Port], servers: list[Child], progress: embedded.Progress | None
) -> str:
    number = _port(ports, wanted.opensearch_port, 9200)
    data = wanted.data / "opensearch"
    command = embedded.opensearch_command(number, data, embedded.opensearch_home(progress))
    servers.append(Child("opensearch", command, {}, wanted.data / "logs" / "opensearch.log"))
    return f"http://127.0.0.1:{number}"


def _service(name: str, wanted: Wanted, environment: dict[str, str]) -> Child:
    log = None if wanted.service_logs else wanted.data / "logs" / f"{name}.log"
    module = f"services.{name}"
    return Child(name, [sys.executable, "-m", module], environment, log, module)


def _api_key(data: Path) -> str:
    """The key from the environment, else the one that this data directory has had from its first start."""
    if told := os.environ.get("WIREDESK_API_KEY"):
        return told
    file = data / "api-key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()
