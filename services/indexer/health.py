"""Whether the indexer works, and what it waits for."""

from dataclasses import dataclass

from services.indexer.brake import Brake
from services.indexer.breaker import Breaker


@dataclass(slots=True)
class Health:
    """How the indexer is. Ready means that the group exists and entries are read."""

    ready: bool = False
    waiting_for: str | None = None
    breaker: Breaker | None = None
    brake: Brake | None = None

    def cause(self) -> str | None:
        """What is missing, or None."""
        stopped = self.brake.cause if self.brake else None
        paused = self.breaker.cause if self.breaker else None
        return self.waiting_for or stopped or paused or (None if self.ready else "not running")

    def wait_for(self, server: str | None) -> None:
        """Notes which server is missing; None for none."""
        self.waiting_for = server
