"""`python -m tests.fuzz.run_openapi`: schemathesis on the OpenAPI document, against a whole Wiredesk."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.servers import Servers, whole_stack

SECONDS = 150
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "ignored_auth",
    "unsupported_method",
    "missing_required_header",
)
_CASES = re.compile(r"(\d+) generated")
_FAILURES = re.compile(r"=+ (\d+) (?:failures?|errors?)[^=]* in ")


def command(servers: Servers, seed: int, seconds: int) -> list[str]:
    """The bounded run, with a key on every request."""
    return [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{servers.url}/openapi.json",
        *(f"--header={name}: {value}" for name, value in servers.headers.items()),
        f"--checks={','.join(_CHECKS)}",
        f"--seed={seed}",
        f"--max-time={seconds}",
        "--phases=examples,coverage,fuzzing",
        "--continue-on-failure",
        "--generation-database=none",
        "--request-timeout=30",
        "--warnings=off",
        "--no-color",
    ]


def main() -> int:
    """Returns what schemathesis returns; the last line sums up."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--seconds", type=int, default=SECONDS)
    reading.add_argument("--seed", type=int, default=1)
    told = reading.parse_args()
    print(f"schemathesis for {told.seconds} s, seed {told.seed}", flush=True)
    with whole_stack() as servers, tempfile.TemporaryDirectory(prefix="wiredesk-fuzz-") as folder:
        environment = {"SCHEMATHESIS_HOOKS": "tests.fuzz.openapi_hooks", "PYTHONPATH": str(Path.cwd())}
        run = subprocess.run(
            command(servers, told.seed, told.seconds),
            cwd=folder,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        ready = servers.is_ready()
    print(run.stdout if run.returncode else "")
    if not ready:
        print("WRONG: the process is not what it was: it does not answer /readyz")
    cases, failures = (found[1] if (found := form.search(run.stdout)) else "0" for form in (_CASES, _FAILURES))
    print(f"schemathesis {int(cases):,} cases: {failures} failures")
    return 0 if run.returncode == 0 and ready and int(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
