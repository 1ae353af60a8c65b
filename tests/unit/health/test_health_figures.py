"""Sums over processes, and rates between two readings."""

from dataclasses import replace
from math import inf

from services.health.figures import VERDICTS, Rates, at_most, by_label, rates
from services.health.readings import Away, Sample
from tests.unit.health.readings import GROUP, REDIS, reading, service, verdicts

NOW_REDIS = replace(REDIS, added=1200, indexer=replace(GROUP, read=1180, lag=20, pending=30))


def test_rates_are_what_came_and_what_was_settled_a_second() -> None:
    changed = rates(reading(10.0), reading(12.0, redis=NOW_REDIS))
    assert (changed.seconds, changed.accepted, changed.settled) == (2.0, 100.0, 75.0)


def test_a_stream_that_began_anew_counts_from_nothing() -> None:
    fresh = replace(REDIS, added=50, indexer=replace(GROUP, read=40, lag=10, pending=0))
    changed = rates(reading(0.0), reading(1.0, redis=fresh))
    assert (changed.accepted, changed.settled) == (50.0, 40.0)


def test_what_redis_cannot_tell_is_unknown() -> None:
    unknown = replace(REDIS, indexer=replace(GROUP, read=None))
    assert rates(reading(0.0), reading(1.0, redis=unknown)).settled is None
    assert rates(reading(0.0), reading(1.0, redis=Away("refused"))).accepted is None


def test_two_readings_of_the_same_moment_have_no_rates() -> None:
    assert rates(reading(1.0), reading(1.0, redis=NOW_REDIS)) == Rates(0.0)


def test_verdicts_of_all_processes_are_summed_the_most_frequent_first() -> None:
    two = [service(samples=verdicts(held=1, indexed=5)), service(address="127.0.0.1:9", samples=verdicts(indexed=7))]
    assert list(by_label(two, VERDICTS, "verdict").items()) == [("indexed", 12), ("held", 1)]


def test_a_process_that_starts_anew_or_is_new_does_not_count_what_it_had() -> None:
    before = [service(address="a", samples=verdicts(indexed=100)), service(address="b", samples=verdicts(indexed=900))]
    after = [
        service(address="a", samples=verdicts(indexed=110)),
        service(address="b", samples=verdicts(indexed=4)),  # started anew
        service(address="c", samples=verdicts(indexed=5000)),  # new
    ]
    assert rates(reading(0.0, *before), reading(2.0, *after)).verdicts == {"indexed": 7.0}


def test_a_process_that_did_not_answer_has_no_rate() -> None:
    gone = service(answers=False)
    there = service(samples=verdicts(indexed=100))
    assert rates(reading(0.0, gone), reading(1.0, there)).verdicts == {}
    assert rates(reading(0.0, there), reading(1.0, gone)).verdicts == {}


def bucket(bound: str, count: float) -> Sample:
    return Sample("wiredesk_indexer_searchable_seconds_bucket", {"le": bound}, count)


def test_a_share_of_the_articles_is_searchable_within_a_bound() -> None:
    measured = [service(samples=(bucket("0.5", 60), bucket("1.0", 98), bucket("2.5", 99), bucket("+Inf", 100)))]
    assert [at_most(measured, share) for share in (0.5, 0.98, 0.99, 1.0)] == [0.5, 1.0, 2.5, inf]
    assert at_most([service()], 0.5) is None
