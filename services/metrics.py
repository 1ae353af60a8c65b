"""Every metric that Wiredesk exports, declared in one place; docs/metrics.md is made of it."""

from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_type_hints

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from schemas.reasons import Reason

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAITING_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
_DEAD = (
    Reason.NOT_AN_EVENT,
    Reason.UNKNOWN_TYPE,
    Reason.INVALID_EVENT,
    Reason.ID_TOO_LONG,
    Reason.REFUSED_BY_INDEX,
    Reason.CRASHES,
)
_REFUSED = tuple(reason for reason in Reason if reason not in _DEAD)


@dataclass(frozen=True, slots=True)
class Family:
    """What a metric is called, what it means, and its labels.

    `begins` are the values of its one label that are known beforehand: they are there from the start, at 0, so that
    the first of each is an increase. `buckets` are a histogram's, in seconds.
    """

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    buckets: tuple[float, ...] = _SECONDS

    def made(self, kind: Any, registry: CollectorRegistry) -> Any:
        """The metric, of this kind (Counter, Gauge or Histogram), in the registry."""
        of_kind = {"buckets": self.buckets} if kind is Histogram else {}
        metric = kind(self.name, self.meaning, self.labels, registry=registry, **of_kind)
        for value in self.begins:
            metric.labels(value)
        return metric


class Exported:
    """Makes the metrics that a class declares: in a registry of its own, with the process's, or in a given one."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        if registry is None:
            ProcessCollector(registry=self.registry)
        for attribute, declared in get_type_hints(type(self), include_extras=True).items():
            kind, family = get_args(declared)
            setattr(self, attribute, family.made(kind, self.registry))


class CanaryMetrics(Exported):
    """What ingest's canary measures."""

    seconds: Annotated[
        Histogram,
        Family(
            "wiredesk_canary_seconds",
            "Time from posting an invented article to a search that finds it",
            buckets=_WAITING_SECONDS,
        ),
    ]
    failed: Annotated[
        Counter, Family("wiredesk_canary_failed", "Invented articles that were refused or not found in time")
    ]
    last_success: Annotated[
        Gauge,
        Family(
            "wiredesk_canary_last_success_timestamp_seconds",
            "When an invented article was last found, in seconds since 1970; 0 before the first",
        ),
    ]


class IngestMetrics(Exported):
    """What ingest counts."""

    articles: Annotated[
        Counter,
        Family(
            "wiredesk_ingest_articles",
            "Posted articles by publisher and answer (accepted, unchanged, superseded, hint, rejected, unavailable)",
            ("publisher", "status"),
        ),
    ]
    last_article: Annotated[
        Gauge,
        Family(
            "wiredesk_ingest_last_article_timestamp_seconds",
            "When a publisher's article was last taken or found unchanged, in seconds since 1970",
            ("publisher",),
        ),
    ]
    problems: Annotated[
        Counter, Family("wiredesk_ingest_problems", "Refused requests and lines by reason", ("reason",), _REFUSED)
    ]
    requests_in_hand: Annotated[
        Gauge, Family("wiredesk_ingest_requests_in_hand", "Writing requests that are being handled")
    ]
    bytes_in_hand: Annotated[Gauge, Family("wiredesk_ingest_bytes_in_hand", "Bytes of their bodies, as announced")]
    archive_missed: Annotated[
        Counter, Family("wiredesk_ingest_archive_missed", "Accepted submissions that the archive could not keep")
    ]
    publish_seconds: Annotated[
        Histogram, Family("wiredesk_ingest_publish_seconds", "Time from a normalized article to its XADD's answer")
    ]

    def __init__(self) -> None:
        super().__init__()
        self.canary = CanaryMetrics(self.registry)


