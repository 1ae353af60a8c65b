"""What somebody should know, in words, and how much it presses."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much it presses: not at all, some time today, or now."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is so with one part; `do` says what to do about it, and is empty where nothing has to be done."""

    level: Level
    part: str
    what: str
    do: str = ""


def well(part: str, what: str) -> Finding:
    """Nothing has to be done."""
    return Finding(Level.OK, part, what)


def warn(part: str, what: str, do: str) -> Finding:
    """A person should look some time today."""
    return Finding(Level.WARN, part, what, do)


def bad(part: str, what: str, do: str) -> Finding:
    """A person is needed now."""
    return Finding(Level.BAD, part, what, do)


def worst(findings: Iterable[Finding]) -> Level:
    """The level of what presses most; OK for nothing at all."""
    return max((one.level for one in findings), key=list(Level).index, default=Level.OK)


def pressing(findings: Iterable[Finding]) -> list[Finding]:
    """Those that need a person, what presses most first, else in their order."""
    needed = [one for one in findings if one.level is not Level.OK]
    return sorted(needed, key=lambda one: list(Level).index(one.level), reverse=True)
