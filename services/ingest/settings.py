"""What the ingest service can be told."""

from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

from services.ingest.feeds.settings import FeedSettings
from services.publishers.model import PublisherName
from services.settings import Duration, ServerSettings

OptionalPath = Annotated[Path | None, BeforeValidator(lambda value: value or None)]
"""A path; an empty variable, as compose files pass it, says nothing."""


class IngestSettings(FeedSettings, ServerSettings):
    """Settings of the ingest service; see ServerSettings for names and units."""

    ingest_host: str = Field("127.0.0.1", description="Beyond loopback only behind TLS.")
    ingest_port: int | None = Field(
        None, ge=1, le=65535, description="8000 by default, or any free port if it is taken."
    )
    publisher: PublisherName = Field("local", description="Whose articles come with the key below.")
    api_key: SecretStr | None = Field(
        None, description="A key beside those of the file; for one publisher it is enough."
    )
    publishers_file: OptionalPath = Field(
        None,
        description="Publishers and hashed keys, as `wiredesk publishers` and `keys` write it; reloaded when changed.",
    )
    signature_window: Duration = Field(
        timedelta(minutes=5), description="How far the time of a signed request may be from ours."
    )
    max_body_bytes: int = Field(
        10_000_000, description="One request to /v1/articles, or one line of a batch, as posted and as unpacked."
    )
    max_text_bytes: int = Field(1_000_000, description="Title, summary and body together, as UTF-8.")
    max_requests: int = Field(256, ge=1, description="Writing requests at once; beyond that 503 with Retry-After.")
    max_bytes_in_hand: int = Field(
        24_000_000, ge=1, description="Bytes of their bodies at once, each takes four of memory; beyond that 503."
    )
    body_timeout: Duration = Field(timedelta(seconds=30), description="So long the next piece of a body may take.")
    stream_max_length: int = Field(
        1_000_000, description="A longer stream means that nobody consumes it: 503 before Redis is full."
    )
    receipt_ttl: Duration = Field(
        timedelta(days=7), description="How long Redis knows an article's state; after that the index is asked."
    )
    hint_ttl: Duration = Field(
        timedelta(days=30), description="How long a sitemap's entry, or a withdrawal by address, waits for its article."
    )
    cluster_ttl: Duration = Field(
        timedelta(days=7), description="How long after a text another that says the same shares its cluster."
    )
    cluster_articles: int = Field(
        100_000, ge=1, description="How many texts are remembered for that, each in about 0.75 kB of Redis' memory."
    )
    canary_every: Duration = Field(
        timedelta(0),
        le=timedelta(minutes=5),
        description="How often an invented article measures the way until it can be found; 0 for never. "
        "The alarms expect it once a minute.",
    )
    canary_patience: Duration = Field(
        timedelta(seconds=60), description="A canary that cannot be found so long after it was posted has failed."
    )
    answer_ttl: Duration = Field(timedelta(days=1), description="How long an Idempotency-Key repeats its answer.")
    redis_timeout: Duration = Field(timedelta(seconds=5), description="A healthy Redis answers in milliseconds.")
    redis_wait_replicas: int = Field(
        0, ge=0, description="So many replicas of Redis must have an event before 202; with Sentinel 1 loses nothing."
    )
    redis_wait_timeout: Duration = Field(
        timedelta(seconds=2), description="So long they are waited for, then it is 503; below WIREDESK_REDIS_TIMEOUT."
    )
    archive: str | None = Field(
        None,
        description="Where accepted submissions are kept as they were posted: a directory, or s3://bucket/prefix.",
    )
    archive_file_bytes: int = Field(
        64_000_000, ge=1, description="A larger file of the archive is ended, and sent to the bucket."
    )
    archive_file_age: Duration = Field(timedelta(hours=1), le=timedelta(days=1), description="So is an older one.")
    spool_dir: Path = Field(Path(gettempdir()), description="Where the answer to a batch waits for its last line.")
