"""A message that waits to be delivered, and how it has failed."""

from dataclasses import dataclass
from datetime import datetime

import orjson


@dataclass(frozen=True, slots=True)
class Failures:
    """How often something failed, since when, and what came back last. Instants are in s since 1970."""

    tries: int
    since: float
    answer: str

    @classmethod
    def read(cls, raw: bytes | None) -> "Failures | None":
        """What `encode` wrote; None for none."""
        return cls(**orjson.loads(raw)) if raw else None

    def encode(self) -> bytes:
        """As it stands in Redis."""
        return orjson.dumps({"tries": self.tries, "since": self.since, "answer": self.answer})

    @classmethod
    def after(cls, before: "Failures | None", now: datetime, answer: str) -> "Failures":
        """One more."""
        return cls(before.tries + 1 if before else 1, before.since if before else now.timestamp(), answer)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The message of an article that is next in its lane, with its failures and those in a row of the target."""

    article_id: str
    body: bytes
    failures: Failures | None
    target: Failures | None
