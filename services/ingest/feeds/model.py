"""A feed that is followed: what its operator asked for, which nothing but the operator changes."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.publishers.model import PublisherName
from services.web_address import web_address


class Feed(BaseModel):
    """One line of the feeds file.

    `interval` is None for the service's own. `secret` signs what the hub pushes, `callback_token` is the random part of
    the address that it pushes to. A removed feed stays for a while, so that its hub is told 410 and not 404.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    url: Annotated[str, AfterValidator(web_address)]
    publisher: PublisherName
    interval: Annotated[timedelta, Field(ge=timedelta(minutes=1), le=timedelta(days=30))] | None = None
    secret: Annotated[str, Field(min_length=20, max_length=199, repr=False)]
    callback_token: Annotated[str, Field(pattern=r"^[\w-]{20,100}$", repr=False)]
    added_at: AwareDatetime
    removed_at: AwareDatetime | None = None


def new_feed(url: str, publisher: str, interval: timedelta | None, now: datetime) -> Feed:
    """A feed with a secret and a callback of its own. Raises ValueError."""
    return Feed(
        id=secrets.token_hex(4),
        url=url,
        publisher=publisher,
        interval=interval,
        secret=secrets.token_urlsafe(32),
        callback_token=secrets.token_urlsafe(32),
        added_at=now,
    )
