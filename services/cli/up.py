"""`wiredesk up`: everything in the foreground, on one machine, without Docker."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

from services import embedded
from services.cli.console import fail, running_file, stderr, stdout
from services.cli.stack import Stack, Wanted, build_stack

_POLL_SECONDS = 0.1
START_SECONDS = 180.0


def up(
    ingest_port: Annotated[int | None, typer.Option(help="8000, or any free port when that is taken.")] = None,
    opensearch_port: Annotated[int | None, typer.Option(help="9200, or any free port when that is taken.")] = None,
    redis_port: Annotated[int | None, typer.Option(help="6379, or any free port when that is taken.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Keep everything there; without it nothing outlives the end.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One line of JSON on standard output when ready.")] = False,
) -> None:
    """Run embedded Valkey and OpenSearch and the services until interrupted."""
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # while it is still downloading
    with _directory(data) as directory:
        stack = prepare(Wanted(directory, ingest_port, opensearch_port, redis_port))
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        try:
            stack.start()
            started = wait_until_ready(stack, lambda: stopping)
            if started and not stopping:
                with _noted(stack):
                    _announce(stack, json)
                    while not stopping:
                        stack.supervise(_report)
                        time.sleep(_POLL_SECONDS)
        finally:
            stack.stop()
    if not started and not stopping:
        raise fail(f"not ready within {START_SECONDS:.0f} s; the servers' logs were in {directory / 'logs'}")


@contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    with ExitStack() as stack:
        try:
            chosen = embedded.scratch_directory() if data is None else embedded.kept_directory(data.absolute())
            directory = stack.enter_context(chosen)
        except OSError as problem:
            raise fail(str(problem)) from problem
        yield directory


def prepare(wanted: Wanted) -> Stack:
    """The stack, not started yet, with a bar while something is downloaded; ends the program with a clear word."""
    try:
        with download_progress() as progress:
            return build_stack(wanted, progress)
    except ImportError as problem:
        raise fail(f"embedded servers need the extra, pip install 'wiredesk[embedded]': {problem}") from problem
    except (OSError, RuntimeError) as problem:
        raise fail(str(problem)) from problem


def wait_until_ready(stack: Stack, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Supervises until articles are accepted, indexed and found; False when that takes three minutes."""
    import httpx  # noqa: PLC0415 - the servers start meanwhile

    def answers(url: str) -> bool:
        try:
            return client.get(url).status_code == 200
        except httpx.HTTPError:
            return False

    until = time.monotonic() + START_SECONDS
    with (
        httpx.Client(timeout=2, trust_env=False) as client,
        stderr.status("Starting Valkey, OpenSearch and the services"),
    ):
        while time.monotonic() < until and not stopped():
            if stack.ready(answers):
                return True
            stack.supervise(_report)
            time.sleep(_POLL_SECONDS)
    return False


@contextmanager
def download_progress() -> Iterator[embedded.Progress]:
    """A bar a file, on standard error, shown only while something is downloaded."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bars:

        @contextmanager
        def bar(name: str, size: int) -> Iterator[Callable[[int], None]]:
            task = bars.add_task(f"Downloading {name}", total=size)
            yield lambda more: bars.advance(task, more)

        yield bar


def _report(message: str) -> None:
    stderr.print(f"[yellow]wiredesk:[/yellow] {message}", highlight=False)


def _announce(stack: Stack, json: bool) -> None:
    addresses = {
        "ingest_url": stack.ingest_url,
        "search_url": stack.search_url,
        "opensearch_url": stack.opensearch_url,
        "redis_url": stack.redis_url,
        "api_key": stack.api_key,
        "publishers_file": stack.publishers_file,
        "feeds_file": stack.feeds_file,
    }
    if json:
        sys.stdout.write(orjson.dumps({**addresses, "pids": stack.pids()}).decode() + "\n")
        sys.stdout.flush()
        return
    for name, value in addresses.items():
        stdout.print(f"export WIREDESK_{name.upper()}={value}", highlight=False, soft_wrap=True)
    stdout.print(f"API documentation: {stack.ingest_url}/docs   events: {stack.ingest_url}/asyncapi", highlight=False)
    stdout.print(f"Reading room: {stack.search_url}/", highlight=False)
    stdout.print("ready", highlight=False)


@contextmanager
def _noted(stack: Stack) -> Iterator[None]:
    """Notes addresses and key for client commands of the same user, as long as this runs."""
    file = running_file()
    noted = {
        "pid": os.getpid(),
        "ingest_url": stack.ingest_url,
        "indexer_url": stack.indexer_url,
        "search_url": stack.search_url,
        "opensearch_url": stack.opensearch_url,
        "redis_url": stack.redis_url,
        "api_key": stack.api_key,
        "publishers_file": stack.publishers_file,
        "feeds_file": stack.feeds_file,
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_bytes(orjson.dumps(noted))
        new.rename(file)
    except OSError as problem:
        _report(f"client commands need the environment variables below: {problem}")
    try:
        yield
    finally:
        if file.exists() and orjson.loads(file.read_bytes()).get("pid") == os.getpid():
            file.unlink(missing_ok=True)
