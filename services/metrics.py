"""Every metric that Wiredesk exports, declared in one place."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAITING_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class IngestMetrics:
    """What ingest counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.articles = Counter(
            "wiredesk_ingest_articles",
            "Posted articles by publisher and answer (accepted, unchanged, superseded, rejected, unavailable)",
            ["publisher", "status"],
            registry=self.registry,
        )
        self.last_article = Gauge(
            "wiredesk_ingest_last_article_timestamp_seconds",
            "When a publisher's article was last taken or found unchanged, in seconds since 1970",
            ["publisher"],
            registry=self.registry,
        )
        self.problems = Counter(
            "wiredesk_ingest_problems", "Refused requests and lines by reason", ["reason"], registry=self.registry
        )
        self.requests_in_hand = Gauge(
            "wiredesk_ingest_requests_in_hand", "Writing requests that are being handled", registry=self.registry
        )
        self.bytes_in_hand = Gauge(
            "wiredesk_ingest_bytes_in_hand", "Bytes of their bodies, as announced", registry=self.registry
        )
        self.publish_seconds = Histogram(
            "wiredesk_ingest_publish_seconds",
            "Time from a normalized article to its XADD's answer",
            buckets=_SECONDS,
            registry=self.registry,
        )


class IndexerMetrics:
    """What the indexer counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.entries = Counter(
            "wiredesk_indexer_entries",
            "Stream entries settled, by verdict (indexed, held, withdrawn, superseded, dead-lettered)",
            ["verdict"],
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "wiredesk_indexer_dead_letters", "Dead letters by reason", ["reason"], registry=self.registry
        )
        self.retries = Counter(
            "wiredesk_indexer_retries", "Items sent again, by cause", ["cause"], registry=self.registry
        )
        self.recovered = Counter(
            "wiredesk_indexer_recovered",
            "Entries taken up again (own: left by this consumer before; claimed: left by a dead consumer)",
            ["origin"],
            registry=self.registry,
        )
        self.lost_entries = Counter(
            "wiredesk_indexer_lost_entries", "Pending entries that were gone from the stream", registry=self.registry
        )
        self.dead_letters_dropped = Counter(
            "wiredesk_indexer_dead_letters_dropped",
            "Dead letters removed because all of them together were too large",
            registry=self.registry,
        )
        self.bulk_seconds = Histogram(
            "wiredesk_indexer_bulk_seconds", "Time of one _bulk request", buckets=_SECONDS, registry=self.registry
        )
        self.searchable_seconds = Histogram(
            "wiredesk_indexer_searchable_seconds",
            "Time from an entry's XADD, which ingest answers with 202, to its article being searchable",
            buckets=_WAITING_SECONDS,
            registry=self.registry,
        )
        self.in_hand = Gauge(
            "wiredesk_indexer_in_hand", "Entries read and not yet acknowledged", registry=self.registry
        )
        self.paused = Gauge(
            "wiredesk_indexer_paused", "1 while the index takes nothing and the indexer waits", registry=self.registry
        )
        self.stopped = Gauge(
            "wiredesk_indexer_stopped",
            "1 from too many dead letters in a row to a restart",
            registry=self.registry,
        )
        self.waiting_bytes = Gauge(
            "wiredesk_indexer_waiting_bytes", "Bytes read and not yet sent to the index", registry=self.registry
        )
        self.pending = Gauge(
            "wiredesk_indexer_pending", "Entries delivered to the group, not acknowledged", registry=self.registry
        )
        self.lag = Gauge(
            "wiredesk_indexer_lag", "Entries that the group has not been given yet", registry=self.registry
        )
        self.oldest_seconds = Gauge(
            "wiredesk_indexer_oldest_seconds", "Age of the oldest entry that is not settled", registry=self.registry
        )
        self.dead_letters_kept = Gauge(
            "wiredesk_indexer_dead_letters_kept", "Dead letters in their stream", registry=self.registry
        )
        self.dead_letters_bytes = Gauge(
            "wiredesk_indexer_dead_letters_bytes", "Memory that the dead letters take in Redis", registry=self.registry
        )
        self.changes_cut_off = Counter(
            "wiredesk_indexer_changes_cut_off",
            "Changes removed, because there were too many, before the alerts were done with them",
            registry=self.registry,
        )
        self.removed_by_others = Gauge(
            "wiredesk_indexer_removed_by_others",
            "Entries of the stream that something else than Wiredesk removed, read or not",
            registry=self.registry,
        )


class AlertsMetrics:
    """What the alerts service counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.changes = Counter(
            "wiredesk_alerts_changes", "Changes followed (told, nobody told)", ["outcome"], registry=self.registry
        )
        self.deliveries = Counter(
            "wiredesk_alerts_deliveries",
            "Tries to deliver a message (delivered, failed, gone), and messages given up (given-up)",
            ["outcome"],
            registry=self.registry,
        )
        self.percolate_seconds = Histogram(
            "wiredesk_alerts_percolate_seconds",
            "Time to find the alerts of one read's articles",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.unreadable = Counter(
            "wiredesk_alerts_unreadable", "Articles that no alert can read", registry=self.registry
        )
        self.lost_changes = Counter(
            "wiredesk_alerts_lost_changes",
            "Changes removed from the stream before they were followed",
            registry=self.registry,
        )
        self.broken = Gauge("wiredesk_alerts_broken", "Alerts whose query is asked no more", registry=self.registry)
        self.pending = Gauge("wiredesk_alerts_pending", "Changes read and not yet followed", registry=self.registry)
        self.lag = Gauge("wiredesk_alerts_lag", "Changes not read yet", registry=self.registry)
        self.waiting = Gauge(
            "wiredesk_alerts_waiting", "Alerts for which messages wait to be delivered", registry=self.registry
        )
        self.given_up_kept = Gauge(
            "wiredesk_alerts_given_up_kept", "Messages given up, in their stream", registry=self.registry
        )


class SearchMetrics:
    """What the reading room counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.seconds = Histogram(
            "wiredesk_search_seconds",
            "Time from a request to the beginning of its answer, by route and status",
            ["route", "status"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.limited = Counter(
            "wiredesk_search_limited", "Requests refused because their address asks too often", registry=self.registry
        )
        self.pits = Gauge("wiredesk_search_pits", "Points in time held for long lists", registry=self.registry)
        self.listeners = Gauge(
            "wiredesk_search_listeners", "Who is told of new articles as they come", registry=self.registry
        )
