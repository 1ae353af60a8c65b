"""docker-compose.cluster.yml as a project of its own, whose containers can be killed and started again one by one."""

import json
import secrets
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.compose.test_compose import everybody_is_admin, free_ports, limits_of_this_machine, made_secrets, write_env

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("open_files.c")
NODES = ("opensearch-1", "opensearch-2", "opensearch-3")
SERVERS = ("redis-1", "redis-2", "redis-3")
_UP_SECONDS = 900
_WHOLE_SECONDS = 120


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `settings` are those of its env file."""

    project: str
    files: tuple[str, ...]
    env_file: Path
    settings: dict[str, str]

    @property
    def trusted(self) -> ssl.SSLContext:
        """Trusts this cluster's own authority, and nobody else."""
        return ssl.create_default_context(cafile=f"{self.settings['WIREDESK_CERTIFICATES']}/authority.pem")

    @property
    def ingest_url(self) -> str:
        """Where publishers post."""
        return f"https://localhost:{self.settings['PROXY_INGEST_PORT']}"

    @property
    def search_url(self) -> str:
        """Where readers search."""
        return f"https://localhost:{self.settings['PROXY_SEARCH_PORT']}"

    def compose(self, *arguments: str, seconds: float = 120) -> str:
        """What `docker compose` prints. Raises subprocess.CalledProcessError."""
        files = [part for file in self.files for part in ("-f", file)]
        command = ["docker", "compose", "-p", self.project, "--env-file", str(self.env_file), *files, *arguments]
        return told(command, seconds)

    def container(self, service: str) -> str:
        """The name of the service's first container."""
        return f"{self.project}-{service}-1"

    def kill(self, service: str) -> None:
        """Ends a container as a power cut would: it is asked nothing."""
        told(["docker", "kill", "--signal", "KILL", self.container(service)])

    def start(self, service: str) -> None:
        """Starts it again, with the data that it had."""
        told(["docker", "start", self.container(service)])

    def primary(self) -> str:
        """Which Redis the Sentinels take for the primary."""
        for sentinel in ("sentinel-1", "sentinel-2", "sentinel-3"):
            ask = ("redis-cli", "-p", "26379", "SENTINEL", "get-master-addr-by-name", "wiredesk")
            try:
                address = told(["docker", "exec", self.container(sentinel), *ask], 10).split()[0]
            except subprocess.SubprocessError:
                continue
            return f"redis-{int(address.rpartition('.')[2]) - 20}"
        raise RuntimeError("no Sentinel answers")

    def is_whole(self) -> bool:
        """Whether every container is healthy, every shard has its copies, and the primary its replicas."""
        try:
            found = json.loads(told(["docker", "inspect", *self.compose("ps", "-a", "-q").split()]))
            if any(one["State"].get("Health", {}).get("Status") != "healthy" for one in found):
                return False
            if self._opensearch("_cluster/health?filter_path=status")["status"] != "green":
                return False
            info = told(["docker", "exec", self.container(self.primary()), "redis-cli", "INFO", "replication"], 10)
            return info.count("state=online") == len(SERVERS) - 1
        except (subprocess.SubprocessError, RuntimeError):
            return False

    def ids_with(self, tag: str) -> set[str]:
        """The ids of all that the alias `articles` has with this tag; what is asked is the index, not a service."""
        query = {"query": {"term": {"tags": tag}}, "size": 10_000, "_source": False}
        hits = self._opensearch("articles/_search", json.dumps(query))["hits"]["hits"]
        return {hit["_id"] for hit in hits}

    def _opensearch(self, path: str, body: str = "") -> dict[str, Any]:
        """The answer of the first node that has one. Raises RuntimeError."""
        data = f"-d '{body}'" if body else ""
        ask = (
            "curl -fs --max-time 10 --cacert config/certificates/authority.pem"
            " -u admin:$OPENSEARCH_INITIAL_ADMIN_PASSWORD"
            f" -H 'Content-Type: application/json' {data} https://localhost:9200/{path}"
        )
        for node in NODES:
            try:
                answer: dict[str, Any] = json.loads(told(["docker", "exec", self.container(node), "sh", "-c", ask], 20))
            except subprocess.SubprocessError:
                continue
            return answer
        raise RuntimeError("no OpenSearch answers")


def told(command: list[str], seconds: float = 60) -> str:
    """The command's output. Raises subprocess.SubprocessError."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=True).stdout


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True


@contextmanager
def running(directory: Path) -> Iterator[Cluster]:
    """A cluster from nothing, taken down with its data at the end. Its logs are printed where it does not come up."""
    project = f"wiredesk-cluster-{secrets.token_hex(3)}"
    ingest, search = free_ports(2)
    made = made_secrets(directory)
    settings: dict[str, str] = {
        **made,
        **everybody_is_admin(made),
        **limits_of_this_machine(),
        "WIREDESK_IMAGE": project,
        "WIREDESK_NETWORK": f"10.89.{100 + secrets.randbelow(150)}",
        "PROXY_ADDRESS": "127.0.0.1",
        "PROXY_INGEST_PORT": ingest,
        "PROXY_SEARCH_PORT": search,
        "OPENSEARCH_HEAP": "512m",
        "OPENSEARCH_MEMORY": "1500m",
        "REDIS_MEMORY": "512m",
        "REDIS_MAXMEMORY": "300mb",
    }
    write_env(directory / "env", settings)
    files = ("docker-compose.cluster.yml", *_more_open_files(directory))
    cluster = Cluster(project, files, directory / "env", settings)
    try:
        cluster.compose("up", "-d", "--build", "--wait", seconds=_UP_SECONDS)
        if not until(cluster.is_whole, _WHOLE_SECONDS):
            raise RuntimeError("the cluster does not become whole")
        yield cluster
    except (subprocess.SubprocessError, RuntimeError) as problem:
        print(getattr(problem, "stderr", ""))
        with suppress(subprocess.SubprocessError):
            print(cluster.compose("logs", "--no-color", "--tail", "30"))
        raise
    finally:
        with suppress(subprocess.SubprocessError):
            cluster.compose("down", "-v", "--remove-orphans", seconds=240)
            told(["docker", "image", "rm", project])


def _more_open_files(directory: Path) -> list[str]:
    """A second compose file for an engine that may not give OpenSearch as many open files as it asks for."""
    image = "opensearchproject/opensearch:3.8.0"
    most = told(["docker", "run", "--rm", "--entrypoint", "sh", image, "-c", "ulimit -Hn"]).strip()
    if most == "unlimited" or int(most) >= 65_535:
        return []
    print(f"This engine allows {most} open files: OpenSearch is told that it has more.", flush=True)
    library, file = directory / "open_files.so", directory / "open_files.yml"
    told(["cc", "-shared", "-fPIC", "-o", str(library), str(SOURCE)])
    preloaded: dict[str, Any] = {
        "environment": {"LD_PRELOAD": "/open_files.so"},
        "volumes": [f"{library}:/open_files.so:ro"],
    }
    file.write_text(json.dumps({"services": dict.fromkeys(NODES, preloaded)}))
    return [str(file)]
