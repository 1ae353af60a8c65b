"""What a reading of Redis means for people: pure functions."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.health.finding import Finding, bad, warn, well
from services.health.readings import Backlog, DeadLetters, RedisReading


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something needs a person; ages are seconds, shares from 0 to 1."""

    behind: float = 60
    far_behind: float = 600
    consumer_dead: float = 30
    memory_share: float = 0.8
    memory_full: float = 0.95
    alerts_behind: int = 1000


USUAL = Limits()


def judge_redis(redis: RedisReading, limits: Limits) -> Iterator[Finding]:
    """Findings on memory, persistence, the stream, its consumers, dead letters and saved searches."""
    yield from _memory(redis, limits)
    yield from _persistence(redis)
    yield from _stream(redis, limits)
    yield _dead(redis.dead)
    yield from _alerts(redis, limits)


def _memory(redis: RedisReading, limits: Limits) -> Iterator[Finding]:
    if redis.policy != "noeviction":
        yield bad(
            "memory",
            f"Redis may throw entries away: maxmemory-policy is {redis.policy}",
            "CONFIG SET maxmemory-policy noeviction, and the same in its configuration",
        )
    share = redis.memory / redis.memory_limit if redis.memory_limit else 0.0
    told = f"Redis has {share:.0%} of the memory that it may take"
    if share >= limits.memory_full:
        yield bad("memory", f"{told}; full, it refuses articles", "raise maxmemory, or see what grows: INFO memory")
    elif share >= limits.memory_share:
        yield warn("memory", told, "raise maxmemory, or see what grows: INFO memory")
    elif redis.policy == "noeviction":
        yield well("memory", told if redis.memory_limit else "Redis has no limit of memory")


def _persistence(redis: RedisReading) -> Iterator[Finding]:
    if redis.writes_fail:
        yield bad("persistence", "Redis cannot write to its disk", "make room there; its log says what failed")
    elif not redis.appends:
        yield warn(
            "persistence",
            "Redis keeps no append-only file: a crash loses what waits",
            "CONFIG SET appendonly yes, and the same in its configuration",
        )
    else:
        yield well("persistence", "Redis appends what it is told to a file")


def _stream(redis: RedisReading, limits: Limits) -> Iterator[Finding]:
    if redis.removed:
        yield bad(
            "stream",
            f"something else than Wiredesk removed {redis.removed:,} entries",
            "find who runs XTRIM, XDEL or DEL on this Redis; what was not indexed has to be posted again",
        )
    if redis.indexer is None:
        yield _no_group(redis.length)
        return
    yield from _consumers(redis.indexer, limits)
    behind, lag = redis.indexer, redis.indexer.lag
    told = f"{'unknown' if lag is None else f'{lag:,}'} not read, {behind.pending:,} in hand"
    if behind.oldest <= limits.behind:
        yield well("lag", told)
        return
    level = bad if behind.oldest > limits.far_behind else warn
    what = f"the oldest article waits for {age(behind.oldest)}: {told}"
    yield level("lag", what, "see what the indexers say at /readyz; start more of them")


def _no_group(length: int) -> Finding:
    if length:
        return bad("lag", f"{length:,} articles wait, and no indexer was ever there", "start the indexer")
    return warn("indexers", "no indexer was ever there", "start the indexer")


def _consumers(group: Backlog, limits: Limits) -> Iterator[Finding]:
    alive = [one for one in group.consumers if one.idle <= limits.consumer_dead]
    if not alive:
        last = min((one.idle for one in group.consumers), default=None)
        since = f"; the last one asked {age(last)} ago" if last is not None else ""
        yield bad("indexers", f"no indexer runs{since}", "start the indexer; its log says why it ended")
    else:
        yield well("indexers", f"{len(alive)} running")
    left = sum(one.pending for one in group.consumers if one not in alive)
    if alive and left:
        yield warn(
            "indexers", f"an indexer ended with {left:,} entries in hand", "another takes them over; see its log"
        )


def _dead(dead: DeadLetters) -> Finding:
    if not dead.kept:
        return well("dead letters", "none")
    reasons = ", ".join(f"{name} {count:,}" for name, count in dead.reasons.items())
    of = "" if dead.sampled == dead.kept else f"of the newest {dead.sampled:,}: "
    return warn(
        "dead letters",
        f"{dead.kept:,} can never be indexed ({of}{reasons})",
        "wiredesk dead-letters list, show, replay",
    )


def _alerts(redis: RedisReading, limits: Limits) -> Iterator[Finding]:
    if redis.given_up:
        yield warn("alerts", f"{redis.given_up:,} messages were given up", "wiredesk alerts deliveries")
    if redis.alerts and (waiting := (redis.alerts.lag or 0) + redis.alerts.pending) > limits.alerts_behind:
        yield warn("alerts", f"saved searches are {waiting:,} changes behind", "see whether the alerts service runs")


def age(seconds: float) -> str:
    """A span for people, in its largest unit that is not 0."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
