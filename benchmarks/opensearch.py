"""An OpenSearch of a benchmark's own, filled and asked over HTTP."""

import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from services import embedded

_IN_A_BULK = 500


@contextmanager
def opensearch() -> Iterator[httpx.Client]:
    """A client of a started server, which is ended and forgotten afterwards."""
    with tempfile.TemporaryDirectory() as home:
        port = embedded.any_port()
        command = embedded.opensearch_command(port.number, Path(home), embedded.opensearch_home())
        process = embedded.start(command, Path(home) / "log")
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port.number}", timeout=300, trust_env=False) as client:
                _wait(client)
                yield client
        finally:
            process.kill()
            process.wait()
            port.lock.release()


def ask(client: httpx.Client, method: str, path: str, **options: Any) -> Any:
    """What the server answers, as JSON. Raises RuntimeError with what it says where it refuses."""
    answer = client.request(method, path, **options)
    if answer.is_error:
        raise RuntimeError(answer.text)
    return answer.json()


def bulk(client: httpx.Client, lines: bytes, index: str = "") -> None:
    """A `_bulk`; `index` is a path, where the lines name none. Raises RuntimeError where a document is refused."""
    headers = {"Content-Type": "application/x-ndjson"}
    if ask(client, "POST", f"{index}/_bulk?filter_path=errors", content=lines, headers=headers)["errors"]:
        raise RuntimeError("a document was refused")


def fill(client: httpx.Client, index: str, body: dict[str, Any], documents: Iterable[dict[str, Any]]) -> None:
    """Creates the index with these documents, to be found at once. Raises RuntimeError where one is refused."""
    ask(client, "PUT", f"/{index}", json=body)
    lines = (b'{"index":{}}\n' + json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in documents)
    while some := b"".join(islice(lines, _IN_A_BULK)):
        bulk(client, some, f"/{index}")
    ask(client, "POST", f"/{index}/_refresh")


def _wait(client: httpx.Client) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if client.get("/_cluster/health").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("OpenSearch did not start")
