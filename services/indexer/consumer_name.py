"""A name in the consumer group that is one's own, and the same again after a crash."""

import fcntl
import hashlib
import re
import socket
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir
from typing import IO


def claim_consumer_name(redis_url: str) -> tuple[str, IO[bytes]]:
    """The host's name and the lowest number free on it, and the lock that holds the number while it stays open.

    The kernel frees the lock however the process ends, so whoever starts next has the same name and with it the
    entries that were left.
    """
    stream = hashlib.sha256(redis_url.encode()).hexdigest()[:8]
    host = re.sub(r"[^\w.-]", "-", socket.gethostname())
    number = 0
    while True:
        number += 1
        lock = Path(gettempdir(), f"wiredesk-indexer-{stream}-{number}.lock").open("ab")  # noqa: SIM115 - kept open
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return f"{host}-{number}", lock
        lock.close()
