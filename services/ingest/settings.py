"""What the ingest service can be told."""

from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

from pydantic import Field, SecretStr

from services.settings import Duration, ServerSettings


class IngestSettings(ServerSettings):
    """Settings of the ingest service; see ServerSettings for names and units."""

    ingest_host: str = Field("127.0.0.1", description="Beyond loopback only behind TLS.")
    ingest_port: int | None = Field(
        None, ge=1, le=65535, description="8000 by default, or any free port if it is taken."
    )
    publisher: str = Field(
        "local", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="Whose articles come with the key below."
    )
    api_key: SecretStr | None = Field(None, description="Without one nothing is accepted.")
    max_body_bytes: int = Field(10_000_000, description="One article, or one line of a batch, as posted.")
    max_text_bytes: int = Field(1_000_000, description="Title, summary and body together, as UTF-8.")
    stream_max_length: int = Field(
        1_000_000, description="A longer stream means that nobody consumes it: 503 before Redis is full."
    )
    receipt_ttl: Duration = Field(
        timedelta(days=7), description="How long Redis knows an article's state; after that the index is asked."
    )
    redis_timeout: Duration = Field(timedelta(seconds=5), description="A healthy Redis answers in milliseconds.")
    spool_dir: Path = Field(Path(gettempdir()), description="Where the answer to a batch waits for its last line.")
