"""`make bench-guard`: does any step of an article's way cost more CPU than the baseline says?

A step's cost is the least CPU time it took, in thousandths of a fixed loop that is measured in between (about a
microsecond): a faster machine does both faster, and a busy one disturbs the least of thirty times hardly. Twelve runs,
six of them beside two processes that kept both cores busy, differed by at most 6 % in any step. So where a step costs
15 % and a tenth of a microsecond more than benchmarks/guard.json has it, it is measured once more by itself, and where
it still does, it is named and the exit code is 1. `--write` writes the file, when a change is meant to cost what it
does. The unit hides how fast a machine is, but not all of what it is like: on another kind of processor, or another
Python, write a baseline of your own before you change something.
"""

import gc
import json
import platform
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import orjson

from benchmarks.processes import say
from benchmarks.steps import Step, steps

BASELINE = Path(__file__).with_suffix(".json")
_ROUNDS = 30
_TOLERANCE, _ALWAYS_TOLERATED = 0.15, 0.1
_LEAST_MILLISECONDS = 2
_TEXT = "Ships waited outside the port while prices rose for a third month, said 12 people present. " * 12
_WORD = re.compile(r"\w{4,}")
Costs = Mapping[str, float]
"""From a step's name to its cost for one article, page or search, in thousandths of the unit."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a step costs and what the baseline says, None for a step that it does not know."""

    name: str
    now: float
    before: float | None

    @property
    def is_dearer(self) -> bool:
        """Whether it costs more than is tolerated."""
        return self.before is None or self.now > self.before * (1 + _TOLERANCE) + _ALWAYS_TOLERATED

    def __str__(self) -> str:
        told = f"{self.name:<24}{self.now:10.3f}"
        if self.before is None:
            return f"{told}  is not in the baseline"
        return f"{told}{self.before:10.3f}{self.now / self.before - 1:+8.0%}{'  DEARER' if self.is_dearer else ''}"


def compared(now: Costs, baseline: Costs) -> list[Change]:
    """Each step beside the baseline."""
    return [Change(name, cost, baseline.get(name)) for name, cost in now.items()]


def costs(measured: Sequence[Step], rounds: int = _ROUNDS) -> dict[str, float]:
    """The cost of each step: its least CPU time, by the least that the unit took in the same rounds."""
    times = {step.name: _times(step) for step in measured}
    least = dict.fromkeys(times, (sys.maxsize, sys.maxsize))
    for _ in range(rounds):
        for step in measured:
            unit, spent = _unit(), _spent(step, times[step.name])
            least[step.name] = (min(least[step.name][0], unit), min(least[step.name][1], spent))
    return {
        step.name: 1000 * least[step.name][1] / least[step.name][0] / len(step.on) / times[step.name]
        for step in measured
    }


def _times(step: Step) -> int:
    """How often to take all that the step is done with, so that the clock can tell."""
    return max(1, round(_LEAST_MILLISECONDS * 1e6 / max(1, _spent(step, 1))))


def _spent(step: Step, times: int) -> int:
    """CPU time of the step, in ns."""
    fresh = [step.fresh(one) for _ in range(times) for one in step.on]
    started = time.process_time_ns()
    for one in fresh:
        step.work(one)
    return time.process_time_ns() - started


def _unit() -> int:
    """CPU time of a fixed loop that does some of what the steps do, in ns; about a millisecond."""
    started = time.process_time_ns()
    for _ in range(20):
        words = _WORD.findall(_TEXT.lower())
        seen: dict[str, int] = {}
        for word in words:
            seen[word] = seen.get(word, 0) + 1
        hashes = sorted(crc32(word.encode()) for word in words)
        orjson.loads(orjson.dumps({"words": words, "seen": seen, "hashes": hashes}))
    return time.process_time_ns() - started


def checked(measured: Sequence[Step], baseline: Costs) -> list[Change]:
    """All steps beside the baseline; what seems dearer is measured again, and the lesser cost counts."""
    now = costs(measured)
    doubted = {one.name for one in compared(now, baseline) if one.is_dearer}
    if again := [step for step in measured if step.name in doubted]:
        say(f"measured again: {', '.join(sorted(doubted))}")
        now |= {name: min(cost, now[name]) for name, cost in costs(again, 2 * _ROUNDS).items()}
    return compared(now, baseline)


def main(words: Sequence[str]) -> int:
    """1 where a step costs more than the baseline says."""
    measured = steps()
    with _no_collection():
        if "--write" in words:
            return _write(costs(measured, 3 * _ROUNDS))
        baseline = json.loads(BASELINE.read_text())
        changes = checked(measured, baseline["costs"])
    print(f"{'step':<24}{'cost':>10}{'baseline':>10}  (Python {baseline['python']}, {baseline['machine']})")
    print(*changes, sep="\n")
    dearer = [one.name for one in changes if one.is_dearer]
    print(f"guard: {'DEARER: ' + ', '.join(dearer) if dearer else f'no step of {len(changes)} got dearer'}")
    return int(bool(dearer))


def _write(found: Costs) -> int:
    rounded = {name: round(cost, 4) for name, cost in found.items()}
    made = {"python": platform.python_version(), "machine": platform.machine(), "costs": rounded}
    BASELINE.write_text(json.dumps(made, indent=1) + "\n")
    print(f"guard: wrote {BASELINE.name}, {len(rounded)} steps")
    return 0


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage is collected meanwhile: it would be counted to whatever step it falls into."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
