"""What following feeds can be told."""

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, Field

from services.settings import Duration


class FeedSettings(BaseModel):
    """Settings of the feeds, for a service's settings to inherit from; see ServerSettings for names and units."""

    feeds_enabled: bool = Field(False, description="Whether feeds are subscribed to and polled at all.")
    feeds_file: Path | None = Field(
        None, description="The feeds, as `wiredesk feed` writes it; needed where they are on, reloaded when changed."
    )
    public_url: str | None = Field(
        None,
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Where hubs reach this service; https, if it can be. Without it feeds are only polled.",
    )
    feeds_allow_private: bool = Field(
        False, description="Whether feeds and hubs may be at addresses that are not public, loopback among them."
    )
    websub_allow_sha1: bool = Field(False, description="Some old hubs sign with nothing better.")
    feed_interval: Duration = Field(
        timedelta(minutes=10), ge=timedelta(minutes=1), description="Of feeds that were added without `--every`."
    )
    feed_timeout: Duration = Field(timedelta(seconds=30), description="A whole request, its redirects included.")
