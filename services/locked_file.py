"""A small file with secrets, changed by one process at a time and read by others meanwhile."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from filelock import FileLock, Timeout

_LOCK_SECONDS = 10.0


def change(path: Path, alter: Callable[[bytes | None], bytes]) -> None:
    """Writes what `alter` makes of the file's content (None where there is no file).

    Readers see the old file or the new one, never a half. Its mode is 0600 and its owner stays. Raises OSError; what
    `alter` raises leaves the file as it was.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(target.with_name(target.name + ".lock"), timeout=_LOCK_SECONDS, mode=0o600):
            _write(target, alter(target.read_bytes() if target.exists() else None))
    except Timeout as problem:
        raise OSError(f"{path} has been locked by another process for {_LOCK_SECONDS:.0f} s") from problem


def stamp(path: Path) -> tuple[int, ...] | None:
    """What differs when the file does, None without one; ctime, because it may become readable with no other change."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_size


def _write(target: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as new:  # its mode is 0600
        try:
            new.write(content)
            if target.exists():
                with suppress(PermissionError):
                    os.fchown(new.fileno(), target.stat().st_uid, target.stat().st_gid)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).rename(target)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
