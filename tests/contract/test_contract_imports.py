"""Who may import whom."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path.relative_to(ROOT) for top in ("schemas", "services") for path in (ROOT / top).rglob("*.py"))
OWNERS = {
    "faststream": {
        "services/indexer/app.py",
        "services/indexer/consume.py",
        "services/ingest/app.py",
        "services/ingest/publish.py",
        "services/streams.py",
    },
    "opensearchpy": {
        "services/alerts/changes.py",
        "services/alerts/deliver.py",
        "services/alerts/follow.py",
        "services/alerts/look.py",
        "services/alerts/prepare.py",
        "services/alerts/registry.py",
        "services/backup/back_up.py",
        "services/backup/indices.py",
        "services/backup/restore.py",
        "services/backup/retention.py",
        "services/cli/alert_servers.py",
        "services/cli/client.py",
        "services/cli/purge.py",
        "services/cli/reindex.py",
        "services/cli/retag.py",
        "services/cli/search.py",
        "services/cli/tags.py",
        "services/health/read_index.py",
        "services/index/client.py",
        "services/indexer/app.py",
        "services/indexer/held.py",
        "services/indexer/prepare.py",
        "services/indexer/store.py",
        "services/ingest/app.py",
        "services/ingest/library.py",
        "services/loops.py",
        "services/rebuild/compare.py",
        "services/rebuild/copy.py",
        "services/rebuild/plan.py",
        "services/rebuild/run.py",
        "services/rebuild/switch.py",
        "services/search/index.py",
    },
    "opentelemetry": {"services/trace_export.py", "services/tracing.py"},
    "redis": {
        "services/alerts/app.py",
        "services/alerts/changes.py",
        "services/alerts/deliver.py",
        "services/alerts/measure.py",
        "services/alerts/overview.py",
        "services/alerts/queue.py",
        "services/alerts/send.py",
        "services/alerts/told.py",
        "services/backup/back_up.py",
        "services/backup/keys.py",
        "services/backup/restore.py",
        "services/backup/streams.py",
        "services/cli/alert_servers.py",
        "services/cli/client.py",
        "services/cli/dead_letters.py",
        "services/cli/purge.py",
        "services/cli/reindex.py",
        "services/cli/replay.py",
        "services/cli/retag.py",
        "services/cli/server_checks.py",
        "services/cli/tags.py",
        "services/consumer_group.py",
        "services/dead_letters.py",
        "services/health/permissions.py",
        "services/health/read_redis.py",
        "services/indexer/app.py",
        "services/indexer/consume.py",
        "services/indexer/measure.py",
        "services/indexer/outcomes.py",
        "services/indexer/settle.py",
        "services/indexer/suspects.py",
        "services/indexer/trim.py",
        "services/ingest/app.py",
        "services/ingest/changes.py",
        "services/ingest/clusters.py",
        "services/ingest/feeds/run.py",
        "services/ingest/feeds/state.py",
        "services/ingest/hints.py",
        "services/ingest/idempotency.py",
        "services/ingest/publish.py",
        "services/ingest/rates.py",
        "services/ingest/receipts.py",
        "services/ingest/repeated.py",
        "services/ingest/replicated.py",
        "services/ingest/state.py",
        "services/loops.py",
        "services/publishers/last_use.py",
        "services/rebuild/lock.py",
        "services/redis_answers.py",
        "services/redis_client.py",
        "services/search/live.py",
        "services/streams.py",
    },
}
SERVICES = ("services/ingest", "services/indexer", "services/index", "services/alerts", "services/search")
AUDIT = """
import importlib, json, sys
# urllib3 binds a socket to ::1 to learn whether this machine has IPv6; nothing is sent by that
OPENING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event.startswith("socket.") else None)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps([event for event in seen if event in OPENING]))
"""


def dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    """Every module that the file imports, anywhere in it; for `from a import b` both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def imports_of(folder: str) -> list[tuple[str, str]]:
    return [(str(path), name) for path in FILES if path.is_relative_to(folder) for name in sorted(imported(path))]


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def test_there_is_something_to_check() -> None:
    assert len(FILES) > 50
    assert ("services/indexer/decide.py", "schemas.events.ARTICLE_EVENT") in imports_of("services/indexer")


def test_schemas_import_pydantic_and_nothing_of_ours() -> None:
    allowed = {"schemas", "pydantic", *sys.stdlib_module_names}
    assert [one for one in imports_of("schemas") if one[1].partition(".")[0] not in allowed] == []


@pytest.mark.parametrize(
    ("folder", "package"),
    [
        ("services/ingest", "services.indexer"),
        ("services/indexer", "services.ingest"),
        ("services/index", "services.ingest"),
        ("services/index", "services.indexer"),
        ("services/vocabulary", "services.ingest"),
        ("services/vocabulary", "services.indexer"),
        *(("services/search", package) for package in ("services.ingest", "services.indexer", "services.alerts")),
        *(
            (folder, "services.search")
            for folder in ("services/ingest", "services/indexer", "services/index", "services/alerts", "services/cli")
        ),
        *((folder, "services.alerts") for folder in ("services/ingest", "services/indexer", "services/index")),
        *(("services/alerts", package) for package in ("services.ingest", "services.indexer")),
        *((folder, "services.cli") for folder in SERVICES),
    ],
)
def test_a_package_never_imports_the_other(folder: str, package: str) -> None:
    assert [one for one in imports_of(folder) if within(one[1], package)] == []


@pytest.mark.parametrize("client", sorted(OWNERS))
def test_a_client_is_imported_only_by_the_modules_that_own_it(client: str) -> None:
    found = {str(path) for path in FILES if any(within(name, client) for name in imported(path))}
    assert found == OWNERS[client]


@pytest.mark.parametrize("folder", [folder for folder in SERVICES if folder != "services/index"])
def test_importing_a_service_opens_no_connection(folder: str) -> None:
    modules = [dotted(path) for path in FILES if path.is_relative_to(folder)]
    command = [sys.executable, "-c", AUDIT, json.dumps(modules)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == []
