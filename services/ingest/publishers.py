"""Who may post: keys, kept as hashes, each of one publisher."""

import hashlib
import hmac
from collections.abc import Mapping

from schemas.reasons import Reason
from services.errors import Rejected


def hashed(key: str) -> str:
    """What is kept of a key: its SHA-256, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


class Publishers:
    """The known keys. Without one, nobody is let in."""

    def __init__(self, publisher_by_hash: Mapping[str, str]) -> None:
        self._publisher_by_hash = dict(publisher_by_hash)

    def __len__(self) -> int:
        return len(self._publisher_by_hash)

    def authenticate(self, authorization: str | None) -> str:
        """The publisher whose key the header `Authorization: Bearer KEY` carries (RFC 6750).

        Raises Rejected. Every known key is compared, each in constant time.
        """
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Rejected(Reason.UNAUTHORIZED, "expected the header Authorization: Bearer KEY")
        offered = hashed(key.strip())
        found = None
        for known, publisher in self._publisher_by_hash.items():
            if hmac.compare_digest(known, offered):
                found = publisher
        if found is None:
            raise Rejected(Reason.UNAUTHORIZED, "this key is not known here")
        return found
