"""The settings that every Wiredesk process has; each service adds its own."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _seconds(value: object) -> object:
    """A plain number, as environment variables carry it, is a number of seconds."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) else value


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SECRETS = re.compile(r"(//)[^/@]*(@)|(?<=password=)[^&\s]+()")
Duration = Annotated[timedelta, BeforeValidator(_seconds)]


class ServerSettings(BaseSettings):
    """Where Redis and OpenSearch are, and how a process speaks of itself.

    Read from environment variables named `WIREDESK_` and the field's name in capitals. Durations are ISO 8601
    (`PT5S`) or a number of seconds.
    """

    model_config = SettingsConfigDict(env_prefix="WIREDESK_", frozen=True, extra="ignore")

    redis_url: str = Field(
        "redis://127.0.0.1:6379/0",
        description="A password may stand in it. A Sentinel group: see services/redis_client.py.",
    )
    opensearch_url: str = Field(
        "http://127.0.0.1:9200",
        description="https:// verifies the certificate by default. Several nodes of one cluster: separated by commas.",
    )
    opensearch_user: str | None = None
    opensearch_password: SecretStr | None = None
    opensearch_ca_file: Path | None = Field(None, description="PEM file that the server's certificate is checked with.")
    opensearch_verify_tls: bool = Field(True, description="Off only inside a private network.")
    opensearch_timeout: Duration = Field(
        timedelta(seconds=60), description="A bulk of 5 MB on a busy node stays well below it."
    )
    index_prefix: str = Field(
        "",
        pattern=r"^[a-z0-9-]*$",
        description="Stands before every index and alias, so that several can share a cluster.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_articles: bool = Field(
        True, description="A line for each article; off, only for dead letters. A line costs 8 µs."
    )

    @property
    def opensearch_hosts(self) -> list[str]:
        """The addresses of OpenSearch's nodes, at least one."""
        return [url.strip() for url in self.opensearch_url.split(",") if url.strip()] or [self.opensearch_url]

    def redacted(self) -> dict[str, str]:
        """The settings as text, without what must not stand in a log."""
        shown = {name: str(value) for name, value in self.model_dump().items()}
        return {name: _SECRETS.sub(r"\1***\2", value) for name, value in shown.items()}
