"""A scraped page's text: the body is the page, furniture included; the native fields come beside it."""

from collections.abc import Mapping
from typing import Any

from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.formats.fields import submission


def read_page_text(body: bytes, charset: str, given: Mapping[str, Any]) -> tuple[Submission, list[FieldWarning]]:
    """The Submission of this page. Raises Rejected where the bytes are not text in this charset."""
    try:
        text = body.decode(charset)
    except (LookupError, ValueError) as problem:
        detail = f"not text in {charset}: {problem}"
        raise Rejected(Reason.MALFORMED, detail, (FieldError(pointer="", detail=detail),)) from problem
    return submission({"title": "", **given, "body": text}, from_page=True)
