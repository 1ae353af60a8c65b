"""What the indexer tells of the memory of Redis, against a real one."""

from datetime import UTC, datetime

from services.indexer.consume import create_group
from services.indexer.measure import measure
from services.metrics import IndexerMetrics
from tests.integration.conftest import IndexerFactory, World, event


async def test_the_memory_of_redis_and_its_limit_are_told(world: World) -> None:
    await create_group(world.redis)
    await world.add(event())
    await world.redis.config_set("maxmemory", "123mb")
    metrics = IndexerMetrics()
    await measure(world.redis, metrics, datetime.now(UTC))
    used, most = (
        metrics.registry.get_sample_value(f"wiredesk_indexer_redis_{name}_bytes") or 0.0 for name in ("used", "max")
    )
    assert most == 123 * 1024 * 1024
    assert 100_000 < used < most


async def test_the_limit_of_dead_letters_is_told(world: World, run_indexer: IndexerFactory) -> None:
    async with run_indexer(dead_letters_max_bytes=5_000_000) as indexer:
        told = indexer.metrics.registry.get_sample_value("wiredesk_indexer_dead_letters_max_bytes")
    assert told == 5_000_000
