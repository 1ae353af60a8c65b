"""The services' own figures, as text."""

import pytest
from prometheus_client import generate_latest

from services.health.figures import POSTED, SEARCHABLE, VERDICTS
from services.health.read_services import samples
from services.metrics import IndexerMetrics, IngestMetrics


def test_the_figures_that_are_shown_are_ones_that_services_have() -> None:
    indexer, ingest = IndexerMetrics(), IngestMetrics()
    indexer.entries.labels("indexed").inc(3)
    indexer.searchable_seconds.observe(0.2)
    ingest.articles.labels("quay", "accepted").inc()
    told = [*samples(generate_latest(indexer.registry).decode()), *samples(generate_latest(ingest.registry).decode())]
    assert {VERDICTS, SEARCHABLE, POSTED} <= {one.name for one in told}
    assert next(one.value for one in told if one.labels == {"verdict": "indexed"}) == 3.0


def test_others_figures_are_left_out_and_what_is_none_is_an_error() -> None:
    assert samples("process_open_fds 7\nwiredesk_search_pits 2\n")[0].name == "wiredesk_search_pits"
    assert len(samples("process_open_fds 7\nwiredesk_search_pits 2\n")) == 1
    with pytest.raises(ValueError, match="html"):
        samples("<html>welcome</html>\n")
