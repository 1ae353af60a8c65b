"""docker-compose.yml as people run it: up, post, search, scale, stop. A black box: imports nothing of ours."""

import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import threading
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
WIREDESK = str(Path(sys.executable).with_name("wiredesk"))
SECRETS = re.findall(r"^([A-Z_]+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE)
USERS = ("INGEST", "INDEXER", "SEARCH", "ALERTS", "OPS")
SERVICES = ("redis", "opensearch", "ingest", "indexer", "search", "alerts")
MOST_BYTES_ABOVE_BASE = 150_000_000
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
    def trusted(self) -> ssl.SSLContext:
        """Trusts the authority of this stack, and nobody else."""
        return ssl.create_default_context(cafile=f"{self.settings['WIREDESK_CERTIFICATES']}/authority.pem")

    @property
    def opensearch_url(self) -> str:
        return f"https://localhost:{self.settings['OPENSEARCH_PORT']}"

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
    ours = ("WIREDESK_", "OPENSEARCH_", "REDIS", "COMPOSE_", "DASHBOARDS_", "PROMETHEUS_", "GRAFANA_", "PROXY_")
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


def made_secrets(directory: Path) -> dict[str, str]:
    """What `wiredesk secrets` writes, with the path of its certificates."""
    (directory / ".env.example").write_text((ROOT / ".env.example").read_text())
    run([WIREDESK, "secrets", "--dir", str(directory)], 60)
    found = re.findall(r"^([A-Z_]+)=(.+)$", (directory / ".env").read_text(), re.MULTILINE)
    return {**dict(found), "WIREDESK_CERTIFICATES": str(directory / "certificates")}


def everybody_is_admin(settings: Mapping[str, str]) -> dict[str, str]:
    """For a laboratory whose OpenSearch knows no other user than `admin`."""
    if os.environ.get("WIREDESK_TEST_OPENSEARCH_USERS"):
        return {}
    password = settings["OPENSEARCH_INITIAL_ADMIN_PASSWORD"]
    return {
        f"OPENSEARCH_{user}_{what}": value
        for user in USERS
        for what, value in (("USER", "admin"), ("PASSWORD", password))
    }


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
    ingest_port, search_port, opensearch_port, proxy_ingest, proxy_search = free_ports(5)
    directory = tmp_path_factory.mktemp("compose")
    made_here = made_secrets(directory)
    settings = {
        **made_here,
        **everybody_is_admin(made_here),
        "COMPOSE_PROFILES": "search,tls",
        "PROXY_ADDRESS": "127.0.0.1",
        "PROXY_INGEST_PORT": proxy_ingest,
        "PROXY_SEARCH_PORT": proxy_search,
        "WIREDESK_PUBLISHER": PUBLISHER,
        "WIREDESK_INGEST_PORT": ingest_port,
        "WIREDESK_SEARCH_PORT": search_port,
        "OPENSEARCH_PORT": opensearch_port,
        **limits_of_this_machine(),
        "WIREDESK_IMAGE": name,
    }
    made = Stack(name, directory / "env", settings)
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
    with httpx.Client(
        base_url=stack.opensearch_url, auth=auth, verify=stack.trusted, timeout=60, trust_env=False
    ) as client:
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
@pytest.mark.parametrize(
    ("profile", "services"),
    [
        ("search", {"search"}),
        ("tls", {"proxy"}),
        ("ops", {"ops"}),
        ("dashboards", {"dashboards"}),
        ("metrics", {"prometheus", "grafana"}),
    ],
)
def test_profiles_are_valid_and_off(profile: str, services: set[str], tmp_path: Path) -> None:
    write_env(tmp_path / "env", dict.fromkeys(SECRETS, "x"))
    command = ["docker", "compose", "--env-file", str(tmp_path / "env")]
    usual = set(run([*command, "config", "--services"], 60).stdout.split())
    assert usual == {"redis", "opensearch", "ingest", "indexer", "alerts"}
    with_profile = set(run([*command, "--profile", profile, "config", "--services"], 60).stdout.split())
    assert with_profile - usual == services


def test_only_loopback_is_published(stack: Stack) -> None:
    published = {
        service: [
            (port, binding["HostIp"])
            for container in stack.inspect(service)
            for port, bindings in container["NetworkSettings"]["Ports"].items()
            for binding in bindings or []
        ]
        for service in SERVICES
    }
    assert published == {
        "redis": [],
        "opensearch": [("9200/tcp", "127.0.0.1")],
        "ingest": [("8000/tcp", "127.0.0.1")],
        "indexer": [],
        "search": [("8002/tcp", "127.0.0.1")],
        "alerts": [],
    }


@pytest.mark.parametrize("service", [*SERVICES, "proxy"])
def test_containers_have_few_rights(stack: Stack, service: str) -> None:
    for container in stack.inspect(service):
        host = container["HostConfig"]
        assert container["Config"]["User"] not in ("", "0", "root")
        assert host["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert host["Memory"] > 0
        assert host["NanoCpus"] > 0
        assert host["RestartPolicy"]["Name"] == "unless-stopped"
        assert host["PidsLimit"] > 0
        # OpenSearch makes a keystore in its configuration when it starts for the first time
        assert host["ReadonlyRootfs"] is (service != "opensearch")
    assert stack.compose("exec", "-T", service, "id", "-u").strip() != "0"


def test_services_write_only_where_they_must(stack: Stack) -> None:
    attempt = (
        "touch /var/lib/wiredesk/spool/x && rm /var/lib/wiredesk/spool/x && ! touch /opt/venv/x 2>/dev/null; id -u"
    )
    assert stack.compose("exec", "-T", "ingest", "sh", "-ec", attempt).strip() == "10001"


def test_without_credentials_nobody_is_let_in(stack: Stack) -> None:
    with httpx.Client(verify=stack.trusted, trust_env=False, timeout=30) as stranger:
        assert stranger.get(f"{stack.opensearch_url}/articles/_search").status_code == 401
        wrong = stranger.get(f"{stack.opensearch_url}/articles/_search", auth=("admin", "admin"))
        assert wrong.status_code == 401
        assert stranger.post(f"{stack.ingest_url}/v1/articles", json=ARTICLE).status_code == 401
    unasked = stack.compose("exec", "-T", "redis", "env", "-u", "REDISCLI_AUTH", "redis-cli", "ping", check=False)
    assert "NOAUTH" in unasked


def test_opensearch_is_trusted_by_its_own_authority_only(stack: Stack) -> None:
    with httpx.Client(trust_env=False, timeout=30) as stranger, pytest.raises(httpx.ConnectError, match="certificate"):
        stranger.get(stack.opensearch_url)
    environment = stack.inspect("indexer")[0]["Config"]["Env"]
    assert "WIREDESK_OPENSEARCH_CA_FILE=/etc/wiredesk/authority.pem" in environment
    assert not [setting for setting in environment if "VERIFY_TLS" in setting]


@pytest.mark.parametrize(
    ("user", "command"),
    [
        ("search", ["XADD", "articles.changes", "*", "a", "b"]),
        ("search", ["XREAD", "STREAMS", "articles", "0"]),
        ("alerts", ["XADD", "articles", "*", "a", "b"]),
        ("alerts", ["XREAD", "STREAMS", "articles", "0"]),
        ("indexer", ["DEL", "keys:used"]),
        ("ingest", ["XTRIM", "articles", "MAXLEN", "0"]),
        ("ingest", ["XADD", "articles.changes", "*", "a", "b"]),
        *(
            (user, command)
            for user in ("ingest", "indexer", "search", "alerts")
            for command in (["FLUSHALL"], ["CONFIG", "GET", "*"])
        ),
    ],
    ids=str,
)
def test_a_service_can_do_nothing_in_redis_that_is_not_its_own(stack: Stack, user: str, command: list[str]) -> None:
    password = stack.settings[f"REDIS_{user.upper()}_PASSWORD"]
    asked = ("exec", "-T", "-e", f"REDISCLI_AUTH={password}", "redis", "redis-cli", "--user", user, *command)
    assert "NOPERM" in stack.compose(*asked)


def test_the_image_is_small(stack: Stack) -> None:
    sizes = [
        json.loads(run(["docker", "image", "inspect", name], 60).stdout)[0]["Size"] for name in (stack.project, base())
    ]
    assert sizes[0] - sizes[1] <= MOST_BYTES_ABOVE_BASE, f"{(sizes[0] - sizes[1]) / 1e6:.0f} MB above its base"


def base() -> str:
    """The image that ours is built on."""
    return str(re.findall(r"^FROM (python:\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1])


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


def test_publishers_and_readers_on_other_machines_come_through_tls(stack: Stack, opensearch: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {stack.settings['WIREDESK_API_KEY']}"}
    ports = {name: stack.settings[f"PROXY_{name}_PORT"] for name in ("INGEST", "SEARCH")}
    with httpx.Client(verify=stack.trusted, trust_env=False, timeout=30) as client:
        posted = f"https://localhost:{ports['INGEST']}/v1/articles"
        answer = client.post(posted, json={**ARTICLE, "id": "by-proxy", "tags": ["by-proxy"]}, headers=headers)
        assert answer.status_code == 202, answer.text
        assert until(lambda: search(opensearch, {"term": {"tags": "by-proxy"}}), bool) == [answer.json()["id"]]
        found = client.get(f"https://localhost:{ports['SEARCH']}/v1/search", params={"tag": "by-proxy"}).json()
        assert [hit["id"] for hit in found["hits"]] == [answer.json()["id"]]
        assert {client.get(f"https://localhost:{port}/metrics").status_code for port in ports.values()} == {404}


def test_the_command_reaches_everything_from_a_container_of_its_own(stack: Stack) -> None:
    told = stack.compose("run", "--rm", "-T", "ops", "wiredesk", "search", "--json", '"rare earth"')
    assert json.loads(told)["total"] > 0


@dataclass(frozen=True)
class Steady:
    """Posts one article after the other until it is stopped, each until it is answered with 202."""

    url: str
    headers: Mapping[str, str]
    over: threading.Event
    accepted: list[str]

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += self._is_accepted(
                {"id": f"steady-{number}", "title": f"Steady {number}", "body": "On and on.", "tags": ["steady"]}
            )

    def _is_accepted(self, article: Mapping[str, Any]) -> bool:
        try:
            answer = httpx.post(
                f"{self.url}/v1/articles", json=article, headers=self.headers, timeout=10, trust_env=False
            )
        except httpx.TransportError:
            return False
        if answer.status_code in (200, 202):  # 200: it was accepted by the time its connection broke
            self.accepted.append(answer.json()["id"])
        return answer.is_success


def test_restarting_everything_under_load_loses_nothing(stack: Stack, opensearch: httpx.Client) -> None:
    steady = Steady(
        stack.ingest_url, {"Authorization": f"Bearer {stack.settings['WIREDESK_API_KEY']}"}, threading.Event(), []
    )
    posting = threading.Thread(target=steady.run)
    posting.start()
    try:
        for service in ("ingest", "indexer", "alerts", "search", "redis", "opensearch"):
            enough = len(steady.accepted) + 10
            new = ("up", "-d", "--no-build", "--force-recreate", "--no-deps", "--wait", service)
            stack.compose(*new, timeout=UP_SECONDS)
            assert until(lambda: len(steady.accepted), enough.__lt__) > enough
    finally:
        steady.over.set()
        posting.join(60)
    expected = set(steady.accepted)
    assert len(expected) > 100
    count = {"query": {"term": {"tags": "steady"}}, "size": 10_000, "_source": False}

    def found() -> set[str]:
        answer = opensearch.post("/articles/_search", json=count)
        return {hit["_id"] for hit in answer.json()["hits"]["hits"]} if answer.is_success else set()

    assert expected - until(found, expected.issubset, 120) == set()
    assert stack.redis("XLEN", "articles.dead") == ["0"]

    def health() -> set[str]:
        return {one["State"]["Health"]["Status"] for service in SERVICES for one in stack.inspect(service)}

    assert until(health, lambda seen: seen == {"healthy"}) == {"healthy"}


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


def test_no_service_was_refused_anything_by_redis(stack: Stack) -> None:
    log = json.loads("\n".join(stack.redis("--json", "ACL", "LOG", "1000")))
    tried_by_a_test = "addr=127.0.0.1"
    assert [entry for entry in log if tried_by_a_test not in entry["client-info"]] == []
