"""`python -m tests.chaos [NAME]...`: a line a scenario; fails where something was lost, stale or doubled."""

import asyncio
import sys
import time
import traceback
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.plant import Figures, plant
from tests.chaos.scenarios import SCENARIOS, Scenario
from tests.chaos.servers import opensearch, started_valkey

_LONGEST = 400
_HEAD = ("accepted", "indexed", "dead", "doubled", "stale", "lost", "seconds")


async def run(scenario: Scenario, opensearch_url: str, home: Path) -> Figures:
    """One scenario on a Valkey of its own. Raises what went wrong."""
    prefix = f"c{uuid.uuid4().hex[:12]}-"
    with started_valkey(home) as valkey:
        async with plant(valkey, opensearch_url, prefix, home) as made, asyncio.timeout(_LONGEST):
            return await scenario(made)


def main(names: list[str]) -> int:
    """1 where a scenario did not end whole."""
    chosen = {name: scenario for name, scenario in SCENARIOS.items() if not names or name in names}
    failed: list[str] = []
    began = time.monotonic()
    print(f"{'scenario':<44}" + "".join(f"{one:>10}" for one in _HEAD))
    with TemporaryDirectory(prefix="wiredesk-chaos-") as directory, opensearch(Path(directory)) as url:
        for number, (name, scenario) in enumerate(chosen.items()):
            if not _told(name, scenario, url, Path(directory, str(number))):
                failed.append(name)
    told = f"; not whole: {', '.join(failed)}" if failed else ""
    print(f"{len(chosen) - len(failed)} of {len(chosen)} scenarios whole in {time.monotonic() - began:.0f} s{told}")
    return 1 if failed or not chosen else 0


def _told(name: str, scenario: Scenario, url: str, home: Path) -> bool:
    """Runs one and prints its line; whether it ended whole."""
    home.mkdir()
    try:
        one = asyncio.run(run(scenario, url, home))
    except Exception as problem:
        traceback.print_exc(limit=4)
        for log in sorted(home.glob("service-*.log"))[-2:]:
            print(f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-12:]))
        print(f"{name:<44}FAILED: {type(problem).__name__}: {problem}", flush=True)
        return False
    figures = (one.accepted, one.indexed, one.dead, one.duplicates, one.stale, one.lost)
    print(f"{name:<44}" + "".join(f"{value:>10,}" for value in figures) + f"{one.seconds:>10.1f}", flush=True)
    return one.is_whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
