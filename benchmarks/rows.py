"""A line of the benchmark's table: a question, what was measured beside what, and what is wanted."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `measured` and `beside` are for people, with their units, `figure` is held against `wanted`.

    It is None where there is nothing to be measured beside; then the row is neither met nor missed.
    """

    question: str
    measured: str
    beside: str
    figure: float | None
    wanted: float
    bound: Literal["at least", "at most"] = "at least"
    unit: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether the figure, as it is printed, is not what is wanted."""
        if self.figure is None:
            return False
        figure = round(self.figure, 2)
        return figure < self.wanted if self.bound == "at least" else figure > self.wanted

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
        verdict = "**MISSED**" if one.is_missed else "met" if one.figure is not None else "not measured"
        wanted = f"{one.bound} {one.wanted:g}{one.unit}"
        figure = "–" if one.figure is None else f"{one.figure:.2f}{one.unit}"
        lines.append(f"| {one.question} | {one.measured} | {one.beside} | {figure} | {wanted} | {verdict} |")
    return "\n".join(lines)


def told(name: str, rows: list[Row]) -> int:
    """Prints the table and, last, a line that sums it up; 1 where a row is missed, for `sys.exit`."""
    print(table(rows))
    missed = sum(one.is_missed for one in rows)
    print(f"{name}: {f'{missed} of {len(rows)} MISSED' if missed else f'met, {len(rows)} of {len(rows)}'}", flush=True)
    return int(missed > 0)
