"""docker-compose.yml as people run it: up, post, search, scale, stop. A black box: imports nothing of ours."""

import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

pytestmark = pytest.mark.compose

ROOT = Path(__file__).parents[2]
SECRETS = ("REDIS_PASSWORD", "OPENSEARCH_INITIAL_ADMIN_PASSWORD", "WIREDESK_API_KEY")
PUBLISHER = "compose-desk"
UP_SECONDS = 480
POLL_SECONDS = 60.0
BATCH = 500
BATCH_TAG = "compose-batch"
T = TypeVar("T")

ARTICLE = {
    "id": "minerals-pact",
    "title": "Two governments seal a supply pact",
    "body": "TOKYO — The agreement commits both governments to stockpile rare earth oxides together for ten years.",
    "tags": ["U.S.–Japan"],
}


@dataclass(frozen=True)
class Stack:
    """One compose project with secrets, ports and an image name of its own."""

    project: str
    env_file: Path
    settings: Mapping[str, str]

    @property
    def ingest_url(self) -> str:
        return f"http://127.0.0.1:{self.settings['WIREDESK_INGEST_PORT']}"

    @property
    def opensearch_url(self) -> str:
        return f"https://127.0.0.1:{self.settings['OPENSEARCH_PORT']}"

    def compose(self, *arguments: str, timeout: float = 120, check: bool = True) -> str:
        """What `docker compose` with these arguments prints; fails the test when it fails."""
        command = ["docker", "compose", "-p", self.project, "--env-file", str(self.env_file), *arguments]
        return run(command, timeout, check).stdout

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "-a", "-q", service).split()

    def inspect(self, service: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(run(["docker", "inspect", *self.containers(service)], 60).stdout)
        return found

    def redis(self, *command: str) -> list[str]:
        """The answer's lines; redis-cli finds the password in its container's environment."""
        return self.compose("exec", "-T", "redis", "redis-cli", *command).splitlines()


def run(command: list[str], timeout: float, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs without this shell's own settings, which compose would prefer to the env file's."""
    ours = ("WIREDESK_", "OPENSEARCH_", "REDIS", "COMPOSE_", "DASHBOARDS_", "PROMETHEUS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    if check and done.returncode:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-5000:]}")
    return done


def until(probe: Callable[[], T], satisfied: Callable[[T], bool], seconds: float = POLL_SECONDS) -> T:
    """The first satisfying result, or the last one when the time is over."""
    end = time.monotonic() + seconds
    while True:
        result = probe()
        if satisfied(result) or time.monotonic() > end:
            return result
        time.sleep(0.2)


def free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(held.getsockname()[1]) for held in sockets]
    for held in sockets:
        held.close()
    return ports


def write_env(file: Path, settings: Mapping[str, str]) -> None:
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))


def limits_of_this_machine() -> dict[str, str]:
    """A container may not be promised more processors than there are."""
    return {"OPENSEARCH_CPUS": str(min(2, os.cpu_count() or 1))}


@pytest.fixture(scope="module")
def _docker() -> None:
    for command in (["docker", "info"], ["docker", "compose", "version"]):
        try:
            subprocess.run(command, capture_output=True, timeout=30, check=True)
        except (OSError, subprocess.SubprocessError) as problem:
            pytest.skip(f"{' '.join(command)} does not answer: {problem}")


def tell(config: pytest.Config, text: str) -> None:
    """Prints although a fixture's teardown is captured and its test has been reported already."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n{text}", flush=True)


@pytest.fixture(scope="module")
def stack(_docker: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    name = f"wiredesk-test-{secrets.token_hex(4)}"
    ingest_port, search_port, opensearch_port = free_ports(3)
    settings = {
        "REDIS_PASSWORD": secrets.token_hex(24),
        "OPENSEARCH_INITIAL_ADMIN_PASSWORD": f"Aa1-{secrets.token_hex(24)}",
        "WIREDESK_API_KEY": secrets.token_hex(24),
        "WIREDESK_PUBLISHER": PUBLISHER,
        "WIREDESK_INGEST_PORT": ingest_port,
        "WIREDESK_SEARCH_PORT": search_port,
        "OPENSEARCH_PORT": opensearch_port,
        **limits_of_this_machine(),
        "WIREDESK_IMAGE": name,
    }
    made = Stack(name, tmp_path_factory.mktemp("compose") / "env", settings)
    write_env(made.env_file, settings)
    failed_before = request.session.testsfailed
    up = False
    try:
        made.compose("up", "-d", "--build", "--wait", timeout=UP_SECONDS)
        up = True
        yield made
    finally:
        if not up or request.session.testsfailed > failed_before:
            tell(request.config, made.compose("ps", "-a", check=False))
            tell(request.config, made.compose("logs", "--no-color", "--tail", "50", check=False))
        command = ["docker", "compose", "-p", name, "--env-file", str(made.env_file), "down", "-v", "--remove-orphans"]
        down = run(command, 240, check=False)
        run(["docker", "image", "rm", name], 60, check=False)
        if up:
            assert down.returncode == 0, down.stderr


@pytest.fixture(scope="module")
def ingest(stack: Stack) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {stack.settings['WIREDESK_API_KEY']}"}
    with httpx.Client(base_url=stack.ingest_url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def opensearch(stack: Stack) -> Iterator[httpx.Client]:
    auth = ("admin", stack.settings["OPENSEARCH_INITIAL_ADMIN_PASSWORD"])
    with httpx.Client(base_url=stack.opensearch_url, auth=auth, verify=False, timeout=60, trust_env=False) as client:
        yield client


def search(opensearch: httpx.Client, query: dict[str, Any]) -> list[str]:
    """The ids of all that the alias `articles` finds."""
    answer = opensearch.post("/articles/_search", json={"query": query, "size": 2 * BATCH, "_source": False})
    assert answer.status_code == 200, answer.text
    return [hit["_id"] for hit in answer.json()["hits"]["hits"]]


@pytest.mark.usefixtures("_docker")
@pytest.mark.parametrize("missing", SECRETS)
def test_no_secret_has_a_default(missing: str, tmp_path: Path) -> None:
    write_env(tmp_path / "env", {name: "" if name == missing else "x" for name in SECRETS})
    done = run(["docker", "compose", "--env-file", str(tmp_path / "env"), "config", "-q"], 60, check=False)
    assert done.returncode != 0
    assert missing in done.stderr


@pytest.mark.usefixtures("_docker")
@pytest.mark.parametrize("profile", ["dashboards", "metrics"])
def test_profiles_are_valid_and_off(profile: str, tmp_path: Path) -> None:
    write_env(tmp_path / "env", dict.fromkeys(SECRETS, "x"))
    command = ["docker", "compose", "--env-file", str(tmp_path / "env")]
    usual = set(run([*command, "config", "--services"], 60).stdout.split())
    assert usual == {"redis", "opensearch", "ingest", "indexer", "search", "alerts"}
    with_profile = set(run([*command, "--profile", profile, "config", "--services"], 60).stdout.split())
    assert len(with_profile - usual) == 1


def test_only_loopback_is_published(stack: Stack) -> None:
    published = {
        service: [
            (port, binding["HostIp"])
            for container in stack.inspect(service)
            for port, bindings in container["NetworkSettings"]["Ports"].items()
            for binding in bindings or []
        ]
        for service in ("redis", "opensearch", "ingest", "indexer", "search", "alerts")
    }
    assert published == {
        "redis": [],
        "opensearch": [("9200/tcp", "127.0.0.1")],
        "ingest": [("8000/tcp", "127.0.0.1")],
        "indexer": [],
        "search": [("8002/tcp", "127.0.0.1")],
        "alerts": [],
    }


@pytest.mark.parametrize("service", ["redis", "opensearch", "ingest", "indexer", "search"])
def test_containers_have_few_rights(stack: Stack, service: str) -> None:
    for container in stack.inspect(service):
        host = container["HostConfig"]
        assert container["Config"]["User"] not in ("", "0", "root")
        assert host["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert host["Memory"] > 0
        assert host["NanoCpus"] > 0
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        # OpenSearch writes certificates and users into its configuration when it starts for the first time
        assert host["ReadonlyRootfs"] is (service != "opensearch")
    assert stack.compose("exec", "-T", service, "id", "-u").strip() != "0"


def test_services_write_only_where_they_must(stack: Stack) -> None:
    attempt = (
        "touch /var/lib/wiredesk/spool/x && rm /var/lib/wiredesk/spool/x && ! touch /opt/venv/x 2>/dev/null; id -u"
    )
    assert stack.compose("exec", "-T", "ingest", "sh", "-ec", attempt).strip() == "10001"


def test_without_credentials_nobody_is_let_in(stack: Stack) -> None:
    with httpx.Client(verify=False, trust_env=False, timeout=30) as stranger:
        assert stranger.get(f"{stack.opensearch_url}/articles/_search").status_code == 401
        wrong = stranger.get(f"{stack.opensearch_url}/articles/_search", auth=("admin", "admin"))
        assert wrong.status_code == 401
        assert stranger.post(f"{stack.ingest_url}/v1/articles", json=ARTICLE).status_code == 401
    unasked = stack.compose("exec", "-T", "redis", "env", "-u", "REDISCLI_AUTH", "redis-cli", "ping", check=False)
    assert "NOAUTH" in unasked


def test_a_posted_article_is_found(ingest: httpx.Client, opensearch: httpx.Client) -> None:
    answer = ingest.post("/v1/articles", json=ARTICLE)
    assert answer.status_code == 202, answer.text
    accepted = answer.json()
    assert accepted["id"] == f"{PUBLISHER}:{ARTICLE['id']}"

    def receipt() -> dict[str, Any]:
        asked = ingest.get(accepted["links"]["receipt"])
        assert asked.status_code == 200, asked.text
        found: dict[str, Any] = asked.json()
        return found

    last = until(receipt, lambda found: found["status"] != "accepted")
    assert last["status"] == "indexed", last
    assert search(opensearch, {"match_phrase": {"body": "rare earth"}}) == [accepted["id"]]
    assert search(opensearch, {"term": {"tags": "us-japan"}}) == [accepted["id"]]
    plain = opensearch.get("/articles/_search", params={"q": '"rare earth"'})
    assert [hit["_id"] for hit in plain.json()["hits"]["hits"]] == [accepted["id"]]


def test_three_indexers_index_each_article_once(stack: Stack, ingest: httpx.Client, opensearch: httpx.Client) -> None:
    stack.compose("up", "-d", "--no-build", "--scale", "indexer=3", "--wait", timeout=UP_SECONDS)
    health = [container["State"]["Health"]["Status"] for container in stack.inspect("indexer")]
    assert health == ["healthy"] * 3

    articles = [
        {"id": f"bulletin-{n}", "title": f"Bulletin {n}", "body": f"Number {n} of {BATCH}.", "tags": [BATCH_TAG]}
        for n in range(BATCH)
    ]
    lines = "".join(json.dumps(article) + "\n" for article in articles)
    answer = ingest.post("/v1/articles/batch", content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text
    answers = [json.loads(line) for line in answer.text.splitlines()]
    assert [(line["id"], line["status"]) for line in answers] == [
        (f"{PUBLISHER}:{article['id']}", "accepted") for article in articles
    ]

    expected = sorted(line["id"] for line in answers)
    found = until(lambda: search(opensearch, {"term": {"tags": BATCH_TAG}}), lambda ids: len(ids) >= BATCH)
    assert sorted(found) == expected
    pending = until(lambda: stack.redis("XPENDING", "articles", "indexer")[0], lambda count: count == "0")
    assert pending == "0"
    assert stack.redis("XLEN", "articles.dead") == ["0"]
    assert sorted(search(opensearch, {"term": {"tags": BATCH_TAG}})) == expected


def test_services_stop_by_themselves(stack: Stack) -> None:
    stack.compose("stop", "ingest", "indexer")
    for container in (*stack.inspect("ingest"), *stack.inspect("indexer")):
        assert container["State"]["ExitCode"] == 0, container["State"]  # 137: it had to be killed
    stack.compose("up", "-d", "--no-build", "--wait", timeout=UP_SECONDS)


def test_a_key_made_in_the_container_posts_a_feed(stack: Stack, ingest: httpx.Client, opensearch: httpx.Client) -> None:
    stack.compose("exec", "-T", "ingest", "wiredesk", "publishers", "add", "quay", "--domain", "quay.example")
    key = json.loads(stack.compose("exec", "-T", "ingest", "wiredesk", "keys", "create", "quay", "--json"))["key"]
    feed = b"""<rss version="2.0"><channel><title>Quay</title><item><guid>https://quay.example/1</guid>
<title>Pilots strike</title><description>Pilots voted on Monday.</description></item></channel></rss>"""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/rss+xml"}
    answer = until(lambda: ingest.post("/v1/articles", content=feed, headers=headers), lambda got: got.is_success)
    (item,) = answer.json()["items"]
    assert (item["status"], item["id"].partition(":")[0]) == ("accepted", "quay")
    found = until(lambda: search(opensearch, {"term": {"publisher": "quay"}}), bool)
    assert found == [item["id"]]
