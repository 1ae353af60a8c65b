"""The whole way through `wiredesk up`, seen from outside."""

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import threading
from http.client import HTTPResponse
from pathlib import Path

import httpx
import psutil
import pytest

from tests.system.conftest import START_SECONDS, WIREDESK, Up, start, stop, until

MEBIBYTE = 2**20
PAGE = """Markets

Latest News

Ferries and Freight: US Japan Shipping Accord Signed in Osaka

Table of Content

Two Years of Talks End

Officials of both countries signed the accord on Monday after two years of talks about harbor fees. The U.S.–Japan
agreement also covers rare earth shipments, which had been held up at customs for most of the summer season.

Source: Lantern Wire

Recommended Article: Olga Brandt Leaves the Harbor Board

Shippers Expect Lower Fees

Shippers said that they expect fees to fall by a tenth, while the harbor board asked for patience until the spring.

Tags :

Lantern Ledger Staff

Popular News

Disclaimer: Nothing on this page is advice.

© 2026 Lantern Ledger. All Rights Reserved.
"""
WORDS = "harbor budget council river bridge school ferry market wheat copper storm museum vote court train".split()


def articles(count: int, prefix: str) -> list[bytes]:
    """Different articles of natural lengths, the same ones every time."""
    chance = random.Random(prefix)
    return [
        json.dumps(
            {
                "id": f"{prefix}-{number}",
                "title": f"{prefix} report {number} on {chance.choice(WORDS)}",
                "body": "\n\n".join(
                    " ".join(chance.choices(WORDS, k=60)).capitalize() + "." for _ in range(chance.randint(1, 8))
                ),
            }
        ).encode()
        for number in range(count)
    ]


def post_batch(up: Up, lines: list[bytes]) -> list[dict[str, object]]:
    with up.client() as client:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = client.post("/v1/articles/batch", content=b"\n".join(lines), headers=headers)
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.content.splitlines()]


def ids_in_index(up: Up, prefix: str) -> list[str]:
    """Every id with this prefix that search returns, paged by a unique sort key."""
    ids: list[str] = []
    after: list[str] | None = None
    while True:
        body = {"size": 5000, "_source": False, "sort": ["id"], "query": {"prefix": {"id": f"local:{prefix}-"}}}
        answer = httpx.post(
            f"{up.ready['opensearch_url']}/articles/_search",
            json={**body, **({"search_after": after} if after else {})},
            timeout=30,
        )
        hits = answer.json()["hits"]["hits"]
        if not hits:
            return ids
        ids += [hit["_id"] for hit in hits]
        after = hits[-1]["sort"]


