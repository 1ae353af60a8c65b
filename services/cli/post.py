"""`wiredesk post`: send files to the ingest service."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import orjson
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.client import ClientSettings, client_settings, fail, stderr, stdout

TYPES = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".xml": "application/xml",
    ".rss": "application/xml",
    ".atom": "application/xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain; charset=utf-8",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
}
_BATCH = "application/x-ndjson"
_BATCH_LINES = 1000
_BATCH_BYTES = 4_000_000
_ATTEMPTS = 8
_WAIT_SECONDS = 60.0
_FINAL = ("indexed", "held", "superseded", "withdrawn", "dead-lettered")


def post(
    files: Annotated[
        list[Path], typer.Argument(help="Articles, feeds (.json, .xml), batches (.ndjson), pages (.html, .txt).")
    ],
    content_type: Annotated[str | None, typer.Option(help="Instead of the one that the file's name tells.")] = None,
    url: Annotated[str | None, typer.Option(help="Where people read the article.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Another native field: NAME=VALUE.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when every article can be found.")] = False,
) -> None:
    """Post articles, and tell what became of each."""
    settings = client_settings()
    given = [tuple(text.split("=", 1)) for text in field or () if "=" in text]
    parameters = [*given, *([("url", url)] if url else [])]
    try:
        with Poster(settings) as poster:
            answers = list(_post_all(poster, files, content_type, parameters))
            if wait:
                wait_for(poster, [a["id"] for a in answers if "id" in a and a.get("kind") != "hint"])
    except httpx.HTTPError as problem:
        raise fail(f"{settings.ingest_url} does not answer: {problem}") from problem
    except OSError as problem:
        raise fail(str(problem)) from problem
    refused = [answer for answer in answers if "id" not in answer]
    if len(answers) > 1:
        stdout.print(f"{len(answers) - len(refused)} taken, {len(refused)} refused", highlight=False)
    if refused:
        raise typer.Exit(1)


class Poster:
    """A client of the ingest service that waits and tries again when that asks for it."""

    def __init__(self, settings: ClientSettings) -> None:
        key = settings.api_key.get_secret_value() if settings.api_key else ""
        headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(base_url=settings.ingest_url, headers=headers, timeout=120)

    def __enter__(self) -> "Poster":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def one(self, body: bytes, content_type: str, parameters: list[Any]) -> dict[str, Any]:
        """The answer to a body of one article: the service's own, or `{"status": "rejected", "problem": …}`."""
        return self.all(body, content_type, parameters)[0]

    def all(self, body: bytes, content_type: str, parameters: list[Any]) -> list[dict[str, Any]]:
        """The answers to all items of a body."""
        answer = self._send("/v1/articles", body, content_type, parameters)
        if items := _items(answer):
            return items
        return [answer.json() if answer.is_success else {"status": "rejected", "problem": _problem(answer)}]

    def withdraw(self, article_id: str) -> dict[str, Any]:
        """The answer to the withdrawal of this article. Fails where it is refused."""
        answer = self._client.delete(f"/v1/articles/{quote(article_id, safe='')}")
        if not answer.is_success:
            raise fail(f"{article_id}: {_problem(answer)['detail']}")
        accepted: dict[str, Any] = answer.json()
        return accepted

    def batch(self, lines: list[bytes]) -> list[dict[str, Any]]:
        """The answers to these lines, in order; what was unavailable is sent again."""
        answers: list[dict[str, Any]] = [{}] * len(lines)
        open_lines = list(range(len(lines)))
        for attempt in range(_ATTEMPTS):
            answer = self._send("/v1/articles/batch", b"\n".join(lines[n] for n in open_lines), _BATCH, [])
            if not answer.is_success:
                refused = {"status": "rejected", "problem": _problem(answer)}
                return [refused if number in open_lines else answers[number] for number in range(len(lines))]
            for number, line in zip(open_lines, answer.content.splitlines(), strict=True):
                answers[number] = orjson.loads(line)
            open_lines = [number for number in open_lines if answers[number]["status"] == "unavailable"]
            if not open_lines:
                break
            time.sleep(min(5.0, 0.25 * 2**attempt))
        return answers

    def receipt(self, article_id: str) -> dict[str, Any]:
        """Where the article is."""
        answer = self._client.get(f"/v1/articles/{quote(article_id, safe='')}")
        if answer.status_code == 503:
            return {"id": article_id, "status": "unknown"}
        if not answer.is_success:
            raise fail(f"{article_id}: {_problem(answer)['detail']}")
        receipt: dict[str, Any] = answer.json()
        return receipt

    def _send(self, path: str, body: bytes, content_type: str, parameters: list[Any]) -> httpx.Response:
        for attempt in range(_ATTEMPTS):
            answer = self._client.post(path, content=body, params=parameters, headers={"Content-Type": content_type})
            if answer.status_code != 503 or attempt == _ATTEMPTS - 1:
                break
            time.sleep(min(5.0, float(answer.headers.get("Retry-After", 1))))
        return answer


