"""Signed requests: HMAC-SHA256 (RFC 2104) over the time, the request line and the body as sent."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from schemas.reasons import Reason
from services.errors import Rejected

TIMESTAMP = "Wiredesk-Timestamp"
SIGNATURE = "Wiredesk-Signature"
_UNIX_SECONDS = re.compile(r"[0-9]{1,12}")
_SHA256 = re.compile(r"sha256=([0-9a-f]{64})", re.IGNORECASE)


class Signed:
    """A signed request while its body arrives. `target` is path and query as sent; see `target_as_sent`."""

    def __init__(
        self,
        secret: str,
        timestamp: str | None,
        signature: str | None,
        method: str,
        target: bytes,
        now: datetime,
        window: timedelta,
    ) -> None:
        """Raises Rejected where a header is missing or unreadable, and for a time further from `now` than `window`."""
        at = _require_time(timestamp, now, window)
        self._offered = _require_signatures(signature)
        self._mac = hmac.new(secret.encode(), b"%b.%b.%b." % (at, method.upper().encode(), target), hashlib.sha256)

    def update(self, chunk: bytes) -> None:
        """Takes the next bytes of the body, as sent: before any Content-Encoding is undone."""
        self._mac.update(chunk)

    def finish(self) -> None:
        """Raises Rejected where none of the signatures is of this request. Each is compared in constant time."""
        expected = self._mac.hexdigest()
        if not sum(hmac.compare_digest(expected, offered) for offered in self._offered):
            raise _unsigned("the signature is not of this request, or made with another secret")


def verify(
    secret: str,
    timestamp: str | None,
    signature: str | None,
    method: str,
    target: bytes,
    body: bytes,
    now: datetime,
    window: timedelta,
) -> None:
    """Raises Rejected unless one of the signatures in the header is of this request, made within `window` of `now`.

    `Wiredesk-Timestamp` is in seconds since 1970; `Wiredesk-Signature` is `sha256=` and, in hex, the HMAC over the
    timestamp, `.`, the method, `.`, path and query, `.` and the body; while a secret is changed several may stand in
    it, separated by commas.
    """
    signed = Signed(secret, timestamp, signature, method, target, now, window)
    signed.update(body)
    signed.finish()


def target_as_sent(scope: Mapping[str, Any]) -> bytes:
    """Path and query of an ASGI request, percent-encoded as the client sent them."""
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    return path + b"?" + query if query else path


def _require_time(timestamp: str | None, now: datetime, window: timedelta) -> bytes:
    if not timestamp:
        raise _unsigned(f"this key signs its requests: expected the header {TIMESTAMP}")
    if not _UNIX_SECONDS.fullmatch(timestamp):
        raise _unsigned(f"{TIMESTAMP}: expected seconds since 1970")
    off = int(timestamp) - now.timestamp()
    if abs(off) > window.total_seconds():
        direction = "ahead of" if off > 0 else "behind"
        raise _unsigned(f"{TIMESTAMP} is {abs(off):.0f} s {direction} the time here, more than the {window} allowed")
    return timestamp.encode()


def _require_signatures(signature: str | None) -> list[str]:
    if not signature:
        raise _unsigned(f"this key signs its requests: expected the header {SIGNATURE}")
    offered = [form[1].lower() for part in signature.split(",") if (form := _SHA256.fullmatch(part.strip()))]
    if not offered:
        raise _unsigned(f"{SIGNATURE}: expected sha256= and 64 hexadecimal digits")
    return offered


def _unsigned(detail: str) -> Rejected:
    return Rejected(Reason.UNAUTHORIZED, detail)
