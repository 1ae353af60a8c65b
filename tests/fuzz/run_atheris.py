"""`python -m tests.fuzz.run_atheris`: atheris on the readers of XML and HTML, each in a process of its own.

Any exception but Rejected is a crash, and so is an input that takes ten seconds or two gigabytes.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.errors import Rejected
from tests.fuzz import samples

SECONDS = 60
_AT_ONCE = 2
_MOST_BYTES = 8_192
TARGETS = {
    **dict.fromkeys(("feed", "newsml_g2", "nitf", "sitemap", "xml"), "xml"),
    **dict.fromkeys(("page_html", "html_text"), "html"),
}
"""Each reader, and the kind of its samples."""


def fuzz(name: str, folder: Path, seconds: int, seed: int) -> None:
    """Fuzzes one target in this process, which ends with it."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    with atheris.instrument_imports(include=["services.ingest.formats"]):
        from tests.fuzz.atheris_targets import READERS
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, body in enumerate(samples.load().by_kind[TARGETS[name]]):
        (corpus / f"{number:04}").write_bytes(body)

    def target(data: bytes) -> None:
        try:
            READERS[name](data)
        except Rejected:
            return

    options = {"max_total_time": seconds, "timeout": 10, "rss_limit_mb": 2048, "max_len": _MOST_BYTES, "seed": seed}
    told = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={folder}/", "-verbosity=1", *told], target)
    atheris.Fuzz()


def _fuzzed(name: str, seconds: int, seed: int) -> tuple[bool, int]:
    """Whether the target crashed, and how many inputs it was given."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-fuzz-") as folder:
        arguments = [sys.executable, "-m", "tests.fuzz.run_atheris", "--target", name, "--folder", folder]
        told = [f"--seconds={seconds}", f"--seed={seed}"]
        run = subprocess.run(
            [*arguments, *told],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds * 4 + 120,
            check=False,
        )
        output = run.stdout.decode(errors="replace")
        found = re.search(r"Done (\d+) runs|stat::number_of_executed_units:\s*(\d+)", output)
        inputs = int(found[1] or found[2]) if found else 0
        crashed = run.returncode != 0 or not inputs
        print(f"  {name}: {inputs:,} inputs{', CRASHED' if crashed else ''}", flush=True)
        if crashed:
            print(output[-4000:])
            for artifact in Path(folder).glob("*-*"):
                print(f"  {artifact.name}: {artifact.read_bytes()!r}")
    return crashed, inputs


def main() -> int:
    """Returns 1 where a target crashed; the last line sums up."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--target", choices=TARGETS, action="append")
    reading.add_argument("--folder", type=Path, help="Fuzz here and now, with everything in this folder.")
    reading.add_argument("--seconds", type=int, default=SECONDS)
    reading.add_argument("--seed", type=int, default=1)
    told = reading.parse_args()
    names = told.target or list(TARGETS)
    if told.folder:
        fuzz(names[0], told.folder, told.seconds, told.seed)
    print(f"atheris on {len(names)} targets, {told.seconds} s each, seed {told.seed}", flush=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = list(pool.map(lambda name: _fuzzed(name, told.seconds, told.seed), names))
    crashes, inputs = sum(crashed for crashed, _ in done), sum(number for _, number in done)
    print(f"atheris {len(names)} targets, {inputs:,} inputs: {crashes} crashes")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
