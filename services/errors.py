"""Errors named by their remedy: what was rejected is never sent again as it is, what was unavailable may be."""

from datetime import timedelta

from schemas.reasons import Reason
from schemas.receipt import FieldError


class WiredeskError(Exception):
    """What every error of ours has: a reason out of the closed list and a detail for people."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        """How it comes out of a worker process: made again of its own fields."""
        return type(self), tuple(vars(self).values())


class Rejected(WiredeskError):
    """Sending the same again gives the same answer. `errors` point at the fields that are wrong."""

    def __init__(self, reason: Reason, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(reason, detail)
        self.errors = errors


class Unavailable(WiredeskError):
    """Nothing was taken; the same may be sent again after `retry_after`."""

    def __init__(self, reason: Reason, detail: str, retry_after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after
