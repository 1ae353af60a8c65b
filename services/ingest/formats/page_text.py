"""A scraped page's text: the body is the page, furniture included; the native fields come beside it."""

from collections.abc import Mapping
from typing import Any

from schemas.receipt import FieldWarning
from schemas.submission import Submission
from services.ingest.formats.charset import decoded_text
from services.ingest.formats.fields import submission


def read_page_text(body: bytes, charset: str, given: Mapping[str, Any]) -> tuple[Submission, list[FieldWarning]]:
    """The Submission of this page. Raises Rejected where the bytes are not text in this charset."""
    return submission({"title": "", **given, "body": decoded_text(body, charset)}, from_page=True)
