"""A Sentinel group of real servers on loopback: one primary, two replicas, three sentinels."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

from services import embedded
from tests.conftest import Valkey, until_true

NAME = "desk"
PASSWORD = "asked-by-sentinels"
_DOWN_MILLISECONDS = 1000


@dataclass(slots=True)
class Sentinels:
    """The group's servers, the first one the primary at first, and the ports of its sentinels."""

    servers: list[Valkey]
    ports: list[int]
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    @property
    def url(self) -> str:
        """How a service is told of it."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"redis+sentinel://{hosts}/{NAME}/0?sentinel_password={PASSWORD}"

    def primary(self) -> Valkey:
        """The server that the first sentinel takes for the primary."""
        with redis.Redis(port=self.ports[0], password=PASSWORD, decode_responses=True) as sentinel:
            _, port = sentinel.sentinel_get_master_addr_by_name(NAME)
        return next(server for server in self.servers if server.port == int(port))

    def fail_over(self) -> None:
        """Lets a replica take the primary's place while both live; returns when the sentinels say so."""
        before = self.primary().port
        with redis.Redis(port=self.ports[0], password=PASSWORD) as sentinel:
            sentinel.execute_command("SENTINEL", "FAILOVER", NAME)
        until_true(lambda: self.primary().port != before, 20)

    def wait_for_replicas(self, count: int) -> None:
        """Returns when the primary has so many replicas that keep up."""
        with redis.Redis.from_url(self.primary().url) as primary:
            until_true(lambda: _online(primary) == count, 20)


@contextmanager
def sentinel_group(directory: Path) -> Iterator[Sentinels]:
    """Six servers, ended with the context."""
    with ExitStack() as stack:
        ports = [embedded.any_port() for _ in range(6)]
        for port in ports:
            stack.callback(port.lock.release)
        group = Sentinels([], [port.number for port in ports[3:]])
        for port in ports[:3]:
            server = Valkey(port.number, directory / f"server-{port.number}")
            server.start()
            stack.callback(server.stop)
            group.servers.append(server)
        with redis.Redis.from_url(group.servers[0].url) as client:
            client.config_set("repl-diskless-sync-delay", 0)
        for server in group.servers[1:]:
            with redis.Redis.from_url(server.url) as client:
                client.config_set("repl-diskless-sync-delay", 0)
                client.replicaof("127.0.0.1", group.servers[0].port)
        for number in group.ports:
            group.processes.append(_sentinel(number, group.servers[0].port, directory / f"sentinel-{number}"))
            stack.callback(_end, group.processes[-1])
        with redis.Redis(port=group.ports[0], password=PASSWORD) as sentinel:
            until_true(lambda: _knows_all(sentinel), 20)
        group.wait_for_replicas(2)
        yield group


def _sentinel(port: int, primary: int, data: Path) -> "subprocess.Popen[bytes]":
    data.mkdir()
    file = data / "sentinel.conf"
    file.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {data}\nrequirepass {PASSWORD}\n"
        f"sentinel sentinel-pass {PASSWORD}\n"
        f"sentinel monitor {NAME} 127.0.0.1 {primary} 2\n"
        f"sentinel down-after-milliseconds {NAME} {_DOWN_MILLISECONDS}\n"
        f"sentinel failover-timeout {NAME} 3000\n"
    )
    binary = embedded.valkey_command(port, data)[0]
    return embedded.start([binary, str(file), "--sentinel"], data / "sentinel.log")


def _knows_all(sentinel: redis.Redis) -> bool:
    try:
        groups: Any = sentinel.sentinel_masters()
        (group,) = groups.values()
    except redis.ConnectionError:
        return False
    return int(group["num-slaves"]) == 2 and int(group["num-other-sentinels"]) == 2


def _online(primary: redis.Redis) -> int:
    states = (one for name, one in primary.info("replication").items() if name.startswith("slave"))
    return sum(isinstance(one, dict) and one["state"] == "online" for one in states)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
