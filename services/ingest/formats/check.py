"""What a format's module found, checked: native fields with pointers into the body as it was posted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Fields, Submission
from services.errors import Rejected
from services.ingest.formats.fields import detail_of, invalid, validated
from services.ingest.formats.plausible import refuse_implausible, with_a_date, without_impossible
from services.ingest.formats.reading import Found, Kind
from services.ingest.identity import canonical_url
from services.ingest.posted import Hint, Item, Posted, Restore, Update, Withdrawal

MODELS: Mapping[Kind, type[BaseModel]] = {
    "article": Submission,
    "withdrawal": Withdrawal,
    "hint": Hint,
    "update": Update,
    "restore": Restore,
}
_MUST_BE_RIGHT = frozenset({"id", "title", "body", "embargoed_until", "expires_at", "replace", "add", "delete"})
"""Dropping one of these would make it another article, or show it at the wrong time."""
_NEVER_TEXT = ("NUL character", "lone surrogate")
_LISTS = ("authors", "tags", "genre", "subjects", "headings")
_MOST_ENTRIES = 200
_ADDRESSES = ("url", "image")


def checked(found: Found, given: Mapping[str, Any], now: datetime) -> Item:
    """The item that was found, with the publisher's given fields in it, or why it cannot be used."""
    if found.kind == "article":
        _give(found, given)
        found.values.setdefault("title", "")
        found.values.setdefault("body", "")
        found.values["is_foreign"] = True
    try:
        content = _validated(found)
        if isinstance(content, Submission):
            content = without_impossible(content, now, found)
            refuse_implausible(content, now, found.places)
            content = with_a_date(content, found)
    except Rejected as error:
        return Item(found.pointer, error.with_traceback(None), tuple(found.warnings), found.places)
    return Item(found.pointer, content, tuple(found.warnings), found.places)


def _give(found: Found, given: Mapping[str, Any]) -> None:
    """Native fields beside the body hold over what was read out of it; lists come before the body's own."""
    for name, value in given.items():
        if name not in Fields.model_fields and name not in ("title", "body"):
            found.warnings.append(FieldWarning(pointer=f"/{name}", detail="not a known field, so it was not used"))
        elif name in _LISTS:
            own = found.values.get(name, [])
            found.values[name] = [*value, *(own if isinstance(own, list) else [own])]
        else:
            found.values[name] = value
            found.places[name] = f"/{name}"


def _validated(found: Found) -> Posted:
    """The values as their model, without optional ones that cannot be used. Raises Rejected."""
    _drop_bad_addresses(found)
    model = MODELS[found.kind]
    made, errors = validated(model, found.values)
    if made is not None:
        return made  # type: ignore[return-value]
    if fatal := [e for e in errors if not e["loc"] or e["loc"][0] in _MUST_BE_RIGHT or _is_never_text(e["msg"])]:
        raise invalid(_placed(found, fatal))
    _drop(found, errors)
    made, errors = validated(model, found.values)
    if made is None:
        raise invalid(_placed(found, errors))
    return made  # type: ignore[return-value]


def _is_never_text(message: str) -> bool:
    return any(words in message for words in _NEVER_TEXT)


def _drop(found: Found, errors: Iterable[Any]) -> None:
    """Takes out the values that these errors are about, single entries of lists included, and says so."""
    bad: dict[str, set[int]] = {}
    for error in errors:
        name, *rest = error["loc"]
        found.warnings.append(FieldWarning(pointer=_place(found, error["loc"]), detail=f"not used: {detail_of(error)}"))
        at = bad.setdefault(str(name), set())
        if rest and isinstance(rest[0], int):
            at.add(rest[0])
    for name, numbers in bad.items():
        values = found.values.pop(name, None)
        if numbers and isinstance(values, list | tuple):
            found.values[name] = [value for number, value in enumerate(values) if number not in numbers]
        elif name in _LISTS and isinstance(values, list):
            found.values[name] = values[:_MOST_ENTRIES]


def _drop_bad_addresses(found: Found) -> None:
    """Addresses that are not of the web are of no use to a reader; as an id they stay."""
    for name in _ADDRESSES:
        value = found.values.get(name)
        if not isinstance(value, str) or found.kind not in ("article", "hint"):
            continue
        try:
            canonical_url(value)
        except ValueError as problem:
            if found.kind == "hint" and name == "url":
                continue
            del found.values[name]
            found.warnings.append(FieldWarning(pointer=_place(found, (name,)), detail=f"not used: {problem}"))


def _place(found: Found, path: tuple[int | str, ...]) -> str:
    """The place in the body of a native field, or of an entry of it where the entry's own place is not known."""
    if not path:
        return found.pointer
    name = str(path[0])
    return found.places.get(name, found.pointer + "/" + name)


def _placed(found: Found, errors: Iterable[Any]) -> list[FieldError]:
    return [FieldError(pointer=_place(found, e["loc"]), detail=detail_of(e)) for e in errors]
