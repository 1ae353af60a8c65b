"""What was accepted, kept as it was posted: written once a second, never in the way of an answer."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from services.ingest.archive_files import BUCKETS, Bucket, Directory, OpenFile, end_left_open, opened
from services.ingest.archive_record import Missed, Record
from services.ingest.settings import IngestSettings

_EVERY_SECONDS = 1.0
_MOST_WAITING = 64_000_000
log = logging.getLogger(__name__)


class Archive:
    """Takes records in memory and writes them on disk a second later; a bucket gets files as soon as they are full.

    What cannot be written waits, up to 64 MB; what comes beyond that is missed, counted, and told in the next file.
    """

    def __init__(
        self,
        spool: Path,
        bucket: Bucket | None,
        file_bytes: int,
        file_age: timedelta,
        now: Callable[[], datetime],
        missed: Callable[[], None] = lambda: None,
    ) -> None:
        self._spool, self._bucket = spool, bucket
        self._file_bytes, self._file_age, self._now = file_bytes, file_age, now
        self._tell_of_missed = missed
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._missed: Missed | None = None
        self._file: OpenFile | None = None
        self._taking, self._writing = threading.Lock(), threading.Lock()

    def add(self, record: Record) -> None:
        """Takes the record; returns at once."""
        line = record.model_dump_json(exclude_defaults=True).encode()
        with self._taking:
            if self._bytes + len(line) > _MOST_WAITING:
                self._miss(record.at)
            else:
                self._waiting.append(line)
                self._bytes += len(line)

    def write(self, ending: bool = False) -> None:
        """Writes what waits; ends the file where it is full, or old, or `ending`. Raises OSError, and all waits on."""
        with self._writing:
            with self._taking:
                lines, missed = self._waiting, self._missed
                self._waiting, self._bytes, self._missed = [], 0, None
            told = [missed.model_dump_json().encode()] if missed else []
            try:
                self._write([*told, *lines])
            except OSError:
                with self._taking:
                    self._waiting, self._missed = [*lines, *self._waiting], missed or self._missed
                    self._bytes = sum(map(len, self._waiting))
                raise
            if self._file and (ending or self._is_done(self._file)):
                self._file.close()
                self._file = None
            self._send()

    def _write(self, lines: list[bytes]) -> None:
        if lines:
            self._file = self._file or OpenFile(self._spool, self._now())
            self._file.add(lines)

    def _is_done(self, file: OpenFile) -> bool:
        return file.bytes >= self._file_bytes or self._now() - file.begun_at >= self._file_age

    def _send(self) -> None:
        """Gives closed files to the bucket, those of an earlier run too. Raises OSError."""
        if self._bucket is None:
            return
        spool = Directory(self._spool)
        for name in spool.names() if self._spool.is_dir() else []:
            if name.endswith(".zst"):
                with spool.read(name) as file:
                    self._bucket.write(name, file.read())
                spool.remove(name)

    def _miss(self, at: datetime) -> None:
        before = self._missed
        if before is None:
            log.error("the archive takes nothing more: what is accepted now is missing there")
        self._missed = Missed(missed=before.missed + 1 if before else 1, since=before.since if before else at, until=at)
        self._tell_of_missed()


@asynccontextmanager
async def archiving(
    settings: IngestSettings, now: Callable[[], datetime], missed: Callable[[], None]
) -> AsyncIterator[Archive | None]:
    """The archive of these settings, written to until the end; None where there is none.

    Raises OSError where it cannot be written to, ImportError without what speaks to buckets.
    """
    where = settings.archive
    if not where:
        yield None
        return
    directory = settings.spool_dir / "archive" if where.startswith(BUCKETS) else Path(where)
    directory.mkdir(parents=True, exist_ok=True)
    end_left_open(directory)
    found = opened(where)
    bucket = found if isinstance(found, Bucket) else None
    archive = Archive(directory, bucket, settings.archive_file_bytes, settings.archive_file_age, now, missed)
    writing = asyncio.create_task(_keep_writing(archive))
    try:
        yield archive
    finally:
        writing.cancel()
        await asyncio.to_thread(_last, archive)


async def _keep_writing(archive: Archive) -> None:
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            await asyncio.to_thread(archive.write)
        except OSError as problem:
            log.error("the archive could not be written, and is tried again", extra={"cause": str(problem)})


def _last(archive: Archive) -> None:
    try:
        archive.write(ending=True)
    except OSError as problem:
        log.error("the end of the archive could not be written", extra={"cause": str(problem)})
