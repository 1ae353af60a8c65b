"""The quick half of the scenarios of `make chaos`: nothing lost, nothing stale, nothing there twice."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.chaos import crashes, load, outages, poison, redis_faults
from tests.chaos.plant import Figures, Plant, plant
from tests.conftest import Valkey

QUICK: dict[str, Callable[[Plant], Awaitable[Figures]]] = {
    "killed before the acknowledgement": partial(crashes.killed_before_the_acknowledgement, times=3),
    "published before the first start": crashes.published_before_the_first_start,
    "a dead consumer's entries": partial(crashes.a_dead_consumers_entries, entries=1000),
    "stopped under load": partial(crashes.stopped_under_load, times=2),
    "old and new in any order": crashes.old_and_new_in_any_order,
    "poison among good ones": poison.poison_among_good_ones,
    "an entry that ends the process": poison.an_entry_that_ends_the_process,
    "outages of every kind": outages.outages_of_every_kind,
    "a giant among small ones": outages.a_giant_among_small_ones,
    "a giant under indexing pressure": outages.a_giant_under_indexing_pressure,
    "only what failed is sent again": outages.only_what_failed_is_sent_again,
    "a stream replayed twice": outages.a_stream_replayed_twice,
    "lost replies": redis_faults.lost_replies,
    "a destroyed group": redis_faults.a_destroyed_group,
    "a flushed Redis": redis_faults.a_flushed_redis,
    "a forced trim": redis_faults.a_forced_trim,
    "a thousand dead letters": poison.a_feed_that_is_broken,
    "what it tells is true": load.what_it_tells_is_true,
}


@pytest.mark.parametrize("scenario", QUICK.values(), ids=QUICK.keys())
async def test_nothing_is_lost_stale_or_doubled(
    scenario: Callable[[Plant], Awaitable[Figures]],
    valkey: Valkey,
    opensearch_url: str,
    index_prefix: str,
    tmp_path: Path,
) -> None:
    async with plant(valkey, opensearch_url, index_prefix, tmp_path) as made:
        figures = await scenario(made)
    assert figures.is_whole, figures
