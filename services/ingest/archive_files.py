"""The files of the archive: lines of JSON in zstd, a frame a second; in a directory, or in a bucket."""

import fcntl
import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUFFIX, OPEN = ".ndjson.zst", ".open"
BUCKETS = ("s3://",)
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Directory:
    """Files by their names, a day and an instant; `.open` ends the names of those that are still written to."""

    path: Path

    def names(self) -> list[str]:
        """Every file, the oldest first. Raises OSError where there is no such directory."""
        if not self.path.is_dir():
            raise FileNotFoundError(f"{self.path} is no directory")
        found = [*self.path.glob(f"*/*{SUFFIX}"), *self.path.glob(f"*/*{SUFFIX}{OPEN}")]
        return sorted(str(path.relative_to(self.path)) for path in found)

    def read(self, name: str) -> IO[bytes]:
        """The file, opened."""
        return (self.path / name).open("rb")

    def write(self, name: str, content: bytes) -> None:
        """Puts this in the place of the file."""
        part = (self.path / name).with_suffix(".part")
        part.write_bytes(content)
        part.replace(self.path / name)

    def remove(self, name: str) -> None:
        """Removes the file, and its day where nothing else is in that."""
        (self.path / name).unlink()
        with suppress(OSError):
            (self.path / name).parent.rmdir()


class Bucket:
    """The same in an S3-compatible store; AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and the like say where and who.

    Every method raises OSError where the store does not answer as it should.
    """

    def __init__(self, url: str) -> None:
        import obstore  # noqa: PLC0415 - an optional package
        import obstore.exceptions  # noqa: PLC0415
        from obstore.store import S3Store  # noqa: PLC0415

        endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
        self._obstore: Any = obstore
        self._store: Any = S3Store.from_url(url, client_options={"allow_http": endpoint.startswith("http://")})

    def names(self) -> list[str]:
        """Every file, the oldest first."""
        with self._asked():
            listed = [str(one["path"]) for page in self._obstore.list(self._store) for one in page]
        return sorted(name for name in listed if name.endswith(SUFFIX))

    def read(self, name: str) -> IO[bytes]:
        """The file, opened."""
        with self._asked():
            return io.BytesIO(self._obstore.get(self._store, name).bytes().to_bytes())

    def write(self, name: str, content: bytes) -> None:
        """Puts this in the place of the file."""
        with self._asked():
            self._obstore.put(self._store, name, content)

    def remove(self, name: str) -> None:
        """Removes the file."""
        with self._asked():
            self._obstore.delete(self._store, name)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except self._obstore.exceptions.BaseError as problem:
            raise OSError(f"the bucket does not answer as it should: {problem}") from problem


def opened(where: str) -> Directory | Bucket:
    """The archive at this path, or `s3://bucket/prefix`. Raises ImportError without what speaks to buckets."""
    return Bucket(where) if where.startswith(BUCKETS) else Directory(Path(where))


def day_of(name: str) -> str:
    """The day on which a file was begun, as in 2026-11-25."""
    return name.partition("/")[0]


def read_lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """Every whole line; a last None where the file ends within a frame, as it does when its writer was killed."""
    rest = b""
    with zstd.open(file, "rb") as lines:
        try:
            for line in lines:
                if not line.endswith(b"\n"):
                    rest = line
                    break
                yield line
        except (EOFError, zstd.ZstdError):
            yield None
            return
    if rest:
        yield None


def frame(lines: list[bytes]) -> bytes:
    """These lines as a frame that can be read without those before."""
    return zstd.compress(b"".join(line + b"\n" for line in lines), _LEVEL)


class OpenFile:
    """A file of the archive that is written to, frame by frame, each of them on disk when `add` returns."""

    def __init__(self, directory: Path, now: datetime) -> None:
        self.name = f"{now:%Y-%m-%d}/{now:%Y%m%dT%H%M%S}Z-{secrets.token_hex(4)}{SUFFIX}"
        self.begun_at = now
        self.bytes = 0
        self._path = directory / f"{self.name}{OPEN}"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def add(self, lines: list[bytes]) -> None:
        """Writes these lines. Raises OSError; then nothing of them is there."""
        rest = memoryview(frame(lines))
        size = len(rest)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(self.bytes)
            self._file.seek(self.bytes)
            raise
        self.bytes += size

    def close(self) -> None:
        """Ends the file, which has its name from now on."""
        self._file.close()
        self._path.rename(self._path.with_suffix(""))


def end_left_open(directory: Path) -> None:
    """Gives the files their names that a killed process was writing."""
    for path in directory.glob(f"*/*{SUFFIX}{OPEN}"):
        with path.open("rb") as file, suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.rename(path.with_suffix(""))
