"""What the indexer service can be told."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from schemas.streams import INDEXER_GROUP
from services.settings import Duration, ServerSettings


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Groups = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed), Field(min_length=1)]


class IndexerSettings(ServerSettings):
    """Settings of the indexer service; see ServerSettings for names and units."""

    indexer_host: str = Field("127.0.0.1", description="Where /healthz, /readyz and /metrics answer.")
    indexer_port: int | None = Field(
        None, ge=1, le=65535, description="8001 by default, or any free port if it is taken."
    )
    consumer: str | None = Field(
        None, pattern=r"^[\w.:-]+$", description="Name in the consumer group; by default the host's and a free number."
    )
    replicas: int = Field(0, ge=0, description="Copies of each shard; 0 suits a single node.")
    shards: int = Field(
        1, ge=1, description="Parts of a new index; about one for 10 million articles (docs/scaling.md)."
    )
    codec: str = Field("best_compression", pattern="^(default|best_compression)$")
    read_entries: int = Field(50, ge=1, description="Entries a read; 50 of the largest articles are 60 MB.")
    max_in_hand: int = Field(20_000, ge=1, description="Entries read and not yet acknowledged.")
    max_waiting_bytes: int = Field(8_000_000, description="Bytes read and not yet sent to the index.")
    bulk_items: int = Field(500, ge=1, description="Items a _bulk request.")
    bulk_bytes: int = Field(
        2_500_000, description="Bytes of events a _bulk request, which is twice that; OpenSearch suggests 5 to 15 MB."
    )
    bulks_in_flight: int = Field(3, ge=1, description="Three or four double the rate of one.")
    refresh_interval: Duration = Field(
        timedelta(seconds=1), description="At most this often the indexer makes searchable what it wrote."
    )
    sweep_interval: Duration = Field(timedelta(seconds=2), description="How often left entries are looked for.")
    left_after: Duration = Field(
        timedelta(seconds=10),
        description="An entry delivered so long ago and not in hand was lost on the way; it is taken up again.",
    )
    dead_after: Duration = Field(
        timedelta(seconds=30), description="A consumer that asked for nothing for so long is dead; alive it asks often."
    )
    forget_after: Duration = Field(
        timedelta(hours=1), description="A consumer without entries that asked for nothing for so long is removed."
    )
    most_crashes: int = Field(
        3, ge=1, description="An entry that ended the process so often while decided on alone is a dead letter."
    )
    most_dead_in_a_row: int = Field(
        1000, ge=0, description="After so many dead letters in a row reading stops until a restart; 0 for no limit."
    )
    dead_letters_max_bytes: int = Field(
        256_000_000, ge=1, description="Memory that dead letters may take in Redis; the oldest go, with an alarm."
    )
    groups: Groups = Field(
        (INDEXER_GROUP,), description="Comma-separated. Trimmed is only what every one of these is done with."
    )
    backoff_max: Duration = Field(timedelta(seconds=5), description="The longest pause while the index takes nothing.")
    keep_versions: bool = Field(
        True,
        description="Every version stays. Off, there are no histories, nothing can be undeleted or updated in part, "
        "and an archive cannot tell what it has to replay; it saves half the disk.",
    )
    receipt_ttl: Duration = Field(timedelta(days=7), description="How long Redis keeps an article's outcome.")
    stream_keep: Duration = Field(
        timedelta(hours=1), description="How long entries stay readable after every group is done with them."
    )
    changes_keep: Duration = Field(timedelta(days=30), description="How far back /v1/changes can be asked.")
    changes_max_length: int = Field(1_000_000, ge=1, description="At most about so many changes; 150 bytes each.")
    redis_timeout: Duration = Field(timedelta(seconds=5), description="Well above the 100 ms that a read blocks.")
