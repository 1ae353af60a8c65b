"""A line of the benchmark's table: a question, what was measured beside what, and what is wanted."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `measured` and `beside` are for people, with their units, `figure` is held against `wanted`."""

    question: str
    measured: str
    beside: str
    figure: float
    wanted: float
    bound: Literal["at least", "at most"] = "at least"
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the figure, as it is printed, is what is wanted."""
        figure = round(self.figure, 2)
        return figure >= self.wanted if self.bound == "at least" else figure <= self.wanted

    def to_json(self) -> str:
        """One line, which `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """What `to_json` wrote."""
        kept: dict[str, Any] = json.loads(line)
        return cls(**kept)


def table(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| question | measured | beside | figure | wanted | |", "|---|---|---|---|---|---|"]
    for one in rows:
        verdict = "met" if one.is_met else "**MISSED**"
        wanted = f"{one.bound} {one.wanted:g}{one.unit}"
        figure = f"{one.figure:.2f}{one.unit}"
        lines.append(f"| {one.question} | {one.measured} | {one.beside} | {figure} | {wanted} | {verdict} |")
    return "\n".join(lines)


def told(name: str, rows: list[Row]) -> int:
    """Prints the table and, last, a line that sums it up; 1 where a row is missed, for `sys.exit`."""
    print(table(rows))
    missed = sum(not one.is_met for one in rows)
    print(f"{name}: {f'{missed} of {len(rows)} MISSED' if missed else f'met, {len(rows)} of {len(rows)}'}", flush=True)
    return int(missed > 0)
