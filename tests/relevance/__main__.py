"""`make relevance`: every judged query, whether its answer is right, how near it comes, and what is wrong.

`python -m tests.relevance FILE...` asks the queries of these files instead, of the same shape.
"""

import asyncio
import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from services.index.client import build_client
from services.index.names import IndexNames
from services.settings import ServerSettings
from tests.chaos.servers import opensearch
from tests.relevance.cases import Case, articles, cases, query_files
from tests.relevance.judge import faults, ndcg, plain_faults
from tests.relevance.shelf import PLAIN, asks_all, fill, found, found_plainly

_WANTED = 0.95


@dataclass(frozen=True, slots=True)
class Answer:
    """A case, the way it was asked, what was wrong, and its NDCG@10."""

    case: Case
    way: str
    faults: list[str]
    ndcg: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether the file says that it is wrong, and why."""
        return bool(self.faults and self.case.limit and self.way == "ours")

    @property
    def verdict(self) -> str:
        """In one word."""
        return "known" if self.is_known else "wrong" if self.faults else "right"

    @property
    def told(self) -> list[str]:
        """What is wrong, and the reason where it is known."""
        return [*self.faults, *([self.case.limit] if self.is_known and self.case.limit else [])]


async def answers(url: str, files: list[Path]) -> list[Answer]:
    """Every case's answers, our own way and, where it is meant for that, in the plain ones."""
    client = build_client(ServerSettings(opensearch_url=url))
    prefix = f"relevance{uuid.uuid4().hex[:8]}-"
    names, told = IndexNames.with_prefix(prefix), []
    try:
        await fill(client, names, articles(files))
        for case in cases(files):
            ids = await found(client, names, case)
            told.append(Answer(case, "ours", faults(case, ids), ndcg(case, ids)))
            for way in PLAIN if case.plain else ():
                ids = await found_plainly(client, names, case, way)
                told.append(Answer(case, way, plain_faults(case, ids, asks_all(way, case.line))))
    finally:
        await client.indices.delete(index=f"{prefix}*")
        await client.close()
    return told


@contextmanager
def server() -> Iterator[str]:
    """The address of the server that the environment names, else of one of its own."""
    if url := os.environ.get("WIREDESK_TEST_OPENSEARCH_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory() as home, opensearch(Path(home)) as url:
        yield url


def show(console: Console, told: list[Answer]) -> None:
    """A line for each of our own answers, and for each plain one that is wrong."""
    table = Table("topic", "query", "asked", "verdict", "NDCG@10", "what is wrong")
    for one in told:
        if one.way == "ours" or one.faults:
            near = "" if one.ndcg is None else f"{one.ndcg:.3f}"
            table.add_row(one.case.topic, one.case.line, one.way, one.verdict, near, "; ".join(one.told))
    console.print(table)


def main(files: list[Path]) -> int:
    """Prints the table; 1 where fewer than 95 of 100 are right, or one that may never be wrong is."""
    with server() as url:
        told = asyncio.run(answers(url, files))
    console = Console(width=150, markup=False, highlight=False)
    show(console, told)
    ours = [one for one in told if one.way == "ours"]
    for way in PLAIN:
        plain = [one for one in told if one.way == way]
        print(f"{way}: {sum(not one.faults for one in plain)} of {len(plain)} queries right")
    right, near = sum(not one.faults for one in ours), mean(one.ndcg for one in ours if one.ndcg is not None)
    unforgivable = [one.case.line for one in ours if one.faults and one.case.must]
    if unforgivable:
        print(f"wrong, and may never be: {', '.join(unforgivable)}")
    print(f"relevance: {right} of {len(ours)} queries right, NDCG@10 {near:.3f}")
    return int(bool(unforgivable) or right < _WANTED * len(ours))


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or query_files()))
