"""What became of one revision of an article, as it stands in the article's hash in Redis."""

from dataclasses import dataclass
from typing import Literal, get_args

from schemas.reasons import Reason

Status = Literal["accepted", "indexed", "held", "superseded", "withdrawn", "dead-lettered"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A status since an instant (µs since 1970); a dead letter has its reason and a detail for people."""

    status: Status
    at: int
    reason: Reason | None = None
    detail: str = ""

    def encode(self) -> str:
        """`status instant [reason detail]`, blank-separated."""
        words = [self.status, str(self.at)]
        return " ".join([*words, self.reason, self.detail] if self.reason else words)

    @classmethod
    def decode(cls, value: bytes) -> "Outcome":
        """Reads what encode wrote; ValueError for anything else."""
        status, at, *why = value.decode().split(" ", 3)
        for known in get_args(Status):
            if status == known:
                reason = Reason(why[0]) if why else None
                return cls(known, int(at), reason, why[1] if len(why) > 1 else "")
        raise ValueError(f"not an outcome: {status}")
