"""Do edited copies share a cluster, and different stories not? Precision, recall, and reports of other days apart."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from redis.asyncio import Redis

from benchmarks.processes import valkey
from benchmarks.quality.figures import Figure
from benchmarks.quality.stories import Pair, Story, edited, english, japanese, neighbours, recurring, vocabulary
from services.ingest.clusters import Clusters
from services.ingest.shingles import Sketch, sketch

_KINDS = ("replaced", "cut", "reordered")
_GROUP = 256


@dataclass(slots=True)
class Posted:
    """A text as clusters see it."""

    id: str
    sketch: Sketch | None
    cluster_id: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Pairs, and how many of them share a cluster, by the half of the set that their first story is in."""

    shared: tuple[int, int]
    pairs: tuple[int, int]

    def share(self, half: int) -> float:
        return self.shared[half] / max(1, self.pairs[half])


def measure(sets: Path) -> list[Figure]:
    """Precision and recall by language, and reports kept apart: of odd stories; even ones, looked at before, in notes.

    Precision counts an edited copy of each story against its nearest different one.
    """
    return [*_figures("English", english(sets), 1), *_figures("Japanese", japanese(sets), len(_KINDS))]


def _figures(language: str, stories: list[Story], copies_each: int) -> list[Figure]:
    random, words = Random(7), vocabulary(stories)
    copies: dict[str, list[tuple[Story, str]]] = {kind: [] for kind in _KINDS}
    for place, story in enumerate(stories):
        for kind in (_KINDS * 2)[place % 3 : place % 3 + copies_each]:
            copies[kind].append((story, edited(story, kind, random, words)))
    texts = {f"{story.id} {kind}": text for kind, made in copies.items() for story, text in made}
    clusters = asyncio.run(_clusters_of(stories, texts))
    kinds = {kind: _joined([(s.id, f"{s.id} {kind}") for s, _ in made], clusters) for kind, made in copies.items()}
    all_copies = _joined([(name.split()[0], name) for name in texts], clusters)
    different, reports = (_joined(_ids(pairs), clusters) for pairs in (neighbours(stories), recurring(stories)))
    precision = [all_copies.shared[half] / (all_copies.shared[half] + different.shared[half]) for half in (0, 1)]
    told = f"{different.pairs[1]} different; even {precision[0]:.3f}"
    figures = [
        Figure(f"{language}: precision", precision[1], 0.98, told),
        _figure(f"{language}: recall", all_copies, 0.95),
        *(_figure(f"{language}: recall, {kind}", kinds[kind]) for kind in _KINDS),
    ]
    if reports.pairs[1]:
        told = f"{reports.pairs[1]} pairs; even {1 - reports.share(0):.3f}"
        figures.append(Figure(f"{language}: reports of other days apart", 1 - reports.share(1), 0.9, told))
    return figures


def _figure(name: str, joined: Joined, wanted: float | None = None) -> Figure:
    return Figure(name, joined.share(1), wanted, f"{joined.pairs[1]} copies; even {joined.share(0):.3f}")


def _ids(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    return [(one.id, other.id) for one, other in pairs]


def _joined(pairs: Sequence[tuple[str, str]], clusters: Mapping[str, str]) -> Joined:
    shared, counted = [0, 0], [0, 0]
    for one, other in pairs:
        counted[int(one) % 2] += 1
        shared[int(one) % 2] += clusters[one] == clusters[other]
    return Joined((shared[0], shared[1]), (counted[0], counted[1]))


async def _clusters_of(stories: Sequence[Story], copies: Mapping[str, str]) -> dict[str, str]:
    """The cluster of each story, posted in their order, and of each copy after that, as the service finds them."""
    posted = [Posted(story.id, sketch(story.body)) for story in stories]
    looked_up = [Posted(name, sketch(text)) for name, text in copies.items()]
    with tempfile.TemporaryDirectory() as data, valkey(Path(data)) as url:
        async with Redis.from_url(url) as redis:
            clusters = Clusters(redis, timedelta(days=1), 200_000)
            for start in range(0, len(posted), _GROUP):
                await clusters.assign(posted[start : start + _GROUP])
            for one in looked_up:
                one.cluster_id = await clusters.look_up(one)
    return {one.id: one.cluster_id for one in (*posted, *looked_up)}
