"""Services as copies of the process that supervises them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.cli import forked

pytestmark = pytest.mark.skipif(not forked.IS_POSSIBLE, reason="copies end with their parent on Linux only")
PARENT = """
import os, signal, subprocess, sys, time
from pathlib import Path
from services.cli import forked

def start(told={}):
    return forked.start("tin_service", Path("log"), told)
"""


def parent(where: Path, service: str, script: str) -> "subprocess.CompletedProcess[str]":
    """A process that starts copies of itself as the service `tin_service`."""
    (where / "tin_service.py").write_text(service)
    paths = os.pathsep.join([str(where), str(Path.cwd())])
    environment = {**os.environ, "PYTHONPATH": paths}
    command = [sys.executable, "-c", PARENT + script]
    return subprocess.run(command, cwd=where, env=environment, check=False, capture_output=True, text=True, timeout=60)


def test_a_copy_runs_a_module_as_a_program_of_its_own(tmp_path: Path) -> None:
    service = """
import os, sys
print(__name__, len(sys.argv), os.environ["TOLD"], os.getsid(0) == os.getpid(), sys.stdin.read() == "")
sys.exit(3)
"""
    done = parent(tmp_path, service, "print(start({'TOLD': 'tin'}).wait(30), 'TOLD' in os.environ)")
    assert (done.stdout, done.stderr) == ("3 False\n", "")
    assert (tmp_path / "log").read_text() == "__main__ 1 tin True True\n"


def test_a_copy_that_fails_says_why_and_ends_nothing_of_its_parent(tmp_path: Path) -> None:
    script = """
try:
    print(start().wait(30))
finally:
    print("ended once")
"""
    done = parent(tmp_path, "raise ValueError('no tin')", script)
    assert done.stdout == "1\nended once\n"
    assert "ValueError: no tin" in (tmp_path / "log").read_text()


def test_a_copy_has_its_own_signals(tmp_path: Path) -> None:
    script = """
signal.signal(signal.SIGTERM, lambda *_: print("the parent's"))
one = start()
try:
    one.wait(0.05)
except subprocess.TimeoutExpired:
    print("runs", one.poll())
one.send_signal(signal.SIGTERM)
print(one.wait(30), one.returncode)
one.kill()
"""
    done = parent(tmp_path, "import time; time.sleep(60)", script)
    assert done.stdout == "runs None\n-15 -15\n"


def test_a_copy_is_ended_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    done = parent(
        tmp_path,
        "import time; time.sleep(60)",
        "print(start().pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)",
    )
    copy = Path("/proc", done.stdout.strip())
    until = time.monotonic() + 10
    while copy.exists() and "Z (zombie)" not in (copy / "status").read_text():
        assert time.monotonic() < until, "it still runs"
        time.sleep(0.01)


def test_what_services_are_made_of_is_there_before_they_are_copied() -> None:
    script = "from services.cli import forked; forked.prepare(['services.indexer'])"
    told = f"{script}; import sys; print('redis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "True\n"


def test_a_copy_of_whose_end_somebody_else_has_heard_has_ended(tmp_path: Path) -> None:
    script = "signal.signal(signal.SIGCHLD, signal.SIG_IGN); print(start().wait(30))"
    assert parent(tmp_path, "", script).stdout == "0\n"


def test_what_keeps_a_copy_from_starting_is_told(tmp_path: Path) -> None:
    script = "print(forked.start('tin_service', Path('nowhere/log'), {}).wait(30))"
    done = parent(tmp_path, "", script)
    assert done.stdout == "1\n"
    assert "FileNotFoundError" in done.stderr
