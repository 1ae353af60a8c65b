"""`python -m benchmarks.quality SETS [QUESTION]...`: every figure, and whether it is what is wanted."""

import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.quality.figures import Figure, MissingSet, lines

QUESTIONS = ("html_text", "plain_text", "metadata", "tags", "duplicates", "search")


def main(sets: Path, questions: tuple[str, ...]) -> int:
    """Prints each question's figures; 1 where one was missed or a set is not there."""
    figures: list[Figure] = []
    absent: list[str] = []
    for question in questions:
        module = import_module(f"benchmarks.quality.{question}")
        started = time.monotonic()
        print((module.__doc__ or "").splitlines()[0], flush=True)
        try:
            measured = module.measure(sets)
        except MissingSet as missing:
            absent.append(str(missing))
            print(f"  {missing}")
            continue
        figures += measured
        print("\n".join(lines(measured)), f"  ({time.monotonic() - started:.0f} s)", sep="\n", flush=True)
    wanted = [one for one in figures if one.wanted is not None]
    missed = [one.name for one in wanted if one.is_missed]
    told = f"; missed: {', '.join(missed)}" if missed else ""
    print(f"{len(wanted) - len(missed)} of {len(wanted)} figures met{told}{'; absent sets' if absent else ''}")
    return 1 if missed or absent else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), tuple(sys.argv[2:]) or QUESTIONS))
