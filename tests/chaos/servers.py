"""The servers of scenarios that are run by hand: one OpenSearch for all, a Valkey for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services import embedded
from tests.conftest import Valkey, serves, until_true


@contextmanager
def opensearch(home: Path) -> Iterator[str]:
    """The address of an OpenSearch with its data in `home`, until it is left."""
    port = embedded.any_port()
    command = embedded.opensearch_command(port.number, home / "opensearch", embedded.opensearch_home())
    process = embedded.start(command, home / "opensearch.log")
    url = f"http://127.0.0.1:{port.number}"
    try:
        until_true(lambda: serves(url), 120)
        yield url
    finally:
        process.kill()
        process.wait()
        port.lock.release()


@contextmanager
def started_valkey(home: Path) -> Iterator[Valkey]:
    """A Valkey with its data in `home`, until it is left."""
    port = embedded.any_port()
    valkey = Valkey(port.number, home / "valkey")
    valkey.start()
    try:
        yield valkey
    finally:
        valkey.stop()
        port.lock.release()
