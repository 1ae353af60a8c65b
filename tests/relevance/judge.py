"""Whether what was found is what was wanted, and how near it comes."""

from collections.abc import Sequence
from math import log2

from tests.relevance.cases import Case

DEPTH = 10


def faults(case: Case, found: Sequence[str]) -> list[str]:
    """What is wrong with these ids, in words; nothing where all is right."""
    told = []
    if tuple(found[: len(case.first)]) != case.first:
        told.append(f"first {', '.join(found[: len(case.first)]) or 'nothing'}, not {', '.join(case.first)}")
    if missing := [name for name in case.among if name not in found[:DEPTH]]:
        told.append(f"without {', '.join(missing)}")
    wanted = {*case.first, *case.among}
    last = max((place for place, name in enumerate(found) if name in wanted), default=-1)
    if early := [name for name in found[: last + 1] if name in case.below]:
        told.append(f"{', '.join(early)} too early")
    if wrong := [name for name in found if name in case.never]:
        told.append(f"with {', '.join(wrong)}")
    return told


def plain_faults(case: Case, found: Sequence[str], asks_all: bool) -> list[str]:
    """The same of a client's own query, which knows no order of ours: a wanted article is of the first three.

    Where it `asks_all` that the line says, what is never wanted is not there either.
    """
    wanted = case.first or case.among
    told = [] if set(wanted) & set(found[:3]) or not wanted else [f"none of {', '.join(wanted)} of the first three"]
    if asks_all and (wrong := [name for name in found if name in case.never]):
        told.append(f"with {', '.join(wrong)}")
    return told


def ndcg(case: Case, found: Sequence[str]) -> float | None:
    """NDCG@10 of these ids; None where nothing is wanted, only unwanted."""
    best = _gain(sorted(case.grades.values(), reverse=True))
    return _gain([case.grades.get(name, 0) for name in found]) / best if best else None


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))
