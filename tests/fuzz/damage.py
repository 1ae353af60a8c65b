"""What one malformed request is, and what every answer to one owes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import orjson

from tests.fuzz.samples import CONTENT_TYPES, Samples

REFUSALS = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True)
class Case:
    """A request that must be refused. `header_at_fault` says that not the body is wrong, so that no pointer is owed."""

    damage: str
    body: bytes
    content_type: str | None = "application/json"
    coding: str | None = None
    header_at_fault: bool = False
    query: str = ""

    def headers(self) -> dict[str, str]:
        """Its header fields."""
        named = {"Content-Type": self.content_type, "Content-Encoding": self.coding}
        return {name: value for name, value in named.items() if value is not None}

    def named(self, damage: str) -> "Case":
        """The same under this name."""
        return replace(self, damage=damage)


Damage = Callable[[Random, Samples], Case]


def of_kind(random: Random, kind: str, body: bytes, charset: str | None = None) -> Case:
    """A case with one of the content types of this kind."""
    name = random.choice(CONTENT_TYPES[kind]).partition(";")[0]
    return Case("", body, f"{name}; charset={charset}" if charset else name)


def complaint(case: Case, status: int, body: bytes) -> str | None:
    """What this answer to a malformed request lacks; None where it is as it should be."""
    if status not in REFUSALS:
        return f"answered with {status}"
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "the answer is not JSON"
    if "items" not in told:
        return _lacking(case, told)
    if not told["items"]:
        return "the answer has no items"
    return next(filter(None, (_lacking_item(case, item) for item in told["items"])), None)


def _lacking_item(case: Case, item: Mapping[str, Any]) -> str | None:
    place, problem = item.get("pointer") or "", item.get("problem") or {}
    if any(not error["pointer"].startswith(place) for error in problem.get("errors", ())):
        return "a pointer that does not lead into its item"
    return _lacking(case, problem)


def _lacking(case: Case, problem: Mapping[str, Any]) -> str | None:
    if not problem.get("reason") or not problem.get("detail"):
        return "no reason"
    pointers = [error.get("pointer") for error in problem.get("errors", ())]
    if case.header_at_fault or (pointers and all(isinstance(pointer, str) for pointer in pointers)):
        return None
    return f"no pointer ({problem['reason']})"
