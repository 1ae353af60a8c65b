"""What was read of the servers and services at one moment. Sizes are bytes, ages and delays seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Away:
    """A server that did not tell: `answered` where it did and refused, `stranger` where it knows no such user."""

    why: str
    answered: bool = False
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class Consumer:
    """One process that reads for a group, and since when it has asked for nothing."""

    name: str
    pending: int
    idle: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a group is not done with.

    `read` counts what it was given since the stream began, `lag` what it was not given yet; None where Redis cannot
    tell.
    """

    pending: int
    read: int | None
    lag: int | None
    oldest: float
    consumers: tuple[Consumer, ...]


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """`reasons` counts the newest `sampled` ones only."""

    kept: int
    size: int
    sampled: int
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RedisReading:
    """Redis, and everything that waits in it. `at` is its own clock, in seconds since 1970.

    `newest` is the age of the entry that came last, None before the first. `removed` counts entries that something
    else than Wiredesk removed, None while nobody counts. A group that does not exist is None.
    """

    at: float
    server: str
    memory: int
    memory_limit: int
    policy: str
    appends: bool
    writes_fail: bool
    length: int
    added: int
    newest: float | None
    removed: int | None
    indexer: Backlog | None
    alerts: Backlog | None
    given_up: int
    dead: DeadLetters


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of one node. `threshold` is what OpenSearch does at this fill, see disks.threshold."""

    node: str
    free: int
    total: int
    threshold: str


@dataclass(frozen=True, slots=True)
class Index:
    """One index behind an alias of ours. `schema` is None where it does not say; `blocks` are those in force."""

    name: str
    documents: int
    size: int
    schema: int | None
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublisherDelay:
    """How long a publisher's newest articles took from accepted to written to the index."""

    publisher: str
    articles: int
    median: float
    slowest: float
    newest: datetime


@dataclass(frozen=True, slots=True)
class IndexReading:
    """OpenSearch, and what it holds of ours. `aliases` has each alias with the indices behind it, none where missing.

    `documents` counts what searches find, None where there is no index.
    """

    server: str
    health: str
    nodes: int
    unassigned: int
    aliases: Mapping[str, tuple[str, ...]]
    write_alias: str
    versions_alias: str
    documents: int | None
    indices: tuple[Index, ...]
    disks: tuple[Disk, ...]
    delays: tuple[PublisherDelay, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure of a service's /metrics."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class ServiceReading:
    """One process of a service. `missing` is what it lacks to work, None for nothing."""

    service: str
    address: str
    answers: bool
    missing: str | None
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything at one moment; `taken` is monotonic, for differences."""

    taken: float
    redis: RedisReading | Away
    index: IndexReading | Away
    services: tuple[ServiceReading, ...]
