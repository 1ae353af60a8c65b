"""Text out of bytes, in the charsets that pages are written in."""

import re

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.reading import refusal

_CHARSETS = re.compile(
    r"(?:utf[-_]?(?:8|16|16le|16be|8-sig)|(?:us-)?ascii|latin-?1|iso[-_]8859[-_]\d{1,2}|(?:windows-|cp)\d{3,4}|koi8-[ru]|"
    r"macintosh|shift[-_]?jis|sjis|euc[-_](?:jp|kr)|iso-2022-jp|gb(?:2312|k|18030)|big5(?:-hkscs)?)",
    re.IGNORECASE,
)


def is_known_charset(charset: str) -> bool:
    """Whether pages are written in it; some that Python knows decode in quadratic time, or are no charsets."""
    return _CHARSETS.fullmatch(charset) is not None


def decoded_text(body: bytes, charset: str) -> str:
    """The bytes as text. Raises Rejected where they are not text in this charset."""
    try:
        if not is_known_charset(charset):
            raise LookupError("a charset that pages are not written in")
        return body.decode(charset)
    except (LookupError, ValueError) as problem:
        raise _not_text(charset, problem) from problem


def _not_text(charset: str, problem: Exception) -> Rejected:
    return refusal(Reason.MALFORMED, "", f"not text in {charset}: {problem}")
