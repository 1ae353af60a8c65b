"""All scenarios by their names, each a fault and what must have become of every article afterwards."""

from collections.abc import Awaitable, Callable

from tests.chaos import crashes, load, outages, poison, posting, redis_faults
from tests.chaos.plant import Figures, Plant

Scenario = Callable[[Plant], Awaitable[Figures]]
_ALL: tuple[Scenario, ...] = (
    crashes.killed_before_the_acknowledgement,
    crashes.published_before_the_first_start,
    crashes.a_dead_consumers_entries,
    crashes.one_to_four_to_one,
    crashes.stopped_under_load,
    crashes.old_and_new_in_any_order,
    poison.poison_among_good_ones,
    poison.an_entry_that_ends_the_process,
    poison.a_feed_that_is_broken,
    outages.sixty_seconds_of_429,
    outages.sixty_seconds_without_opensearch,
    outages.outages_of_every_kind,
    outages.a_giant_among_small_ones,
    outages.a_giant_under_indexing_pressure,
    outages.only_what_failed_is_sent_again,
    outages.a_stream_replayed_twice,
    redis_faults.lost_replies,
    redis_faults.a_cut_line_to_redis,
    redis_faults.a_redis_that_is_killed,
    redis_faults.a_destroyed_group,
    redis_faults.a_flushed_redis,
    redis_faults.a_forced_trim,
    posting.lost_replies_of_xadd,
    posting.redis_killed_while_posting,
    posting.ingest_killed_while_posting,
    posting.a_full_redis_while_posting,
    posting.a_full_disk_while_posting,
    posting.four_hundred_at_once,
    posting.four_hundred_packed_at_once,
    load.a_gigabyte_waiting,
    load.what_it_tells_is_true,
)
SCENARIOS: dict[str, Scenario] = {one.__name__: one for one in _ALL}
