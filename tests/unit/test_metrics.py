"""How metrics are made of their declarations."""

from typing import get_args

import pytest
from prometheus_client import generate_latest

from schemas.outcome import Status
from schemas.reasons import Reason
from services.metrics import AlertsMetrics, CanaryMetrics, Exported, IndexerMetrics, IngestMetrics, SearchMetrics

KINDS = (AlertsMetrics, CanaryMetrics, IndexerMetrics, IngestMetrics, SearchMetrics)


def values(metrics: Exported, name: str) -> dict[str, float]:
    """The series of this name, by the value of their one label."""
    samples = (sample for family in metrics.registry.collect() for sample in family.samples if sample.name == name)
    return {"".join(sample.labels.values()): sample.value for sample in samples}


@pytest.mark.parametrize("kind", KINDS)
def test_two_of_a_kind_share_nothing(kind: type[Exported]) -> None:
    one, other = kind(), kind()
    before = generate_latest(other.registry).count(b"wiredesk_")
    assert before > 0
    assert one.registry is not other.registry
    assert all(mine is not vars(other)[name] for name, mine in vars(one).items())


def test_every_reason_is_there_at_zero_before_the_first_so_that_the_first_is_an_increase() -> None:
    refused = values(IngestMetrics(), "wiredesk_ingest_problems_total")
    dead = values(IndexerMetrics(), "wiredesk_indexer_dead_letters_total")
    assert set(refused) | set(dead) == set(Reason)
    assert set(refused) & set(dead) == set()
    assert {*refused.values(), *dead.values()} == {0}


def test_every_verdict_is_there_before_the_first() -> None:
    known = values(IndexerMetrics(), "wiredesk_indexer_entries_total")
    assert set(known) == set(get_args(Status)) - {"accepted"}


def test_ingest_tells_of_its_canary() -> None:
    metrics = IngestMetrics()
    metrics.canary.failed.inc()
    assert metrics.registry.get_sample_value("wiredesk_canary_failed_total") == 1
    assert b"process_resident_memory_bytes" in generate_latest(metrics.registry)
    assert generate_latest(metrics.registry).count(b"# TYPE process_resident_memory_bytes") == 1
