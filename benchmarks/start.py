"""How long does `wiredesk up` take until it is ready, beside the OpenSearch server alone (at most 1.3 times as long)?

Everything is downloaded before. One round starts OpenSearch by the command that `wiredesk up` has for it, in an empty
directory, until its cluster can be used; then `wiredesk up` with nothing kept, until it prints that it is ready:
articles are accepted, indexed and found. The first round warms the disk's cache and does not count.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.opensearch import opensearch
from benchmarks.processes import say
from benchmarks.rows import Row, told
from services import embedded

_ROUNDS = 4
_WANTED = 1.3
_UP = (str(Path(sys.executable).with_name("wiredesk")), "up", "--json")


def rows() -> list[Row]:
    """The row of the table."""
    embedded.opensearch_home()
    rounds = []
    for number in range(_ROUNDS + 1):
        alone, ours = _alone(), _up()
        say(f"start: OpenSearch alone {alone:.2f} s, wiredesk up {ours:.2f} s, {ours / alone:.2f}")
        if number:
            rounds.append((alone, ours))
    alone, ours = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in rounds)
    question = "start: `wiredesk up` until ready, beside the OpenSearch server alone"
    return [Row(question, f"{ours:.1f} s", f"{alone:.1f} s", ratio, _WANTED, "at most")]


def _alone() -> float:
    """Seconds from the start of OpenSearch until it answers that its cluster can be used."""
    began = time.perf_counter()
    with opensearch():
        return time.perf_counter() - began


def _up() -> float:
    """Seconds from the start of `wiredesk up` until it says that it is ready. Raises RuntimeError where it does not."""
    with tempfile.TemporaryDirectory() as state:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
        kept = {"WIREDESK_CACHE_DIR": str(embedded.cache_directory()), "XDG_STATE_HOME": state}
        began = time.perf_counter()
        with subprocess.Popen(_UP, stdout=subprocess.PIPE, env=ours | kept) as process:
            try:
                line = process.stdout.readline() if process.stdout else b""
                seconds = time.perf_counter() - began
            finally:
                process.send_signal(signal.SIGTERM)
        if not line:
            raise RuntimeError("wiredesk up did not become ready")
        return seconds


if __name__ == "__main__":
    sys.exit(told("start", rows()))
