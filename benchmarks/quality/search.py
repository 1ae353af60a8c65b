"""How good are the hits for long questions? nDCG@10 on TIME, 423 stories of 1963 and 83 judged queries.

The stories have no titles: their first eight words stand for one, and the body is all of the story. The judgements
count 425 stories, of which two after the 370th are not in the file. `english` is the same index with that analyzer.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from pathlib import Path
from statistics import mean
from typing import Any

import httpx

from benchmarks.analysis import with_english
from benchmarks.opensearch import ask, fill, opensearch
from benchmarks.quality.figures import Figure, set_of
from schemas.events import encode, published
from schemas.submission import Submission
from services.index.asked import Asked
from services.index.mapping import index_body
from services.index.names import SCHEMA_VERSION
from services.index.queries import search_body
from services.indexer.decide import Put, decide
from services.ingest.language import LanguageReader
from services.ingest.normalize import Tables, normalize
from services.vocabulary.gazetteer import load

_LAST_IN_PLACE, _LEFT_OUT = 370, 2
_TITLE_WORDS, _DEPTH = 8, 10
_WANTED, _TOLERATED = 0.75, -0.02
Query = Callable[[str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and the numbers of the stories that answer it."""

    line: str
    right: frozenset[int]


def measure(sets: Path) -> list[Figure]:
    """nDCG@10 of our query and of a plain match, each on our index and on `english`; halves of the queries apart."""
    stories, questions = _read(set_of(sets, "time"))
    shapes: dict[str, Query] = {"our query": ours, "plain match": plain}
    body = index_body(SCHEMA_VERSION, 0, "default")
    with opensearch() as server:
        for index, settings in (("ours", body), ("english", with_english(body))):
            fill(server, index, settings, documents(stories))
        reached = {
            (index, shape): [ndcg(found(server, index, query(one.line)), one.right) for one in questions]
            for index in ("ours", "english")
            for shape, query in shapes.items()
        }
    figures = [
        _figure(*key, scores, _WANTED if key == ("ours", "our query") else None) for key, scores in reached.items()
    ]
    halves = reached["ours", "our query"]
    figures += [_figure("ours", f"our query, {half} queries", halves[at::2]) for at, half in enumerate(("odd", "even"))]
    for shape in shapes:
        lead = mean(reached["ours", shape]) - mean(reached["english", shape])
        figures.append(Figure(f"ours less english, {shape}", lead, _TOLERATED))
    return figures


def _figure(index: str, shape: str, scores: list[float], wanted: float | None = None) -> Figure:
    return Figure(f"nDCG@10, {index}, {shape}", mean(scores), wanted, f"{len(scores)} queries")


def _read(directory: Path) -> tuple[list[str], list[Judged]]:
    """The stories and the questions. Raises ValueError where the judged stories share no words with the questions."""
    stories = _texts(directory / "TIME.ALL", "TEXT")
    lines = _texts(directory / "TIME.QUE", "FIND")
    numbers = [
        list(map(int, line.split())) for line in (directory / "TIME.REL").read_text().splitlines() if line.strip()
    ]
    questions = [
        Judged(lines[query - 1], frozenset(n if n <= _LAST_IN_PLACE else n - _LEFT_OUT for n in judged))
        for query, *judged in numbers
    ]
    pairs = [(one.line, stories[number - 1]) for one in questions for number in one.right]
    if mean(bool(_rare(line) & _rare(story)) for line, story in pairs) < 0.95:
        raise ValueError("the judgements are not those of these stories")
    return stories, questions


def _rare(text: str) -> set[str]:
    """Words long enough to say what a text is about."""
    return set(re.findall(r"[A-Z]{5,}", text))


def _texts(file: Path, mark: str) -> list[str]:
    """What stands between the marks, on one line, without the blank before each point and comma."""
    text = file.read_text("latin-1").rpartition("*STOP")[0]
    pieces = re.split(rf"^\*{mark}\b.*\n", text, flags=re.MULTILINE)[1:]
    return [re.sub(r" ([.,;:?!])", r"\1", " ".join(piece.split())) for piece in pieces]


def documents(stories: list[str]) -> Iterator[dict[str, Any]]:
    """The stories as the services index them, numbered from 1."""
    tables, now = Tables(load(), LanguageReader()), datetime.now(UTC)
    for number, story in enumerate(stories, 1):
        title = " ".join(story.split()[:_TITLE_WORDS])
        draft = normalize(Submission(id=str(number), title=title, body=story), "time", tables, 1_000_000)
        put = decide(encode(published(draft.article(1, now))), now)
        if not isinstance(put, Put):
            raise RuntimeError("a story is not indexed")
        yield json.loads(put.document)


def ours(line: str) -> dict[str, Any]:
    """What our search sends."""
    return search_body(Asked(line), size=_DEPTH)


def plain(line: str) -> dict[str, Any]:
    """What any client can send."""
    return {"query": {"match": {"body": line}}, "size": _DEPTH, "_source": ["id"]}


def found(server: httpx.Client, index: str, body: dict[str, Any]) -> list[int]:
    """The numbers of the stories that are found, best first."""
    hits = ask(server, "POST", f"/{index}/_search", json=body)["hits"]["hits"]
    return [int(hit["_source"]["id"].partition(":")[2]) for hit in hits]


def ndcg(numbers: list[int], right: frozenset[int]) -> float:
    """nDCG@10, each right story worth the same."""
    best = sum(1 / log2(place + 2) for place in range(min(len(right), _DEPTH)))
    return sum(1 / log2(place + 2) for place, number in enumerate(numbers) if number in right) / best
