"""A scraped page's text: the body is the page, furniture included; the native fields come beside it."""

import re
from collections.abc import Mapping
from typing import Any

from schemas.reasons import Reason
from schemas.receipt import FieldError, FieldWarning
from schemas.submission import Submission
from services.errors import Rejected
from services.ingest.formats.fields import submission

_CHARSETS = re.compile(
    r"(?:utf[-_]?(?:8|16|16le|16be|8-sig)|(?:us-)?ascii|latin-?1|iso[-_]8859[-_]\d{1,2}|(?:windows-|cp)\d{3,4}|koi8-[ru]|"
    r"macintosh|shift[-_]?jis|sjis|euc[-_](?:jp|kr)|iso-2022-jp|gb(?:2312|k|18030)|big5(?:-hkscs)?)",
    re.IGNORECASE,
)


def read_page_text(body: bytes, charset: str, given: Mapping[str, Any]) -> tuple[Submission, list[FieldWarning]]:
    """The Submission of this page. Raises Rejected where the bytes are not text in this charset."""
    try:
        if not _CHARSETS.fullmatch(charset):
            raise LookupError("a charset that pages are not written in")  # some decode in quadratic time
        text = body.decode(charset)
    except (LookupError, ValueError) as problem:
        detail = f"not text in {charset}: {problem}"
        raise Rejected(Reason.MALFORMED, detail, (FieldError(pointer="", detail=detail),)) from problem
    return submission({"title": "", **given, "body": text}, from_page=True)
