"""`wiredesk demo`: the whole way, on embedded real servers and a dozen sample articles."""

import asyncio
import time
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import orjson
from pydantic import SecretStr
from rich.rule import Rule

from services import embedded
from services.cli.client import ClientSettings, fail, stderr, stdout
from services.cli.hits import show
from services.cli.post import Poster, wait_for
from services.cli.search import canonical, find
from services.cli.stack import Stack, Wanted
from services.cli.up import prepare, wait_until_ready
from services.index.asked import Asked

_QUESTIONS = (
    # what is asked, by which tag, who must stand first
    ('"rare earth"', None, ("minerals-pact", "u-")),
    ("*", "rare earth", ("minerals-pact", "u-", "nichibei-kaidan")),
    ("US-Japan", None, ("minerals-pact", "u-")),
    ("*", "U.S.–Japan", ("minerals-pact", "u-", "two-capitals", "nichibei-kaidan")),
)
_FALSE_FRIENDS = ("false-friend-comet", "false-friend-survivors")


def demo() -> None:
    """Run the whole way once: post sample articles and pages, search them as text and by tag."""
    began = time.monotonic()
    with embedded.scratch_directory() as directory:
        stack = prepare(Wanted(directory, service_logs=False, embedded_only=True))
        try:
            stack.start()
            if not wait_until_ready(stack):
                _show_logs(directory / "logs")
                raise fail("the servers did not get ready")
            stdout.print(f"Valkey, OpenSearch, ingest and indexer are up after {time.monotonic() - began:.1f} s")
            _run(stack)
        finally:
            stack.stop()
    stdout.print(Rule(style="dim"))
    stdout.print(f"[green]The right articles are first everywhere.[/green] {time.monotonic() - began:.1f} s in all.")


def _run(stack: Stack) -> None:
    settings = ClientSettings(
        ingest_url=stack.ingest_url,
        opensearch_url=stack.opensearch_url,
        redis_url=stack.redis_url,
        api_key=SecretStr(stack.api_key),
    )
    posted = time.monotonic()
    with as_file(files("services.cli").joinpath("samples")) as samples, Poster(settings) as poster:
        answers = _post_samples(poster, samples)
        refused = [answer for answer in answers if "id" not in answer]
        if refused:
            raise fail(f"an article was refused: {refused[0]['problem']['detail']}")
        wait_for(poster, [answer["id"] for answer in answers])
    seconds = time.monotonic() - posted
    stdout.print(f"{len(answers)} articles posted, and all of them searchable {seconds:.2f} s later")
    for query, tag, expected in _QUESTIONS:
        found = asyncio.run(find(settings, Asked(query, canonical((tag,) if tag else ()))))
        stdout.print()
        asked = f"wiredesk search '{query}'" if tag is None else f"wiredesk search --tag '{tag}'"
        stdout.print(Rule(f"[bold]{asked}[/bold]", align="left"))
        show(found)
        _check(found, expected)


def _post_samples(poster: Poster, samples: Path) -> list[dict[str, Any]]:
    answers = poster.batch(samples.joinpath("articles.ndjson").read_bytes().splitlines())
    for name, fields in orjson.loads(samples.joinpath("pages.json").read_bytes()).items():
        page = samples.joinpath(name).read_bytes()
        answers.append(poster.one(page, "text/plain; charset=utf-8", list(fields.items())))
    return answers


def _check(found: dict[str, Any], expected: tuple[str, ...]) -> None:
    """Fails unless the expected articles stand first and no false friend stands anywhere."""
    names = [hit["id"].partition(":")[2] for hit in found["hits"]]
    first = names[: len(expected)]
    missing = [start for start in expected if not any(name.startswith(start) for name in first)]
    friends = [name for name in names if name in _FALSE_FRIENDS]
    if missing or friends:
        raise fail(f"expected {', '.join(expected)} first and no false friend, found {', '.join(names) or 'nothing'}")


def _show_logs(logs: Path) -> None:
    for log in sorted(logs.glob("*.log")):
        stderr.print(Rule(log.name))
        stderr.print(log.read_text(errors="replace")[-3000:], markup=False)
