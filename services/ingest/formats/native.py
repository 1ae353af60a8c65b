"""Native JSON: one object with the native fields."""

from collections.abc import Mapping
from typing import Any

import orjson

from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.formats.fields import submission


def read_native(body: bytes, given: Mapping[str, Any]) -> tuple[Submission, list[FieldWarning]]:
    """The Submission in this JSON; `given` fills what it does not say itself. Raises Rejected."""
    try:
        values = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        detail = f"not JSON in UTF-8: {problem}"
        raise Rejected(Reason.MALFORMED, detail, (FieldError(pointer="", detail=detail),)) from problem
    if not isinstance(values, dict):
        detail = f"expected one JSON object with title and body, got {_kind(values)}"
        raise Rejected(Reason.INVALID_FIELD, detail, (FieldError(pointer="", detail=detail),))
    return submission({**given, **{n: v for n, v in values.items() if v is not None}} if given else values)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "null", bool: "a truth value"}
    return names.get(type(value), "a number")
