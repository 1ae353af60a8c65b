"""A name in the consumer group that is one's own, and the same again after a crash."""

import fcntl
import hashlib
import os
import re
import socket
from pathlib import Path
from tempfile import gettempdir
from typing import IO

_MOST_ON_ONE_HOST = 1000


def claim_consumer_name(redis_url: str, service: str) -> tuple[str, IO[bytes]]:
    """The host's name and the lowest number free on it, and the lock that holds the number while it stays open.

    The kernel frees the lock however the process ends, so whoever starts next has the same name and with it the
    entries that were left. Raises OSError where no lock can be written.
    """
    stream = hashlib.sha256(redis_url.encode()).hexdigest()[:8]
    host = re.sub(r"[^\w.-]", "-", socket.gethostname())
    for number in range(1, _MOST_ON_ONE_HOST):
        lock = Path(gettempdir(), f"wiredesk-{service}-{os.getuid()}-{stream}-{number}.lock").open("ab")  # noqa: SIM115 - kept open
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return f"{host}-{os.getuid()}-{number}", lock
    raise OSError(f"{_MOST_ON_ONE_HOST} processes of one service on one host are too many")
