"""What the reading room can be told."""

from datetime import timedelta

from limits import parse
from pydantic import Field, SecretStr, field_validator

from services.settings import Duration, ServerSettings


class SearchSettings(ServerSettings):
    """Settings of the reading room; see ServerSettings for names and units."""

    search_host: str = Field("127.0.0.1", description="It reads what is published, and asks nobody for a key.")
    search_port: int | None = Field(None, ge=1, le=65535, description="8002 by default, or any free one.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Comma-separated addresses whose X-Forwarded-For is believed; `*` for all."
    )
    search_rate: str = Field(
        "600/minute",
        description="Requests a client address, kept in memory; 0 for no limit. A typed letter makes two.",
    )
    query_timeout: Duration = Field(timedelta(seconds=5), description="A search that takes longer is cancelled.")
    cursor_key: SecretStr | None = Field(
        None, description="Signs the cursors of pages. Processes that share an address share it; made up by default."
    )
    pit_keep: Duration = Field(timedelta(minutes=2), description="How long one may take for a page of a long list.")
    pit_life: Duration = Field(timedelta(minutes=30), description="How long a long list may be read in all.")
    most_pits: int = Field(100, ge=1, description="Long lists read at once; OpenSearch allows 300 by default.")
    most_listeners: int = Field(200, ge=0, description="Who can be told of new articles at once; 0 for nobody.")
    redis_timeout: Duration = Field(timedelta(seconds=5), description="Well above the second that a read blocks.")

    @field_validator("search_rate")
    @classmethod
    def _readable(cls, rate: str) -> str:
        if rate != "0":
            parse(rate)
        return rate
