"""Fields checked against the native schema, with a JSON pointer to each that is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.formats.reading import escape

Model = TypeVar("Model", bound=BaseModel)
_KNOWN = frozenset(name for name, one in Submission.model_fields.items() if not one.exclude)


def submission(
    values: Mapping[str, Any], from_page: bool = False, pointer: str = ""
) -> tuple[Submission, list[FieldWarning]]:
    """The values, which stand at `pointer`, as a Submission, and a warning for each field that was not used.

    Raises Rejected with all that is wrong at once.
    """
    warnings = [
        FieldWarning(pointer=pointer + json_pointer((name,)), detail="not a known field, so it was not used")
        for name in values
        if name not in _KNOWN
    ]
    known = {name: value for name, value in values.items() if name in _KNOWN and value is not None}
    made, problems = validated(Submission, {**known, "from_page": from_page})
    if made is None:
        raise invalid([FieldError(pointer=pointer + json_pointer(e["loc"]), detail=detail_of(e)) for e in problems])
    return made, warnings


def validated(model: type[Model], values: Mapping[str, Any]) -> tuple[Model | None, list[ErrorDetails]]:
    """The values as this model, or what is wrong with them.

    Nothing may keep pydantic's exception, not as a cause either: the garbage collector cannot see into it, and what it
    refers to would never be freed.
    """
    try:
        return model.model_validate(values), []
    except ValidationError as problem:
        return None, problem.errors(include_context=False, include_input=False, include_url=False)


def invalid(errors: Sequence[FieldError]) -> Rejected:
    """The refusal for these fields."""
    summary = "; ".join(f"{error.pointer}: {error.detail}" for error in errors)
    return Rejected(Reason.INVALID_FIELD, summary, tuple(errors))


def detail_of(error: ErrorDetails) -> str:
    """What is wrong, in pydantic's words or ours."""
    return error["msg"].removeprefix("Value error, ")


def json_pointer(path: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901) to the place."""
    return "".join("/" + escape(str(part)) for part in path)
