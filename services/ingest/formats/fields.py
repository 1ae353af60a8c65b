"""Fields checked against the native schema, with a JSON pointer to each that is wrong."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected

_KNOWN = frozenset(Submission.model_fields) - {"from_page"}


def submission(values: Mapping[str, Any], from_page: bool = False) -> tuple[Submission, list[FieldWarning]]:
    """The values as a Submission, and a warning for each field that is not known and so was not used.

    Raises Rejected with all that is wrong at once.
    """
    warnings = [
        FieldWarning(pointer=_pointer((name,)), detail="not a known field, so it was not used")
        for name in values
        if name not in _KNOWN
    ]
    known = {name: value for name, value in values.items() if name in _KNOWN and value is not None}
    try:
        return Submission.model_validate({**known, "from_page": from_page}), warnings
    except ValidationError as problem:
        errors = tuple(FieldError(pointer=_pointer(e["loc"]), detail=_detail(e)) for e in problem.errors())
        summary = "; ".join(f"{error.pointer}: {error.detail}" for error in errors)
        raise Rejected(Reason.INVALID_FIELD, summary, errors) from problem


def _detail(error: ErrorDetails) -> str:
    return error["msg"].removeprefix("Value error, ")


def _pointer(path: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901) to the place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
