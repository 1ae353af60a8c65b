"""A saved search with its target, as its operator made it, and what Wiredesk found wrong with it."""

import base64
import binascii
import re
import secrets
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.index.asked import Asked, parse
from services.index.scoring import matching
from services.web_address import web_address

MAX_LINE_CHARACTERS = 500
_MOST_VALUES = 100
_SECRET = re.compile(r"whsec_([A-Za-z0-9+/]+={0,2})")
_LEAST_SECRET_BYTES, _MOST_SECRET_BYTES = 24, 64
_STREAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_OURS = re.compile(r"(articles|alerts|rates|keys|clusters)([.-].*)?", re.IGNORECASE)


def secret_bytes(secret: str) -> bytes:
    """The key of a secret as Standard Webhooks writes it: `whsec_` and base64. Raises ValueError."""
    if not (form := _SECRET.fullmatch(secret)):
        raise ValueError("expected a secret of the form whsec_ and base64")
    try:
        key = base64.b64decode(form[1], validate=True)
    except binascii.Error:
        raise ValueError("expected base64 after whsec_") from None
    if not _LEAST_SECRET_BYTES <= len(key) <= _MOST_SECRET_BYTES:
        raise ValueError(f"expected a secret of {_LEAST_SECRET_BYTES} to {_MOST_SECRET_BYTES} bytes")
    return key


def new_secret() -> str:
    """A random secret of 32 bytes."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _usable_secret(secret: str) -> str:
    secret_bytes(secret)
    return secret


def _stream_name(name: str) -> str:
    """The name; ValueError where it is no plain one, or one that Wiredesk itself uses."""
    if not _STREAM.fullmatch(name):
        raise ValueError("expected a stream's name of letters, digits, `.`, `-` and `_`")
    if _OURS.fullmatch(name):
        raise ValueError(f"Wiredesk itself uses names like {name}; choose another stream")
    return name


def _words(line: str) -> str:
    """The line; ValueError where it would match nothing at all, or only by what it excludes."""
    line = line.strip()
    parts = parse(line)
    if line != "*" and not (parts.words or parts.phrases):
        raise ValueError("expected words or a phrase to look for; * alone means every article")
    return line


Values = Annotated[tuple[str, ...], Field(max_length=_MOST_VALUES)]


class Alert(BaseModel):
    """One saved search. Its target is either `webhook`, signed with `secret`, or `stream`, a Redis stream.

    `paused` and `broken` are reasons for people: of why nothing is sent, and of why its query is not asked any more.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    line: Annotated[str, Field(min_length=1, max_length=MAX_LINE_CHARACTERS), AfterValidator(_words)]
    tags: Values = ()
    sources: Values = ()
    publishers: Values = ()
    authors: Values = ()
    languages: Values = ()
    sections: Values = ()
    webhook: Annotated[str, AfterValidator(web_address)] | None = None
    stream: Annotated[str, AfterValidator(_stream_name)] | None = None
    secret: Annotated[str, AfterValidator(_usable_secret)] | None = Field(None, repr=False)
    allow_private: bool = False
    created_at: AwareDatetime
    paused: str | None = None
    broken: str | None = None

    @model_validator(mode="after")
    def _has_one_target(self) -> Self:
        if (self.webhook is None) == (self.stream is None):
            raise ValueError("expected a webhook or a stream, and not both")
        if (self.webhook is None) != (self.secret is None):
            raise ValueError("a webhook needs a secret, and a stream has none")
        return self

    def asked(self) -> Asked:
        """The search that it saves."""
        return Asked(
            self.line,
            tags=self.tags,
            sources=self.sources,
            publishers=self.publishers,
            authors=self.authors,
            languages=self.languages,
            sections=self.sections,
        )


def new_alert(line: str, now: datetime, webhook: str | None, secret: str | None = None, **told: Any) -> Alert:
    """An alert with an id of its own, and with a secret where it has a webhook. Raises ValueError."""
    made = {"id": secrets.token_hex(6), "line": line, "created_at": now, "webhook": webhook, **told}
    if webhook is not None or secret is not None:
        made["secret"] = secret or new_secret()
    return Alert.model_validate({**made, "name": told.get("name") or line.strip()[:200]})


def compiled(alert: Alert) -> dict[str, Any]:
    """The query that a percolator holds for it: what a search matches, without what only lifts a hit."""
    query = matching(alert.asked())
    if "bool" in query:
        return {"bool": {part: clauses for part, clauses in query["bool"].items() if part != "should"}}
    return query
