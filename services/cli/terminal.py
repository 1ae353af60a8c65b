"""A terminal whose keys are read one by one, and which is as it was afterwards."""

import asyncio
import os
import signal
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_QUITS = (b"q", b"Q", b"\x03", b"\x04", b"")


@contextmanager
def until_quit() -> Iterator[asyncio.Event]:
    """An event that is set by `q`, Ctrl-C, the end of the input or a signal; needs a running loop.

    Where standard input is no terminal only signals set it.
    """
    loop, quits = asyncio.get_running_loop(), asyncio.Event()
    for one in _ENDING:
        loop.add_signal_handler(one, quits.set)
    try:
        if sys.stdin.isatty():
            with _keys(loop, quits):
                yield quits
        else:
            yield quits
    finally:
        for one in _ENDING:
            loop.remove_signal_handler(one)


@contextmanager
def _keys(loop: asyncio.AbstractEventLoop, quits: asyncio.Event) -> Iterator[None]:
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def pressed() -> None:
        if os.read(terminal, 1) in _QUITS:
            quits.set()

    tty.setcbreak(terminal, termios.TCSADRAIN)
    loop.add_reader(terminal, pressed)
    try:
        yield
    finally:
        loop.remove_reader(terminal)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def interrupted_by_signals() -> None:
    """Lets a lost terminal and a plain kill end a command as Ctrl-C does: a KeyboardInterrupt. It needs a running loop.

    Outside the main thread, where nobody is told of signals, it does nothing.
    """
    if threading.current_thread() is threading.main_thread():
        for ending in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(ending, signal.raise_signal, signal.SIGINT)


async def wait(quits: asyncio.Event, seconds: float) -> bool:
    """Waits so long, or until somebody quits; whether somebody did."""
    try:
        await asyncio.wait_for(quits.wait(), max(0.0, seconds))
    except TimeoutError:
        return False
    return True