def _post_all(
    poster: Poster, files: list[Path], content_type: str | None, parameters: list[Any]
) -> Iterator[dict[str, Any]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bars:
        whole = bars.add_task("Posting files", total=len(files), visible=len(files) > 1)
        for file in files:
            bars.advance(whole)
            kind = content_type or TYPES.get(file.suffix.lower(), "text/plain; charset=utf-8")
            if kind.startswith(_BATCH):
                task = bars.add_task(file.name, total=_count_lines(file))
                for lines in _groups(file):
                    answers = poster.batch(lines)
                    bars.advance(task, len(answers))
                    _report_refused(file.name, answers)
                    yield from answers
            else:
                answers = poster.all(file.read_bytes(), kind, parameters)
                for answer in answers:
                    _report(file.name, answer)
                yield from answers


def _count_lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _groups(file: Path) -> Iterator[list[bytes]]:
    """The lines that are not blank, as many as one request takes well."""
    group: list[bytes] = []
    size = 0
    with file.open("rb") as lines:
        for line in filter(None, map(bytes.strip, lines)):
            group.append(line)
            size += len(line)
            if len(group) >= _BATCH_LINES or size >= _BATCH_BYTES:
                yield group
                group, size = [], 0
    if group:
        yield group


def _report(name: str, answer: dict[str, Any]) -> None:
    if "id" in answer:
        tags = " ".join("#" + tag for tag in answer["tags"])
        kind = "" if answer["kind"] in ("published", "corrected") else f"{answer['kind']} "
        line = f"{answer['status']} {kind}{answer['id']} {tags}"
        stdout.print(line, highlight=False, markup=False, soft_wrap=True)
    else:
        _report_refused(name, [answer])


def _report_refused(name: str, answers: list[dict[str, Any]]) -> None:
    for number, answer in enumerate(answers, 1):
        if "id" not in answer:
            where = name if len(answers) == 1 else f"{name}, article {number}"
            detail = escape(f"{where}: {answer['problem']['detail']}")
            stderr.print(f"[red]{answer['status']}[/red] {detail}", highlight=False)


def wait_for(poster: Poster, ids: list[str]) -> None:
    """Returns when every article can be found, waits for its embargo, or was superseded; fails for a dead letter."""
    until = time.monotonic() + _WAIT_SECONDS
    waiting = list(dict.fromkeys(ids))
    with stderr.status("Waiting until they can be found"):
        while waiting:
            receipts = [poster.receipt(article_id) for article_id in waiting]
            for receipt in receipts:
                if receipt["status"] == "dead-lettered":
                    raise fail(f"{receipt['id']} can never be indexed: {receipt['problem']['detail']}")
            waiting = [receipt["id"] for receipt in receipts if receipt["status"] not in _FINAL]
            if waiting and time.monotonic() > until:
                raise fail(f"{len(waiting)} not indexed within {_WAIT_SECONDS:.0f} s, among them {waiting[0]}")
            if waiting:
                time.sleep(0.1)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        problem: dict[str, Any] = answer.json()
    except ValueError:
        problem = {"detail": f"HTTP {answer.status_code}"}
    return problem


def _items(answer: httpx.Response) -> list[dict[str, Any]]:
    """The answers of a body that was answered item by item, none for any other."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return []
    items: list[dict[str, Any]] = answer.json().get("items", [])
    return items
