"""What the service of saved searches can be told."""

from datetime import timedelta

from pydantic import Field

from services.settings import Duration, ServerSettings


class AlertsSettings(ServerSettings):
    """Settings of the alerts service; see ServerSettings for names and units."""

    alerts_host: str = Field("127.0.0.1", description="Where /healthz, /readyz and /metrics answer.")
    alerts_port: int | None = Field(None, ge=1, le=65535, description="8003 by default, or any free port if taken.")
    alerts_consumer: str | None = Field(
        None, pattern=r"^[\w.:-]+$", description="Name in the consumer group; by default the host's and a free number."
    )
    replicas: int = Field(0, ge=0, description="Copies of each shard; 0 suits a single node.")
    alerts_allow_private: bool = Field(
        False, description="Whether webhooks may be at addresses that are not public, loopback among them."
    )
    alerts_read: int = Field(50, ge=1, description="Changes a read; 50 of the largest articles are 60 MB.")
    alerts_timeout: Duration = Field(timedelta(seconds=10), description="A whole request to a webhook.")
    alerts_backoff_first: Duration = Field(
        timedelta(seconds=2), description="The longest first pause after a failure; each further one may be twice it."
    )
    alerts_backoff_max: Duration = Field(timedelta(hours=1), description="The longest pause after any failure.")
    alerts_give_up_after: Duration = Field(
        timedelta(hours=24), description="What is so old and still fails is given up; see `wiredesk alerts deliveries`."
    )
    alerts_told_kept: Duration = Field(
        timedelta(days=30), description="How long after the last message of an article its corrections are followed."
    )
    alerts_most_waiting: int = Field(
        10_000, ge=1, description="Articles that may wait for one alert, about 1 kB each; more are given up at once."
    )
    alerts_in_flight: int = Field(64, ge=1, description="Requests at once.")
    alerts_per_host: int = Field(4, ge=1, description="Requests at once to one host, so that a slow one takes few.")
    alerts_poll: Duration = Field(timedelta(milliseconds=200), description="How often what is due is looked for.")
    alerts_sweep: Duration = Field(timedelta(seconds=10), description="How often what dead consumers left is taken up.")
    alerts_dead_after: Duration = Field(
        timedelta(seconds=60), description="Changes that were read so long ago and not acknowledged are read anew."
    )
    redis_timeout: Duration = Field(timedelta(seconds=5), description="Well above the second that a read blocks.")
