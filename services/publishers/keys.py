"""How a key is made, and what is kept of it."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from services.publishers.model import Key

_FORM = re.compile(r"wd_([a-z0-9]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key in the one moment in which it can be shown."""

    key: Key
    text: str = field(repr=False)


def hashed(key: str) -> str:
    """What is kept of a key: its SHA-256, in hex.

    A slow hash is for passwords, which can be guessed; our keys have 256 random bits, which cannot.
    """
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def key_id(text: str) -> str | None:
    """The id within a key of the form `wd_<id>_<secret>`, None for any other text."""
    form = _FORM.fullmatch(text)
    return form[1] if form else None


def new_key(
    now: datetime,
    label: str = "",
    domains: tuple[str, ...] = (),
    signed: bool = False,
    expires_at: datetime | None = None,
) -> NewKey:
    """A new random key. Raises pydantic's ValidationError for a label or domain that cannot be used."""
    identity = secrets.token_hex(6)
    text = f"wd_{identity}_{secrets.token_urlsafe(32)}"
    key = Key(
        id=identity,
        hash=hashed(text),
        domains=domains,
        signing_secret=secrets.token_urlsafe(32) if signed else None,
        label=label,
        created_at=now,
        expires_at=expires_at,
    )
    return NewKey(key, text)
