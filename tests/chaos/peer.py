"""`python -m tests.chaos.peer BINARY`: the faults that apply to the peer of the benchmark, a line each."""

import asyncio
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.streams import ARTICLES_STREAM, INDEXER_GROUP
from services import embedded
from services.indexer.prepare import prepare_index
from tests.chaos.plant import Figures, Plant, Service, plant
from tests.chaos.poison import POISON
from tests.chaos.servers import opensearch, started_valkey

_PATIENCE = 45.0
_CONFIGURATION = str(Path(__file__).with_name("peer.yaml"))
Scenario = Callable[["Peer"], Awaitable[float]]


class Peer:
    """A plant whose indexer is the peer."""

    def __init__(self, made: Plant, binary: str) -> None:
        self.plant = made
        self._binary = binary
        self._started = 0

    def start(self, name: str = "one") -> Service:
        """Starts it under this name in the consumer group."""
        environment = {
            "PEER_REDIS_URL": f"redis://127.0.0.1:{self.plant.redis_line.port}",
            "PEER_OPENSEARCH_URL": f"http://127.0.0.1:{self.plant.index_line.port}",
            "PEER_INDEX": self.plant.names.write,
            "PEER_NAME": name,
        }
        self._started += 1
        log = self.plant.home / f"peer-{self._started}.log"
        process = embedded.start([self._binary, "run", _CONFIGURATION], log, environment)
        one = Service(process, embedded.any_port())
        self.plant.running.append(one)
        return one


async def killed_before_the_acknowledgement(peer: Peer) -> float:
    """kill -9 between the bulk's answer and the XACK, five times"""
    for revision in range(1, 6):
        await peer.plant.publish((f"local:{number}", revision) for number in range(50))
        one, killed = peer.start(), asyncio.Event()
        peer.plant.redis_line.when("xack", partial(_kill, one, killed))
        await asyncio.wait_for(killed.wait(), 30)
        peer.plant.redis_line.unwatch()
    began = time.monotonic()
    peer.start()
    return began


async def _kill(one: Service, killed: asyncio.Event) -> None:
    if not killed.is_set():
        one.kill()
        killed.set()


async def published_before_the_first_start(peer: Peer) -> float:
    """1,000 events before the group exists"""
    await peer.plant.publish((f"local:{number}", 1) for number in range(1000))
    peer.start()
    return time.monotonic()


async def a_dead_consumers_entries(peer: Peer) -> float:
    """1,000 entries delivered to a consumer that is gone"""
    redis = peer.plant.redis
    await peer.plant.publish((f"local:{number}", 1) for number in range(1000))
    await redis.xgroup_create(ARTICLES_STREAM, INDEXER_GROUP, id="0", mkstream=True)
    await redis.xreadgroup(INDEXER_GROUP, "gone", {ARTICLES_STREAM: ">"}, count=1000)
    peer.start()
    return time.monotonic()


async def old_and_new_in_any_order(peer: Peer) -> float:
    """20 ids × 100 versions in random order, two of them, one killed and started again"""
    versions = [(f"local:{number % 20}", number // 20 + 1) for number in range(2000)]
    random.Random(1).shuffle(versions)
    peer.start("one")
    other = peer.start("two")
    for first in range(0, 2000, 200):
        await peer.plant.publish(versions[first : first + 200])
        await asyncio.sleep(0.2)
        if first == 1000:
            other.kill()
            peer.start("two")
    return time.monotonic()


async def poison_among_good_ones(peer: Peer) -> float:
    """Each kind of entry that cannot be indexed, ten times, each between good neighbours"""
    for number, raw in enumerate(POISON * 10):
        await peer.plant.publish([(f"local:{number}", 1)])
        await peer.plant.add(raw)
    peer.start()
    return time.monotonic()


async def ten_seconds_of_429(peer: Peer) -> float:
    """10 s of 429 under load"""
    await peer.plant.publish((f"local:{number}", 1) for number in range(5000))
    peer.plant.opensearch.status = 429
    peer.start()
    await asyncio.sleep(10)
    peer.plant.opensearch.status = None
    return time.monotonic()


async def ten_seconds_without_opensearch(peer: Peer) -> float:
    """10 s without OpenSearch under load"""
    await peer.plant.publish((f"local:{number}", 1) for number in range(5000))
    await peer.plant.index_line.down()
    peer.start()
    await asyncio.sleep(10)
    peer.plant.index_line.up()
    return time.monotonic()


async def a_lost_reply_of_xreadgroup(peer: Peer) -> float:
    """The answer to XREADGROUP lost three times"""
    peer.start()
    await asyncio.sleep(2)
    peer.plant.redis_line.lose_reply("xreadgroup", 3)
    for each in range(3):
        await peer.plant.publish((f"local:{each}-{one}", 1) for one in range(100))
        await asyncio.sleep(1)
    return time.monotonic()


async def a_stream_replayed_twice(peer: Peer) -> float:
    """The whole stream once more, three versions of each article"""
    await peer.plant.publish((f"local:{number % 500}", number // 500 + 1) for number in range(1500))
    peer.start()
    await peer.plant.figures(time.monotonic(), _PATIENCE)
    await peer.plant.rewind()
    return time.monotonic()


SCENARIOS: tuple[Scenario, ...] = (
    killed_before_the_acknowledgement,
    published_before_the_first_start,
    a_dead_consumers_entries,
    old_and_new_in_any_order,
    poison_among_good_ones,
    ten_seconds_of_429,
    ten_seconds_without_opensearch,
    a_lost_reply_of_xreadgroup,
    a_stream_replayed_twice,
)


async def run(scenario: Scenario, binary: str, opensearch_url: str, home: Path) -> tuple[Figures, bool]:
    """What became of everything, and whether the peer got done within 45 seconds."""
    with started_valkey(home) as valkey:
        async with plant(valkey, opensearch_url, f"p{uuid.uuid4().hex[:12]}-", home) as made:
            await prepare_index(made.index, made.names, 0, "default")
            began = await scenario(Peer(made, binary))
            try:
                return await made.figures(began, _PATIENCE), True
            except TimeoutError:
                return await made.tally(time.monotonic() - began), False


def main(binary: str) -> int:
    """1 where the peer cannot be run."""
    if not Path(binary).is_file():
        print(f"there is no peer at {binary or '(none)'}: build it, and say make chaos-peer PEER=file")
        return 1
    print(f"{'scenario':<40}{'accepted':>10}{'indexed':>10}{'dead':>6}{'stale':>7}{'lost':>7}{'seconds':>9}")
    with TemporaryDirectory(prefix="wiredesk-peer-") as directory, opensearch(Path(directory)) as url:
        for scenario in SCENARIOS:
            home = Path(directory, scenario.__name__)
            home.mkdir()
            one, is_done = asyncio.run(run(scenario, binary, url, home))
            told = f"{one.seconds:9.1f}" if is_done else "    never"
            figures = f"{one.accepted:>10,}{one.indexed:>10,}{one.dead:>6,}{one.stale:>7,}{one.lost:>7,}"
            print(f"{scenario.__name__:<40}{figures}{told}", flush=True)
    print(f"{len(SCENARIOS)} scenarios run against the peer; never: not done {_PATIENCE:.0f} s after the fault")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
