"""`python -m tests.fuzz`: every kind of odd input, one after another; the last line sums up."""

import subprocess
import sys
import time

RUNS = ("malformed", "mutations", "openapi", "atheris")


def main() -> int:
    """Returns 1 where any of them missed something."""
    failed, summaries = False, []
    for name in RUNS:
        started = time.monotonic()
        command = [sys.executable, "-u", "-m", f"tests.fuzz.run_{name}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as run:
            last = ""
            for line in run.stdout or ():
                print(line, end="", flush=True)
                last = line.strip() or last
        failed = failed or run.returncode != 0
        summaries.append(last if run.returncode in (0, 1) else f"{name} ended with {run.returncode}")
        print(f"  ({time.monotonic() - started:.0f} s)", flush=True)
    print(f"fuzz{' FAILED' if failed else ''}: {'; '.join(summaries)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