class IndexerMetrics(Exported):
    """What the indexer counts, and what it sees in Redis."""

    entries: Annotated[
        Counter,
        Family(
            "wiredesk_indexer_entries",
            "Stream entries settled, by verdict (indexed, held, withdrawn, superseded, dead-lettered)",
            ("verdict",),
            ("indexed", "held", "withdrawn", "superseded", "dead-lettered"),
        ),
    ]
    dead_letters: Annotated[
        Counter, Family("wiredesk_indexer_dead_letters", "Dead letters by reason", ("reason",), _DEAD)
    ]
    retries: Annotated[
        Counter,
        Family(
            "wiredesk_indexer_retries",
            "Items sent again, by cause (retry: not taken now; pause: nothing is taken)",
            ("cause",),
            ("retry", "pause"),
        ),
    ]
    recovered: Annotated[
        Counter,
        Family(
            "wiredesk_indexer_recovered",
            "Entries taken up again (own: left by this consumer before; claimed: left by a dead consumer)",
            ("origin",),
            ("own", "claimed"),
        ),
    ]
    lost_entries: Annotated[
        Counter, Family("wiredesk_indexer_lost_entries", "Pending entries that were gone from the stream")
    ]
    dead_letters_dropped: Annotated[
        Counter,
        Family(
            "wiredesk_indexer_dead_letters_dropped",
            "Dead letters removed because all of them together were too large",
        ),
    ]
    bulk_seconds: Annotated[Histogram, Family("wiredesk_indexer_bulk_seconds", "Time of one _bulk request")]
    searchable_seconds: Annotated[
        Histogram,
        Family(
            "wiredesk_indexer_searchable_seconds",
            "Time from an entry's XADD, which ingest answers with 202, to its article being searchable",
            buckets=_WAITING_SECONDS,
        ),
    ]
    in_hand: Annotated[Gauge, Family("wiredesk_indexer_in_hand", "Entries read and not yet acknowledged")]
    paused: Annotated[Gauge, Family("wiredesk_indexer_paused", "1 while the index takes nothing and the indexer waits")]
    stopped: Annotated[Gauge, Family("wiredesk_indexer_stopped", "1 from too many dead letters in a row to a restart")]
    waiting_bytes: Annotated[
        Gauge, Family("wiredesk_indexer_waiting_bytes", "Bytes read and not yet sent to the index")
    ]
    pending: Annotated[Gauge, Family("wiredesk_indexer_pending", "Entries delivered to the group, not acknowledged")]
    lag: Annotated[Gauge, Family("wiredesk_indexer_lag", "Entries that the group has not been given yet")]
    oldest_seconds: Annotated[
        Gauge, Family("wiredesk_indexer_oldest_seconds", "Age of the oldest entry that is not settled")
    ]
    dead_letters_kept: Annotated[Gauge, Family("wiredesk_indexer_dead_letters_kept", "Dead letters in their stream")]
    dead_letters_bytes: Annotated[
        Gauge, Family("wiredesk_indexer_dead_letters_bytes", "Memory that the dead letters take in Redis")
    ]
    dead_letters_max_bytes: Annotated[
        Gauge,
        Family("wiredesk_indexer_dead_letters_max_bytes", "Beyond so much of it the oldest dead letters are removed"),
    ]
    redis_used_bytes: Annotated[Gauge, Family("wiredesk_indexer_redis_used_bytes", "Memory that Redis uses")]
    redis_max_bytes: Annotated[
        Gauge, Family("wiredesk_indexer_redis_max_bytes", "Its `maxmemory`, 0 where it has none")
    ]
    changes_cut_off: Annotated[
        Counter,
        Family(
            "wiredesk_indexer_changes_cut_off",
            "Changes removed, because there were too many, before the alerts were done with them",
        ),
    ]
    removed_by_others: Annotated[
        Gauge,
        Family(
            "wiredesk_indexer_removed_by_others",
            "Entries of the stream that something else than Wiredesk removed, read or not",
        ),
    ]


class AlertsMetrics(Exported):
    """What the alerts service counts."""

    changes: Annotated[Counter, Family("wiredesk_alerts_changes", "Changes followed (told, nobody told)", ("outcome",))]
    deliveries: Annotated[
        Counter,
        Family(
            "wiredesk_alerts_deliveries",
            "Tries to deliver a message (delivered, failed, gone), and messages given up (given-up)",
            ("outcome",),
            ("delivered", "failed", "gone", "given-up"),
        ),
    ]
    percolate_seconds: Annotated[
        Histogram,
        Family("wiredesk_alerts_percolate_seconds", "Time to find the alerts of one read's articles"),
    ]
    unreadable: Annotated[Counter, Family("wiredesk_alerts_unreadable", "Articles that no alert can read")]
    lost_changes: Annotated[
        Counter,
        Family("wiredesk_alerts_lost_changes", "Changes removed from the stream before they were followed"),
    ]
    broken: Annotated[Gauge, Family("wiredesk_alerts_broken", "Alerts whose query is asked no more")]
    pending: Annotated[Gauge, Family("wiredesk_alerts_pending", "Changes read and not yet followed")]
    lag: Annotated[Gauge, Family("wiredesk_alerts_lag", "Changes not read yet")]
    waiting: Annotated[Gauge, Family("wiredesk_alerts_waiting", "Alerts for which messages wait to be delivered")]
    given_up_kept: Annotated[Gauge, Family("wiredesk_alerts_given_up_kept", "Messages given up, in their stream")]


class SearchMetrics(Exported):
    """What the reading room counts."""

    seconds: Annotated[
        Histogram,
        Family(
            "wiredesk_search_seconds",
            "Time from a request to the beginning of its answer, by route and status",
            ("route", "status"),
        ),
    ]
    limited: Annotated[
        Counter, Family("wiredesk_search_limited", "Requests refused because their address asks too often")
    ]
    pits: Annotated[Gauge, Family("wiredesk_search_pits", "Points in time held for long lists")]
    listeners: Annotated[Gauge, Family("wiredesk_search_listeners", "Who is told of new articles as they come")]
