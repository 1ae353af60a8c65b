"""Where to go on in a list of hits: a pure, sealed note that its reader can neither read with use nor change."""

import hmac
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from schemas.reasons import Reason
from schemas.receipt import FieldError
from services.errors import Rejected

Position = int | list[Any]
_SEAL_BYTES = 16
_MARK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Cursor:
    """Of which search it is (a mark), and how far its reader came.

    `shown` are the marks of what the first page showed and no later one has passed. `pit` is the point in time of the
    pages after the first, `born` when it was opened (ISO 8601); `after` is how many hits, or the sort values of the
    last one, to go on after.
    """

    of: str
    shown: tuple[str, ...] = ()
    pit: str | None = None
    born: str | None = None
    after: Position | None = None


class Seal:
    """Makes cursors of one key, and reads them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sealed(self, cursor: Cursor) -> str:
        """The cursor as it stands in an address."""
        note = zlib.compress(
            orjson.dumps([cursor.of, "".join(cursor.shown), cursor.pit, cursor.born, cursor.after]), level=9
        )
        return urlsafe_b64encode(self._signature(note) + note).decode().rstrip("=")

    def opened(self, text: str, of: str) -> Cursor:
        """The cursor again. Raises Rejected for one that was not made here, or of another search than `of`."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            raw = b""
        note = raw[_SEAL_BYTES:]
        if not note:
            raise _refused("was not given here")
        if not hmac.compare_digest(raw[:_SEAL_BYTES], self._signature(note)):
            raise _not_ours()
        found, shown, pit, born, after = orjson.loads(zlib.decompress(note))
        if found != of:
            raise _refused("is of another search")
        size = 2 * _MARK_BYTES
        marks = tuple(shown[at : at + size] for at in range(0, len(shown), size))
        return Cursor(found, marks, pit, born, after)

    def _signature(self, note: bytes) -> bytes:
        return hmac.digest(self._key, note, "sha256")[:_SEAL_BYTES]


def mark(text: str) -> str:
    """Sixteen characters that stand for this text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_MARK_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class Cut:
    """The next page out of hits: which it shows, how many it passes, what of `shown` it did not, whether more are."""

    kept: tuple[int, ...]
    passed: int
    shown: tuple[str, ...]
    more: bool


def cut(marks: Sequence[str], shown: Sequence[str], size: int) -> Cut:
    """Takes the first `size` of the hits with these marks that were not shown."""
    fresh = [number for number, one in enumerate(marks) if one not in set(shown)]
    kept = tuple(fresh[:size])
    more = len(fresh) > size
    passed = kept[-1] + 1 if more else len(marks)
    left = set(shown) - set(marks[:passed])
    return Cut(kept, passed, tuple(one for one in shown if one in left), more)


def _not_ours() -> Rejected:
    # the key of cursors may have changed with a restart
    return Rejected(Reason.GONE, "this cursor is not, or no longer, known here; start again from the first page")


def _refused(detail: str) -> Rejected:
    return Rejected(Reason.INVALID_FIELD, f"cursor: {detail}", (FieldError(pointer="/cursor", detail=detail),))
