"""What is kept of an event that can never be indexed."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from schemas.reasons import Reason


class DeadLetter(BaseModel):
    """One event that can never be indexed, with its reason.

    `event` is the entry as it stood on the stream; bytes that are not UTF-8 stand there as base64, with
    `event_base64` true. `article_id` and `revision` are absent where the event could not be read that far.
    """

    model_config = ConfigDict(frozen=True)

    reason: Reason
    detail: str
    entry_id: str
    dead_at: datetime
    article_id: str | None = None
    revision: int | None = None
    event: str
    event_base64: bool = False
