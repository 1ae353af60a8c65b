"""Runs one of the services' HTTP side, on the port it was told or on the next best."""

import errno
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

log = logging.getLogger(__name__)


def listen(host: str, port: int | None, default: int) -> socket.socket:
    """A listening socket on `port`; without one on `default`, or on any free port when that is taken."""
    wanted = [port] if port is not None else [default, 0]
    for number, candidate in enumerate(wanted):
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
            listening.listen(1024)
        except OSError as problem:
            listening.close()
            if problem.errno != errno.EADDRINUSE or number == len(wanted) - 1:
                raise
        else:
            return listening
    raise AssertionError("unreachable")


class _Server(uvicorn.Server):
    """A server that says when it is told to stop, before it waits for open requests."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending()
        super().handle_exit(sig, frame)


def serve(
    build: Callable[[Callable[[], None]], FastAPI],
    listening: socket.socket,
    ending: Callable[[], None] = lambda: None,
    trusted_proxies: str | None = None,
) -> int:
    """Runs the app until SIGTERM or SIGINT, or until it calls the function it was built with; the exit code.

    `ending` is called when it is told to stop, before the open requests are waited for.
    """
    failed = False

    def fail() -> None:
        nonlocal failed
        failed = True
        server.should_exit = True

    config = uvicorn.Config(
        build(fail),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=15,
    )
    server = _Server(config, ending)

    def end(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises it again when it has ended, for these to take
        signal.signal(number, end)
    host, port = listening.getsockname()[:2]
    log.info("listening", extra={"url": f"http://{host}:{port}"})
    server.run(sockets=[listening])
    return 1 if failed or not server.started else 0
