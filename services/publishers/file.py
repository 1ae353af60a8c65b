"""The file of publishers: read, changed, and watched by running services."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from services import locked_file
from services.publishers.model import Registry, complaint

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0


def read(path: Path) -> Registry:
    """What the file says. Raises OSError, and ValueError with a JSON pointer to what cannot be used."""
    return _parsed(path, path.read_bytes())


def change(path: Path, alter: Callable[[Registry], Registry]) -> Registry:
    """Writes what `alter` makes of the file's content, one process at a time; a missing file begins empty.

    Readers see the old file or the new one, never a half. Its mode is 0600 and its owner stays. Raises OSError, and
    ValueError for a file that cannot be used; what `alter` raises leaves the file as it was.
    """
    changed: list[Registry] = []

    def altered(content: bytes | None) -> bytes:
        changed.append(alter(Registry() if content is None else _parsed(path, content)))
        return changed[0].model_dump_json(indent=2, exclude_none=True).encode() + b"\n"

    locked_file.change(path, altered)
    return changed[0]


def _parsed(path: Path, content: bytes) -> Registry:
    try:
        return Registry.model_validate_json(content)
    except ValidationError as problem:
        raise ValueError(f"{path}: {complaint(problem)}") from None


class WatchedFile:
    """The file as a running service sees it: looked at when it is asked for, at most once a second.

    Missing at the start, it has no publishers until it comes; broken at the start, it raises like `read`. Later a file
    that is broken or gone leaves in force what was read last, and the log says so once.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._looked_at = clock()
        self._seen = locked_file.stamp(path)
        self._registry = Registry() if self._seen is None else read(path)

    def registry(self) -> Registry:
        """The newest content that could be used; the same object until that changes."""
        now = self._clock()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._looked_at = now
            self._look()
        return self._registry

    def _look(self) -> None:
        try:
            stamp = locked_file.stamp(self._path)
        except OSError:
            stamp = None
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._registry = read(self._path)
        except (OSError, ValueError) as problem:
            log.error("publishers stay as they were", extra={"file": str(self._path), "problem": str(problem)})
        else:
            log.info("publishers read anew", extra={"publishers": len(self._registry.publishers)})
