"""Whether the files that the settings name can be read, by us and by nobody else; and the room on their disk."""

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from services.certificates import ends_at
from services.health.finding import Finding, bad, warn, well

_SOON = timedelta(days=60)
_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000
_ASSIGNED = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
_SECRET = re.compile(r"(?:PASSWORD|_KEY|SECRET|TOKEN)$")


def judge_private(path: Path, setting: str, read: Callable[[Path], object]) -> Finding:
    """On a file with secrets; `read` raises OSError or ValueError where it cannot be used. Missing it is made later."""
    if not path.exists():
        if not os.access(_nearest(path.parent), os.W_OK):
            return bad("files", f"{path} cannot be made", f"chown its directory, or mend {setting}")
        return well("files", f"{path} is not there yet")
    try:
        read(path)
    except (OSError, ValueError) as problem:
        return bad("files", f"{path} cannot be used: {problem}", f"mend it, or {setting}")
    return _judge_mode(path) or well("files", f"{path} is readable, and ours alone")


def _judge_mode(path: Path) -> Finding | None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return bad("files", f"others on this machine can read {path}", f"chmod 600 {path}")
    return None


def judge_authority(path: Path, now: datetime) -> Finding:
    """On the certificate that OpenSearch's is checked with."""
    try:
        until = ends_at(path.read_bytes())
    except (OSError, ValueError) as problem:
        return bad("files", f"{path} cannot be used: {problem}", "mend WIREDESK_OPENSEARCH_CA_FILE: a PEM certificate")
    if until < now:
        return bad("files", f"{path} was valid until {until:%Y-%m-%d}", "wiredesk secrets makes certificates anew")
    if until < now + _SOON:
        return warn("files", f"{path} is valid until {until:%Y-%m-%d}", "wiredesk secrets makes certificates anew")
    if stat.S_IMODE(path.stat().st_mode) & 0o022:
        return bad("files", f"others on this machine can change {path}", f"chmod 644 {path}")
    return well("files", f"{path} is valid until {until:%Y-%m-%d}")


def judge_room(directory: Path, setting: str) -> Finding:
    """On a directory that is written to: may it be, and is there room."""
    if not directory.is_dir() or not os.access(directory, os.W_OK | os.X_OK):
        return bad("disk", f"{directory} is no directory that can be written to", f"make it, or mend {setting}")
    free = shutil.disk_usage(directory).free
    told = f"{free / 1e9:,.1f} GB are free in {directory}"
    if free < _TOO_LITTLE:
        return bad("disk", told, f"make room, or mend {setting}")
    return warn("disk", told, f"make room, or mend {setting}") if free < _LITTLE else well("disk", told)


def read_env(path: Path) -> dict[str, str]:
    """The variables that an .env file sets. Raises OSError or UnicodeDecodeError."""
    return {name: value.strip().strip("'\"") for name, value in _ASSIGNED.findall(path.read_text(encoding="utf-8"))}


def judge_env(path: Path, values: dict[str, str]) -> Iterator[Finding]:
    """On an .env file itself: who can read it, and which secrets are missing."""
    if finding := _judge_mode(path):
        yield finding
    blank = [name for name in env_secrets(values) if not values[name]]
    if blank:
        yield bad("secrets", f"{path} says nothing for {', '.join(blank)}", "wiredesk secrets fills them in")


def env_secrets(values: dict[str, str]) -> dict[str, str]:
    """Those of the variables whose names say that they are secret."""
    return {name: value for name, value in values.items() if _SECRET.search(name)}


def _nearest(directory: Path) -> Path:
    """The directory, or the nearest above it that is there."""
    return next(one for one in (directory, *directory.absolute().parents) if one.exists())
