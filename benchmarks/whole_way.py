"""The whole way: how long from a POST until its article is searchable, and how many articles a second get through?

Ingest and an indexer, one Valkey and one OpenSearch, and who posts: all share this machine.

The time, at a steady 100 articles a second, each posted alone when it is due, whether or not others are answered: at
most 25 ms for half of them and 100 ms for 99 of 100, with the refresh taken off. An article is searchable when the
first refresh that began after it was written has ended. The indexer refreshes at most once a second
(docs/decisions/0001), so that an article waits half a second in the middle, by intention. Taken off is all from
OpenSearch's answer to the `_bulk` that wrote it, when it is durable, to the end of that refresh: the wait for it, and
its work. Both moments are heard on the line between indexer and OpenSearch (benchmarks/overheard.py), where listening
makes each a little later. What searchers see, the time with the refresh, stands beside it.

The rate: 30,000 different articles in batches, from the first POST until each is searchable and acknowledged, beside
bare `_bulk` of the same documents and versions into the same indices, so many at once as are best: at least 0.3 of it,
in rounds. One process of ingest or two, whichever is better here. Memory is the most that a process of ingest and the
indexer have meanwhile, at most 200 MB each.
"""

import sys
from statistics import median, quantiles

import orjson

from benchmarks.articles import articles
from benchmarks.full_stream import events
from benchmarks.processes import say
from benchmarks.rows import Row, told
from benchmarks.stage import Run, Stage, stage

_ARTICLES, _TRIED, _ROUNDS = 30_000, 6_000, 3
_A_SEED = 1000
_CONCURRENCIES, _INGESTS = (1, 2, 3, 4), (1, 2)
_A_SECOND, _WARMING_SECONDS, _SECONDS = 100, 10, 40
_SHARE, _HALF, _NINETY_NINE, _MEGABYTES = 0.3, 25, 100, 200


def rows(count: int = _ARTICLES, rounds: int = _ROUNDS) -> list[Row]:
    """The rate, the memory and the time."""
    with stage() as servers:
        return [*_rate(servers, count, rounds), *_time(servers)]


def _rate(servers: Stage, count: int, rounds: int) -> list[Row]:
    posted, made = events(count), _articles(count)
    say(f"whole way: {count:,} articles are made")
    few = min(count, _TRIED)
    servers.bare(posted[:few], 2)
    servers.through(made[:few], 1)
    best = _best("bare at once", few, {at_once: servers.bare(posted[:few], at_once) for at_once in _CONCURRENCIES})
    ingests = _best("ingests", few, {number: servers.through(made[:few], number).seconds for number in _INGESTS})
    runs: list[tuple[float, Run]] = []
    for _ in range(rounds):
        bare, ours = servers.bare(posted, best), servers.through(made, ingests)
        runs.append((bare, ours))
        say(f"bare: {count / bare:,.0f}/s; whole way: {count / ours.seconds:,.0f}/s, {bare / ours.seconds:.3f}; {ours}")
    return [
        Row(
            "whole way: articles a second in batches until searchable, all on this machine",
            f"{count / median(ours.seconds for _, ours in runs):,.0f}/s, ingest {ingests} times",
            f"{count / median(bare for bare, _ in runs):,.0f}/s by bare `_bulk` alone, {best} at once",
            median(bare / ours.seconds for bare, ours in runs),
            _SHARE,
        ),
        _memory("ingest", max(ours.ingest for _, ours in runs)),
        _memory("indexer", max(ours.indexer for _, ours in runs)),
    ]


def _best(what: str, count: int, tried: dict[int, float]) -> int:
    """The number that took the fewest seconds for so many articles."""
    say(f"{what}:", ", ".join(f"{number}: {count / seconds:,.0f}/s" for number, seconds in tried.items()))
    return min(tried, key=lambda number: tried[number])


def _memory(service: str, peak: int) -> Row:
    question, most = f"whole way: memory of {service} at its most meanwhile", peak / 1e6
    return Row(question, f"{most:,.0f} MB", "–", most, _MEGABYTES, "at most", " MB")


def _time(servers: Stage) -> list[Row]:
    warming = _A_SECOND * _WARMING_SECONDS
    waited = servers.one_by_one(_articles(warming + _A_SECOND * _SECONDS), _A_SECOND)[warming:]
    written = quantiles([one.written for one in waited], n=100)
    searchable = quantiles([one.searchable for one in waited], n=100)
    say(f"whole way: the longest of {len(waited):,} was written after {max(one.written for one in waited):.0f} ms")
    return [
        Row(
            f"whole way: POST to searchable at {_A_SECOND}/s, the refresh taken off, p{percent}",
            f"{written[percent - 1]:.1f} ms",
            f"{searchable[percent - 1]:,.0f} ms with the refresh",
            written[percent - 1],
            wanted,
            "at most",
            " ms",
        )
        for percent, wanted in ((50, _HALF), (99, _NINETY_NINE))
    ]


def _articles(count: int) -> list[bytes]:
    """What is posted of the articles of which `events` makes events."""
    seeds = range(1, -(-count // _A_SEED) + 1)
    return [orjson.dumps(one) for seed in seeds for one in articles(_A_SEED, seed)][:count]


if __name__ == "__main__":
    sys.exit(told("whole way", rows(int(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLES)))
