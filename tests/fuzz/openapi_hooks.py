"""Tells schemathesis how to send the bodies that the OpenAPI document describes as plain strings."""

from typing import Any
from urllib.parse import urlencode

import schemathesis  # type: ignore[import-not-found, unused-ignore]

_AS_TEXT = (
    *(
        "application/x-ndjson",
        "application/rss+xml",
        "application/atom+xml",
        "application/xml",
        "text/html",
        "text/plain",
    ),
    "application/x-www-form-urlencoded",
)
_LONGEST_QUERY = 8_000
"""uvicorn itself refuses a request line over 64 KB, before the application sees it."""


@schemathesis.serializer(*_AS_TEXT)  # type: ignore[untyped-decorator, unused-ignore]
def as_text(_: Any, value: Any) -> bytes:
    """A string as it is; anything else as what Python writes of it, which is as wrong as any other."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook  # type: ignore[untyped-decorator, unused-ignore]
def filter_query(_: Any, query: Any) -> bool:
    """Whether the query is short enough to reach the application."""
    return len(urlencode(query, doseq=True, errors="replace")) <= _LONGEST_QUERY if isinstance(query, dict) else True
