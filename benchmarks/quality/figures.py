"""A figure that was measured, beside the one that is wanted, and the files it was measured on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; at least `wanted`, where something is wanted. `note` says on how much it was measured."""

    name: str
    value: float
    wanted: float | None = None
    note: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether it is below what is wanted, at the precision that is printed."""
        return self.wanted is not None and round(self.value, 3) < self.wanted


class MissingSet(Exception):
    """A set is not where it was looked for."""


def set_of(sets: Path, name: str) -> Path:
    """Where the set of this name is. Raises MissingSet with how to get it."""
    if not (sets / name).is_dir():
        raise MissingSet(f"{name} is not in {sets}; benchmarks/quality/README.md says where it comes from")
    return sets / name


def lines(figures: list[Figure]) -> Iterator[str]:
    """A line each."""
    for one in figures:
        wanted = "" if one.wanted is None else f"wanted {one.wanted:.3f}  {'MISSED' if one.is_missed else 'met'}"
        yield f"  {one.name:<46}{one.value:7.3f}  {wanted:<22}{one.note}"


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