def test_a_posted_page_is_found_as_text_and_by_tag(up: Up, tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    file.write_text(PAGE)
    posted = up.run("post", "--wait", str(file), "--url", "https://lantern.example/accord?utm_source=x")
    assert posted.returncode == 0, posted.stderr
    for arguments in (("US-Japan",), ("--tag", "us-japan"), ("--tag", "Japan-U.S."), ("--tag", "rare-earth")):
        hit = up.search(*arguments)["hits"][0]
        assert hit["title"] == "Ferries and Freight: US Japan Shipping Accord Signed in Osaka"
        assert hit["source"] == "Lantern Wire"
        assert hit["url"] == "https://lantern.example/accord"
    for furniture in ("Olga Brandt", "All Rights Reserved", "Table of Content", "Source Lantern Wire", "Disclaimer"):
        found = up.search(furniture)
        assert (found["total"], found["hits"]) == (0, [])
    plain = httpx.get(f"{up.ready['opensearch_url']}/articles/_search", params={"q": "US-Japan"}).json()
    assert plain["hits"]["hits"][0]["_source"]["source"] == "Lantern Wire"


def test_a_refused_file_is_told_and_the_exit_code_says_so(up: Up, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"title": "no body"}')
    done = up.run("post", str(file))
    assert done.returncode == 1
    assert "/body" in done.stderr


def test_ten_thousand_articles_are_each_found_once_in_little_memory(up: Up) -> None:
    answers = post_batch(up, articles(10_000, "many"))
    assert [answer["status"] for answer in answers] == ["accepted"] * 10_000
    until(lambda: up.status()["pending"] == 0 and up.status()["lag"] == 0, 120)
    found = ids_in_index(up, "many")
    assert len(found) == 10_000
    assert set(found) == {answer["id"] for answer in answers}
    assert up.status()["dead_letters"] == 0
    for name, pid in up.ready["pids"].items():
        resident = psutil.Process(pid).memory_info().rss / MEBIBYTE
        assert resident < 200, f"{name} has {resident:.0f} MiB resident"


def test_a_killed_indexer_loses_and_doubles_nothing(tmp_path: Path) -> None:
    up = start("--data", str(tmp_path))
    try:
        lines = articles(4_000, "killed")
        answers: list[dict[str, object]] = []
        posting = threading.Thread(target=lambda: answers.extend(post_batch(up, lines)))
        posting.start()
        until(lambda: up.status()["documents"] > 200, 60)
        os.kill(up.ready["pids"]["indexer"], signal.SIGKILL)
        posting.join()
        assert len(answers) == 4_000
        until(lambda: up.status()["documents"] == 4_000, 120)
        until(lambda: up.status()["pending"] == 0, 30)
        assert set(ids_in_index(up, "killed")) == {answer["id"] for answer in answers}
        assert up.status()["dead_letters"] == 0
    finally:
        assert stop(up) == 0


def test_a_client_that_sends_everything_before_it_reads_is_answered(up: Up) -> None:
    lines = [json.dumps({"id": "same", "title": "t", "body": f"Text {number}."}).encode() for number in range(20_000)]
    body = b"\n".join(lines)
    host, port = up.ready["ingest_url"].removeprefix("http://").split(":")
    head = (
        f"POST /v1/articles/batch HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        f"Authorization: Bearer {up.ready['api_key']}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection((host, int(port)), timeout=120) as connection:
        connection.sendall(head + body)
        answer = HTTPResponse(connection)
        answer.begin()
        received = answer.read()
        answer.close()
    assert answer.status == 200
    assert received.count(b'"status":"accepted"') == 20_000


def test_two_run_side_by_side_and_neither_leaves_a_process(up: Up) -> None:
    other = start()
    children = psutil.Process(other.process.pid).children(recursive=True)
    try:
        assert len(children) == 6
        assert other.ready["ingest_url"] != up.ready["ingest_url"]
        assert other.ready["opensearch_url"] != up.ready["opensearch_url"]
    finally:
        other.process.kill()
        other.process.wait()
        assert other.process.stdout is not None
        other.process.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_what_is_kept_in_a_directory_is_there_after_a_restart(tmp_path: Path) -> None:
    first = start("--data", str(tmp_path))
    post_batch(first, articles(20, "kept"))
    until(lambda: first.status()["documents"] == 20, 30)
    assert stop(first) == 0
    second = start("--data", str(tmp_path))
    try:
        assert second.ready["api_key"] == first.ready["api_key"]
        assert second.status()["documents"] == 20
        os.kill(second.ready["pids"]["ingest"], signal.SIGKILL)
        until(lambda: answers_again(second), 10)
    finally:
        assert stop(second) == 0


def test_a_directory_is_used_by_one_at_a_time(up: Up, tmp_path: Path) -> None:
    with (tmp_path / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = up.run("up", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "another wiredesk uses" in done.stderr


def answers_again(up: Up) -> bool:
    try:
        return httpx.get(f"{up.ready['ingest_url']}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_the_demo_finds_what_it_promises() -> None:
    done = subprocess.run([WIREDESK, "demo"], capture_output=True, text=True, timeout=START_SECONDS, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "The right articles are first everywhere" in done.stdout


def test_a_wanted_port_that_is_taken_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            [WIREDESK, "up", "--redis-port", str(port)], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr


def without_a_server(tmp_path: Path, *command: str) -> "subprocess.CompletedProcess[str]":

    nowhere = {
        "WIREDESK_OPENSEARCH_URL": "http://127.0.0.1:9",
        "WIREDESK_REDIS_URL": "redis://127.0.0.1:9",
        "WIREDESK_INGEST_URL": "http://127.0.0.1:9",
        "XDG_STATE_HOME": str(tmp_path),
    }
    return subprocess.run(
        [WIREDESK, *command], env={**os.environ, **nowhere}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", [("search", "x"), ("post", "/nonexistent.json")])
def test_a_client_without_a_server_says_so(command: tuple[str, ...], tmp_path: Path) -> None:
    done = without_a_server(tmp_path, *command)
    assert done.returncode == 1
    assert done.stderr.startswith("wiredesk:")
    assert "Traceback" not in done.stderr


def test_status_without_a_server_names_each_that_does_not_answer(tmp_path: Path) -> None:
    done = without_a_server(tmp_path, "status")
    assert done.returncode == 2
    assert done.stdout.startswith("Wiredesk: a person is needed now")
    assert "Redis does not answer" in done.stdout
    assert "OpenSearch does not answer" in done.stdout
    assert "Traceback" not in done.stderr
