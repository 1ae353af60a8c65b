"""Native JSON: one object with the native fields."""

from collections.abc import Mapping
from typing import Any

import orjson

from schemas.reasons import Reason
from schemas.receipt import FieldWarning
from schemas.submission import Submission
from services.ingest.formats.fields import submission
from services.ingest.formats.reading import refusal


def parse_json(body: bytes) -> Any:
    """The JSON value in these bytes, a byte order mark aside. Raises Rejected."""
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as problem:
        raise refusal(Reason.MALFORMED, "", f"not JSON in UTF-8: {problem}") from problem


def read_native(body: bytes, given: Mapping[str, Any]) -> tuple[Submission, list[FieldWarning]]:
    """The Submission in this JSON; `given` fills what it does not say itself. Raises Rejected."""
    return read_native_value(parse_json(body), given)


def read_native_value(
    values: Any, given: Mapping[str, Any], pointer: str = ""
) -> tuple[Submission, list[FieldWarning]]:
    """The same of JSON that is parsed already and stands at `pointer`."""
    if not isinstance(values, dict):
        detail = f"expected one JSON object with title and body, got {_kind(values)}"
        raise refusal(Reason.INVALID_FIELD, pointer, detail)
    merged = {**given, **{n: v for n, v in values.items() if v is not None}} if given else values
    return submission(merged, pointer=pointer)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "null", bool: "a truth value"}
    return names.get(type(value), "a number")
