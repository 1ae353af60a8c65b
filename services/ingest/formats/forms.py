"""The fields of a form, be it URL-encoded or multipart (RFC 7578); files are told of, not kept."""

from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.detect import MULTIPART_TYPE
from services.ingest.formats.reading import refusal
from services.ingest.receive import ContentType

_MAX_FIELDS = 2000


def form_pairs(body: bytes, kind: ContentType) -> list[tuple[str, str]]:
    """Name and value of each field, in order; a file stands there as its name alone. Raises Rejected."""
    return _multipart_pairs(body, kind.header) if kind.name == MULTIPART_TYPE else _encoded_pairs(body)


def _encoded_pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as problem:
        raise refusal(Reason.MALFORMED, "", f"not a form in UTF-8: {problem}") from problem


def _multipart_pairs(body: bytes, content_type: str) -> list[tuple[str, str]]:
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
