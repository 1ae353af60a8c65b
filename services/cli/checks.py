"""Looks at what `wiredesk doctor` judges on this machine: the environment, files and limits."""

import os
import resource
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from services.cli.client import ClientSettings
from services.health import files
from services.health.configuration import (
    judge_secrets,
    known_names,
    read_all,
    secrets_of,
    unknown_names,
)
from services.health.finding import Finding, bad, warn
from services.health.machine import judge_files, judge_maps
from services.health.permissions import NEEDED
from services.ingest.feeds.file import FeedsFile
from services.publishers import file as publishers_file
from services.settings import ServerSettings

Settings = Mapping[str, ServerSettings]
_MAPS = Path("/proc/sys/vm/max_map_count")


def settings_kinds() -> dict[str, type[ServerSettings]]:
    """The settings of each service, found by its name as `python -m` finds the service; and of the command line."""
    named = {name: import_module(f"services.{name}.settings") for name in NEEDED}
    return {name: getattr(module, f"{name.capitalize()}Settings") for name, module in named.items()} | {
        "wiredesk": ClientSettings
    }


def check_settings(directory: Path) -> tuple[dict[str, ServerSettings], list[Finding]]:
    """Settings that can be read, by service, and what is wrong with variables and secrets, here and in .env."""
    kinds = settings_kinds()
    settings, findings = read_all(kinds)
    known = known_names(kinds.values())
    findings += unknown_names(os.environ, known, "in the environment")
    findings += judge_secrets(secrets_of(settings.values()))
    env = directory / ".env"
    if env.exists():
        try:
            values = files.read_env(env)
        except (OSError, ValueError) as problem:
            return settings, [*findings, bad("files", f"{env} cannot be used: {problem}", "mend it: NAME=value")]
        findings += unknown_names(values, known, f"in {env}")
        findings += files.judge_env(env, values)
        findings += judge_secrets({name: value for name, value in files.env_secrets(values).items() if value})
    return settings, findings


def readable(settings: Settings) -> ServerSettings | None:
    """Settings that name the servers, None where none can be read."""
    return next(iter(settings.values()), None)


def check_files(settings: Settings) -> list[Finding]:
    """On publishers, feeds, the authority's certificate and the directory of answers, as far as they are named."""
    found: list[Finding] = []
    ingest: Any = settings.get("ingest")
    if ingest is not None:
        if ingest.publishers_file:
            found.append(files.judge_private(ingest.publishers_file, "WIREDESK_PUBLISHERS_FILE", publishers_file.read))
        elif not ingest.api_key:
            found.append(
                warn("settings", "nobody can post: there is no key", "set WIREDESK_API_KEY or WIREDESK_PUBLISHERS_FILE")
            )
        if ingest.feeds_file:
            found.append(
                files.judge_private(ingest.feeds_file, "WIREDESK_FEEDS_FILE", lambda path: FeedsFile(path).read())
            )
        found.append(files.judge_room(ingest.spool_dir, "WIREDESK_SPOOL_DIR"))
    ours = readable(settings)
    if ours and ours.opensearch_ca_file:
        found.append(files.judge_authority(ours.opensearch_ca_file, datetime.now(UTC)))
    return found


def check_machine(settings: Settings) -> list[Finding]:
    """On open files, and on mapped ones, which OpenSearch needs."""
    told: dict[str, int] = {}
    for one in settings.values():
        told |= {name: getattr(one, name) for name in ("max_requests", "most_listeners") if hasattr(one, name)}
    maps = None
    with suppress(OSError, ValueError):
        maps = int(_MAPS.read_text())
    on_maps = judge_maps(maps)
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return [judge_files(limit, max(told.values(), default=0)), *([on_maps] if on_maps else [])]
