"""Where the client commands find a Wiredesk: environment variables, else the one that runs on this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from opensearchpy.exceptions import OpenSearchException
from pydantic import Field, SecretStr
from redis.exceptions import RedisError

from services.cli.console import fail, running_file, stderr, stdout
from services.settings import ServerSettings

__all__ = ["ClientSettings", "client_settings", "fail", "stderr", "stdout", "told_in_words"]
_FIELDS = (
    "ingest_url",
    "indexer_url",
    "search_url",
    "alerts_url",
    "opensearch_url",
    "redis_url",
    "api_key",
    "publishers_file",
    "feeds_file",
)


class ClientSettings(ServerSettings):
    """What client commands can be told; see ServerSettings for names and units."""

    ingest_url: str = Field("http://127.0.0.1:8000", description="Where the ingest service answers.")
    indexer_url: str | None = Field(None, description="Where the indexers answer, for `wiredesk status` and `top`.")
    search_url: str | None = Field(None, description="Where the reading room answers, for the same.")
    alerts_url: str | None = Field(None, description="Where the saved searches answer, for the same.")
    api_key: SecretStr | None = None
    publishers_file: Path | None = Field(None, description="What `wiredesk publishers` and `keys` write.")
    feeds_file: Path | None = Field(None, description="What `wiredesk feed` writes.")
    archive: str | None = Field(None, description="As ingest's: a directory, or s3://bucket/prefix.")


def client_settings() -> ClientSettings:
    """The settings, with what is not in the environment taken from a running `wiredesk up`."""
    told = ClientSettings()
    running = {name: value for name, value in _running().items() if name not in told.model_fields_set}
    return ClientSettings(**running)


def _running() -> dict[str, Any]:
    try:
        noted: dict[str, Any] = orjson.loads(running_file().read_bytes())
        os.kill(noted["pid"], 0)
    except (OSError, ValueError, KeyError):
        return {}
    return {name: noted[name] for name in _FIELDS if name in noted}


@contextmanager
def told_in_words(left: str, stopped: str | None = None) -> Iterator[None]:
    """What servers, files and Ctrl-C put an end to is told as by `fail`, with what that leaves behind it."""
    try:
        yield
    except OpenSearchException as problem:
        raise fail(f"OpenSearch does not answer as it should: {problem}{left}") from problem
    except RedisError as problem:
        raise fail(f"Redis does not answer as it should: {problem}{left}") from problem
    except OSError as problem:
        raise fail(f"{problem}{left}") from problem
    except KeyboardInterrupt:
        raise fail(f"stopped{left if stopped is None else stopped}") from None
