"""`make test-cluster`: kills each part of docker-compose.cluster.yml in turn, while others post and search.

A line a part: what was accepted meanwhile, what of it is indexed, what is lost, and how long nobody could post or
search. Ends with 1 where an article is lost, or where one of the two took longer than 15 seconds.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.cluster import NODES, SERVERS, Cluster, running, until
from tests.cluster.load import Gap, Heard, Load, longest_gap

MOST_SECONDS = 15.0
_DOWN_SECONDS = 20.0
_AFTER_SECONDS = 5.0
_WHOLE_SECONDS = 240
_INDEXED_SECONDS = 60
_LINE = "{:<34} {:>9} {:>8} {:>5} {:>16} {:>16}   {}"


@dataclass(frozen=True, slots=True)
class Part:
    """What is killed: its name for people, and how to find out which service it is now."""

    name: str
    service: Callable[[Cluster], str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of one part's death; `others` says in words what was answered otherwise."""

    name: str
    accepted: int
    indexed: int
    lost: int
    without_posting: Gap
    without_searching: Gap
    others: str

    @property
    def is_good(self) -> bool:
        """Whether nothing is lost, and service was back in time."""
        return not self.lost and max(self.without_posting, self.without_searching).seconds <= MOST_SECONDS


def named(service: str) -> Part:
    """A part that is always the same service."""
    return Part(service, lambda _: service)


def replica(cluster: Cluster) -> str:
    """A Redis that is not the primary."""
    return next(server for server in SERVERS if server != cluster.primary())


PARTS = (
    *(named(node) for node in NODES),
    Part("the Redis primary", Cluster.primary),
    Part("a Redis replica", replica),
    named("sentinel-1"),
    named("ingest-1"),
    Part("one of two indexers", lambda _: "indexer"),
    named("search-1"),
    Part("one of two alerts", lambda _: "alerts"),
)


def main() -> int:
    """Runs all and prints the lines; 0 where everything held."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o711)  # containers read what is mounted out of it
        began = time.monotonic()
        with running(Path(directory)) as cluster:
            print(f"up and whole after {time.monotonic() - began:.0f} s", flush=True)
            figures = _figures(cluster)
    bad = [one.name for one in figures if not one.is_good]
    print(
        f"{sum(one.accepted for one in figures):,} accepted, {sum(one.lost for one in figures)} lost; at most"
        f" {max(one.without_posting for one in figures).seconds:.1f} s without posting and"
        f" {max(one.without_searching for one in figures).seconds:.1f} s without searching;"
        f" {'not as promised: ' + ', '.join(bad) if bad else 'as promised'}"
    )
    return 1 if bad else 0


def _figures(cluster: Cluster) -> list[Figures]:
    load = Load(cluster.ingest_url, cluster.search_url, cluster.settings["WIREDESK_API_KEY"], cluster.trusted)
    print(
        _LINE.format(
            "killed, then started again", "accepted", "indexed", "lost", "s without posts", "s without search", ""
        )
    )
    load.start()
    try:
        if not until(lambda: bool(load.searched.times), 60):
            raise RuntimeError(f"no search finds anything: {load.searched.others}")
        figures = []
        for number, part in enumerate(PARTS):
            figures.append(_one(cluster, load, part, f"cluster-{number}"))
            print(_line(figures[-1]), flush=True)
        return figures
    finally:
        load.stop()


def _one(cluster: Cluster, load: Load, part: Part, tag: str) -> Figures:
    service = part.service(cluster)
    load.tag, load.posted.others, load.searched.others = tag, {}, {}
    begin = time.monotonic()
    cluster.kill(service)
    time.sleep(_DOWN_SECONDS)
    cluster.start(service)
    whole = until(cluster.is_whole, _WHOLE_SECONDS)
    time.sleep(_AFTER_SECONDS)
    end = time.monotonic()
    load.tag = f"{tag}-after"
    others = _words(load.posted, "posts") + _words(load.searched, "searches") + ("" if whole else " NOT WHOLE AGAIN")
    time.sleep(1)  # whoever still posts with the old tag is heard by then, or belongs to the next line
    accepted = set(load.accepted.get(tag, ()))
    until(lambda: accepted <= cluster.ids_with(tag), _INDEXED_SECONDS)
    indexed = accepted & cluster.ids_with(tag)
    return Figures(
        f"{part.name} ({service})" if service not in part.name else part.name,
        len(accepted),
        len(indexed),
        len(accepted - indexed),
        longest_gap(load.posted.times, begin, end),
        longest_gap(load.searched.times, begin, end),
        others,
    )


def _words(heard: Heard, what: str) -> str:
    return "".join(f"{count} {what} {answer}; " for answer, count in sorted(heard.others.items()))


def _line(one: Figures) -> str:
    gaps = (f"{gap.seconds:.1f} from {gap.began:.0f}" for gap in (one.without_posting, one.without_searching))
    return _LINE.format(one.name, one.accepted, one.indexed, one.lost, *gaps, one.others)


if __name__ == "__main__":
    sys.exit(main())
