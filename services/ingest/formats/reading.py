"""What a format's module finds in a body: native fields, not yet checked, with the places that they stand at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from services.errors import Rejected

Kind = Literal["article", "withdrawal", "hint", "update", "restore"]


@dataclass(slots=True)
class Found:
    """One item of a body, in native field names.

    `pointer` is the item's own place ("" is the whole body, `/items/3` its fourth item), `places` leads from a native
    field to the place that it was read from. An `article` has the fields of a Submission; a `withdrawal` has `id` or
    `url`, and perhaps `at` and `version`; a `hint` has the `url` it is about and what it tells of it; an `update` has
    `id` or `url`, and `replace`, `add`, `delete` in native fields; a `restore` has `id` or `url`.
    """

    pointer: str
    values: dict[str, Any] = field(default_factory=dict)
    kind: Kind = "article"
    places: dict[str, str] = field(default_factory=dict)
    warnings: list[FieldWarning] = field(default_factory=list)

    def put(self, name: str, value: object, place: str) -> None:
        """Sets a native field that has no value yet, and notes where it was read; None and "" say nothing."""
        if value not in (None, "", [], ()) and name not in self.values:
            self.values[name] = value
            self.places[name] = self.pointer + place

    def extend(self, name: str, values: list[Any], place: str) -> None:
        """Adds to a native field that is a list, each value once."""
        known = self.values.setdefault(name, [])
        self.places.setdefault(name, self.pointer + place)
        for value in values:
            if value not in (None, "", {}) and value not in known:
                known.append(value)

    def lost(self, place: str, why: str = "is not used") -> None:
        """Says that something stands there which was not used: nothing is lost silently."""
        self.warnings.append(FieldWarning(pointer=self.pointer + place, detail=why))


def lose_rest(found: Found, value: Mapping[str, Any], used: frozenset[str]) -> None:
    """Says of each key that is not among the used ones, and holds something, that it was not used."""
    for name, content in value.items():
        if name not in used and content not in (None, "", [], {}):
            found.lost("/" + escape(name))


def escape(name: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def refusal(reason: Reason, pointer: str, detail: str) -> Rejected:
    """A refusal with one pointer."""
    return Rejected(reason, detail, (FieldError(pointer=pointer, detail=detail),))
