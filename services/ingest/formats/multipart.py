"""The fields of a multipart form (RFC 7578); files are told of, not kept."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.reading import refusal

_MAX_FIELDS = 2000


def read_pairs(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Name and value of each field, in order; a file stands there as its name alone. Raises Rejected."""
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise refusal(Reason.MALFORMED, "", "the Content-Type names no boundary")
    pairs: list[tuple[str, str]] = []

    def on_field(field: Field) -> None:
        if len(pairs) >= _MAX_FIELDS:
            raise FormParserError(f"more than {_MAX_FIELDS} fields")
        pairs.append(((field.field_name or b"").decode(), (field.value or b"").decode()))

    def on_file(file: File) -> None:
        pairs.append(((file.field_name or b"").decode(), (file.file_name or b"").decode()))

    try:
        parser = FormParser("multipart/form-data", on_field, on_file, boundary=boundary)
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError) as problem:
        raise _malformed(problem) from problem
    return pairs


def _malformed(problem: Exception) -> Rejected:
    return refusal(Reason.MALFORMED, "", f"not a form: {problem}")
