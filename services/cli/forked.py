"""Services as copies of this process, which has imported what they share: four of them start for little more than one.

Only where the kernel ends a process with its parent, which is Linux; elsewhere they are started as others are.
"""

import ctypes
import gc
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

IS_POSSIBLE = sys.platform == "linux"
_SET_PARENT_DEATH_SIGNAL, _SET_NAME = 1, 15
_OF_STOPPING = (signal.SIGINT, signal.SIGTERM)
_POLL_SECONDS = 0.01


class Forked:
    """A copy, with what a supervisor needs of a Popen."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it runs."""
        if self.returncode is None:
            try:
                ended, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else has heard of its end
                ended, status = self.pid, 0
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The same when it has ended. Raises subprocess.TimeoutExpired after so many seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(_POLL_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Sends it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it at once."""
        self.send_signal(signal.SIGKILL)


def prepare(modules: Sequence[str]) -> None:
    """Imports what these services are made of, so that their copies need not."""
    gc.disable()
    for module in modules:
        import_module(f"{module}.app")
    gc.freeze()  # no copy looks through it for garbage, which would also make its memory their own
    gc.enable()


def start(module: str, log: Path | None, environment: Mapping[str, str]) -> Forked:
    """A copy that runs `module` as `python -m` would, ended with this process even when that is killed.

    It must have no other thread. Its output goes to `log`, or to this process' standard error.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, _OF_STOPPING)
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OF_STOPPING)
        return Forked(pid)
    code = 1
    try:
        _become(module, log, environment, parent)
        code = _run(module)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # whatever is on the stack below is the parent's to end


def _become(module: str, log: Path | None, environment: Mapping[str, str], parent: int) -> None:
    """Nobody's copy: with a session, signals, files and a name of its own."""
    os.setsid()
    system = ctypes.CDLL(None)
    system.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    system.prctl(_SET_NAME, module.rpartition(".")[2].encode())
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) if log else 2
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(environment)
    sys.argv = [module]
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OF_STOPPING)


def _run(module: str) -> int:
    """Its exit code."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ending:
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
