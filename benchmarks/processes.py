"""Valkey and services as the processes that they are, and what they take of the machine."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import redis

from services import embedded

READY_SECONDS, DONE_SECONDS = 60, 600
Busy = dict[str, float]
"""Seconds of processor time, by what used it."""
_ROLES = {
    "org.opensearch": "OpenSearch",
    "services.ingest": "ingest",
    "services.indexer": "indexers",
    "valkey": "Redis",
    "rpconnect": "peer",
}


@dataclass(frozen=True, slots=True)
class Service:
    """A running process, and where it answers."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time so far, with that of its worker processes."""
        return sum(sum(one.cpu_times()[:2]) for one in self._all())

    def resident_bytes(self) -> int:
        """Memory that it and its worker processes have now; what they share is counted for each."""
        return sum(one.memory_info().rss for one in self._all())

    def peak_bytes(self) -> int:
        """The most that it and each of its worker processes ever had, as Linux keeps it."""
        return sum(_peak(one.pid) for one in self._all())

    def _all(self) -> list[psutil.Process]:
        own = psutil.Process(self.pid)
        return [own, *own.children(recursive=True)]


@contextmanager
def valkey(home: Path) -> Iterator[str]:
    """An empty server with its data in `home`; its URL. It is ended with the context."""
    port = embedded.any_port()
    process = embedded.start(embedded.valkey_command(port.number, home / "valkey"), home / "valkey.log")
    try:
        url = f"redis://127.0.0.1:{port.number}/0"
        with redis.Redis.from_url(url) as asked:
            until(asked.ping, READY_SECONDS)
        yield url
    finally:
        process.kill()
        process.wait()
        port.lock.release()


@contextmanager
def services(module: str, count: int, environment: dict[str, str], home: Path) -> Iterator[list[Service]]:
    """So many processes of a service such as `services.ingest`, ready. They are ended with the context.

    Their logs are written into `home`.
    """
    name = module.rpartition(".")[2]
    ports = [embedded.any_port() for _ in range(count)]
    own = [
        {f"WIREDESK_{name.upper()}_PORT": str(port.number), "WIREDESK_CONSUMER": f"c{port.number}"} for port in ports
    ]
    running = [
        embedded.start([sys.executable, "-m", module], home / f"{name}-{count}-{number}.log", environment | one)
        for number, one in enumerate(own)
    ]
    started = [
        Service(f"http://127.0.0.1:{port.number}", process.pid) for port, process in zip(ports, running, strict=True)
    ]
    try:
        for one in started:
            until(lambda one=one: httpx.get(f"{one.url}/readyz").status_code == 200, READY_SECONDS)  # type: ignore[misc]
        yield started
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
        for port in ports:
            port.lock.release()


def busy() -> Busy:
    """Processor time so far of what this process has started, by role."""
    spent: Busy = {}
    for process in psutil.Process().children(recursive=True):
        try:
            times, role = process.cpu_times(), _role(process.cmdline())
        except psutil.NoSuchProcess:
            continue
        spent[role] = spent.get(role, 0.0) + times.user + times.system
    return spent


def spent_since(before: Busy) -> Busy:
    """Processor time between `before`, which `busy` told, and now."""
    return {role: spent - before.get(role, 0.0) for role, spent in busy().items()}


def until(condition: Callable[[], object], seconds: float, pause: float = 0.05) -> None:
    """Asks until it is so, or raises RuntimeError after so many seconds; a server that is not there yet may be."""
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (httpx.HTTPError, redis.ConnectionError):
            pass
        if time.monotonic() > end:
            raise RuntimeError("this took too long")
        time.sleep(pause)


def say(*words: object) -> None:
    """A line of progress, on standard error."""
    print(*words, file=sys.stderr, flush=True)


def _role(command: Sequence[str]) -> str:
    words = " ".join(command)
    return next((role for sign, role in _ROLES.items() if sign in words), "others")


def _peak(pid: int) -> int:
    """VmHWM; where there is no /proc, what is resident now."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return int(psutil.Process(pid).memory_info().rss)
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) * 1024
