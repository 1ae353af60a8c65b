"""The files of a backup: lines of JSON in zstd, and a manifest with their checksums."""

import hashlib
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MANIFEST = "manifest.json"
_LEVEL = 3
_ALL = 1 << 256


class CannotBackUp(Exception):
    """Nothing was written, or what was is removed again; the message says why, and what to do."""


class CannotRestore(Exception):
    """What is there is not restored, or not whole; the message says why, and what to do."""


class File(BaseModel):
    """One file of a backup. `content` is a checksum of its lines in any order, `body` what an index is made with."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["keys", "stream", "index", "registry"]
    of: str
    lines: int = 0
    content: str = ""
    bytes: int
    sha256: str
    body: dict[str, Any] | None = None


class Manifest(BaseModel):
    """What a backup is of. All that was accepted up to `begun_at` is in it, of what came until `ended_at` a part."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    wiredesk: str
    begun_at: AwareDatetime
    ended_at: AwareDatetime
    redis: str
    opensearch: str | None
    index_prefix: str
    search_template: dict[str, Any] | None = None
    files: tuple[File, ...]

    def of_kind(self, kind: str) -> list[File]:
        """The files of this kind, in the order in which they were written."""
        return [file for file in self.files if file.kind == kind]


class Content:
    """A checksum of many pieces that does not depend on their order."""

    def __init__(self) -> None:
        self._sum = 0
        self.pieces = 0

    def add(self, piece: bytes) -> None:
        """Counts this piece in."""
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(piece).digest())) % _ALL
        self.pieces += 1

    def told(self) -> str:
        """The checksum of all pieces so far, in hexadecimal."""
        return f"{self._sum:064x}"


class Lines:
    """Writes one file of lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = zstd.open(path, "wb", level=_LEVEL)
        self._content = Content()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def count(self) -> int:
        """How many lines were written."""
        return self._content.pieces

    def add(self, line: Any) -> None:
        """Writes one line."""
        text = orjson.dumps(line, option=orjson.OPT_SORT_KEYS)
        self._content.add(text)
        self._file.write(text + b"\n")

    def told(self, kind: Literal["keys", "stream", "index"], of: str, body: dict[str, Any] | None = None) -> File:
        """Ends the file; what the manifest says of it."""
        self._file.close()
        told = {"lines": self._content.pieces, "content": self._content.told(), "body": body}
        return described(self._path, kind, of).model_copy(update=told)


def described(path: Path, kind: Literal["keys", "stream", "index", "registry"], of: str) -> File:
    """What the manifest says of a file."""
    return File(name=path.name, kind=kind, of=of, bytes=path.stat().st_size, sha256=_sha256(path))


def lines_of(directory: Path, file: File) -> Iterator[Any]:
    """Every line of a file."""
    if not file.lines:
        return
    with zstd.open(directory / file.name, "rb") as opened:
        for line in opened:
            yield orjson.loads(line)


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a whole and unchanged backup. Raises CannotRestore."""
    try:
        manifest = Manifest.model_validate_json((directory / MANIFEST).read_bytes())
    except FileNotFoundError as gone:
        raise CannotRestore(f"{directory} is no backup: it has no {MANIFEST}") from gone
    except ValidationError as problem:
        raise CannotRestore(f"{directory / MANIFEST} cannot be read; was it written by a newer version?") from problem
    for file in manifest.files:
        path = directory / file.name
        if not path.is_file():
            raise CannotRestore(f"{path} is missing; nothing was restored")
        if path.stat().st_size != file.bytes or _sha256(path) != file.sha256:
            raise CannotRestore(f"{path} is not as it was written; nothing was restored")
    return manifest


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Writes the manifest."""
    (directory / MANIFEST).write_bytes(orjson.dumps(manifest.model_dump(mode="json"), option=orjson.OPT_INDENT_2))


def stamp(instant: datetime) -> str:
    """An instant for people, to the second, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
