"""Sums over the samples of all processes, and what changed between two readings: pure functions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.health.readings import Away, Reading, RedisReading, Sample, ServiceReading

VERDICTS = "wiredesk_indexer_entries_total"
POSTED = "wiredesk_ingest_articles_total"
SEARCHABLE = "wiredesk_indexer_searchable_seconds_bucket"


@dataclass(frozen=True, slots=True)
class Rates:
    """What happened in a second, on average between two readings. None where it is not known.

    `accepted` entries came onto the stream, `settled` ones were acknowledged. `verdicts` and `publishers` are of the
    services that were asked; a publisher's articles count whatever the answer was.
    """

    seconds: float
    accepted: float | None = None
    settled: float | None = None
    verdicts: Mapping[str, float] = field(default_factory=dict)
    publishers: Mapping[str, float] = field(default_factory=dict)


def rates(before: Reading, after: Reading) -> Rates:
    """The rates between two readings, the later one second."""
    seconds = after.taken - before.taken
    if seconds <= 0:
        return Rates(0.0)
    accepted = settled = None
    if isinstance(before.redis, RedisReading) and isinstance(after.redis, RedisReading):
        accepted = _grown(before.redis.added, after.redis.added) / seconds
        done = _settled(before.redis), _settled(after.redis)
        if done[0] is not None and done[1] is not None:
            began_anew = after.redis.added < before.redis.added
            settled = max(0, done[1] if began_anew else done[1] - done[0]) / seconds
    return Rates(
        seconds,
        accepted,
        settled,
        _per_second(before.services, after.services, VERDICTS, "verdict", seconds),
        _per_second(before.services, after.services, POSTED, "publisher", seconds),
    )


def by_label(services: Iterable[ServiceReading], name: str, label: str) -> dict[str, float]:
    """The sum over all processes of each value of one label, the largest first."""
    sums: Counter[str] = Counter()
    for one in _samples(services, name):
        sums[one.labels.get(label, "")] += one.value  # type: ignore[assignment]
    return dict(sums.most_common())


def at_most(services: Iterable[ServiceReading], share: float) -> float | None:
    """The seconds within which this share of the articles became searchable, as the histogram's bounds tell it.

    None before the first article; infinite beyond the last bound.
    """
    buckets = by_label(services, SEARCHABLE, "le")
    total = buckets.get("+Inf", 0.0)
    if not total:
        return None
    return min(float(bound) for bound, count in buckets.items() if count >= share * total)


def _settled(redis: RedisReading | Away) -> int | None:
    if isinstance(redis, Away) or redis.indexer is None or redis.indexer.read is None:
        return None
    return redis.indexer.read - redis.indexer.pending


def _grown(before: float, after: float) -> float:
    """By how much a counter grew; one that is smaller than before began anew."""
    return after - before if after >= before else after


def _per_second(
    before: Iterable[ServiceReading], after: Iterable[ServiceReading], name: str, label: str, seconds: float
) -> dict[str, float]:
    """The growth of each process by itself, so that one that starts anew or is new does not count what it had."""
    earlier = {(one.service, one.address): one for one in before if one.answers}
    grown: Counter[str] = Counter()
    for one in after:
        if one.answers and (was := earlier.get((one.service, one.address))):
            known = by_label([was], name, label)
            for value, count in by_label([one], name, label).items():
                grown[value] += _grown(known.get(value, 0.0), count) / seconds  # type: ignore[assignment]
    return {value: rate for value, rate in grown.most_common() if rate}


def _samples(services: Iterable[ServiceReading], name: str) -> Iterable[Sample]:
    return (sample for one in services for sample in one.samples if sample.name == name)
