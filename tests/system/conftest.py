"""Wiredesk as people run it: processes, ports and files, and nothing of ours imported."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

WIREDESK = str(Path(sys.executable).with_name("wiredesk"))
START_SECONDS = 240


def until(condition: Callable[[], bool], seconds: float) -> None:
    """Returns when the condition holds; fails when that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this did not come true in time"
        time.sleep(0.05)


@dataclass(slots=True)
class Up:
    """A running `wiredesk up --json`."""

    process: "subprocess.Popen[str]"
    ready: dict[str, Any]
    environment: dict[str, str]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A client command, with the environment that a person would have exported."""
        return subprocess.run(
            [WIREDESK, *arguments], env=self.environment, capture_output=True, text=True, timeout=180, check=False
        )

    def search(self, *arguments: str) -> dict[str, Any]:
        done = self.run("search", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        indexer = told["redis"]["indexer"] or {}  # none before its group is there
        return {
            "pending": indexer.get("pending"),
            "lag": indexer.get("lag"),
            "dead_letters": told["redis"]["dead"]["kept"],
            "documents": told["opensearch"]["documents"] or 0,
        }

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.ready['api_key']}"}
        return httpx.Client(base_url=self.ready["ingest_url"], headers=headers, timeout=120)


def start(*arguments: str, **environment: str) -> Up:
    """Starts `wiredesk up --json` and returns when it says that it is ready."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
    if cache := os.environ.get("WIREDESK_CACHE_DIR"):
        clean["WIREDESK_CACHE_DIR"] = cache
    clean.update(environment)
    process = subprocess.Popen([WIREDESK, "up", "--json", *arguments], env=clean, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"it ended with {process.wait()} before it was ready"
    ready = json.loads(line)
    names = ("ingest_url", "opensearch_url", "redis_url", "api_key", "publishers_file", "feeds_file")
    told = {f"WIREDESK_{name.upper()}": ready[name] for name in names}
    return Up(process, ready, {**clean, **told})


def stop(up: Up) -> int:
    """Ends it as an init system would; its exit code."""
    if up.process.poll() is None:
        up.process.send_signal(signal.SIGTERM)
    code = up.process.wait(40)
    assert up.process.stdout is not None
    rest = up.process.stdout.read()
    up.process.stdout.close()
    assert rest == "", "standard output carries one line and nothing else"
    return code


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = start("--data", str(tmp_path_factory.mktemp("data")))
    yield running
    assert stop(running) == 0
