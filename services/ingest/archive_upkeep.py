"""The archive, as the law and the disk want it: without an article's texts, without what is old."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from services.ingest.archive_files import OPEN, Bucket, Directory, frame, read_lines
from services.ingest.archive_record import Missed, read_line

_LONGEST_WRITTEN_TO = timedelta(days=1)


@dataclass(slots=True)
class Forgotten:
    """How many submissions were removed; which other articles went with them, because they stood in one body with it.

    `still_written` are files that could not be changed, because ingest still writes to them.
    """

    submissions: int = 0
    others: set[str] = field(default_factory=set)
    still_written: list[str] = field(default_factory=list)


def forget(archive: Directory | Bucket, article_id: str, report: Callable[[str], None] = lambda _: None) -> Forgotten:
    """Removes every submission of this article's texts. Raises OSError."""
    forgotten = Forgotten()
    named = orjson.dumps(article_id)[1:-1]
    for name in archive.names():
        report(name)
        with closing(archive.read(name)) as file:
            lines = [line for line in read_lines(file) if line]
        concerned = [line for line in lines if named in line and _without(line, article_id, Forgotten()) != line]
        if concerned and name.endswith(OPEN):
            forgotten.still_written.append(name)
        elif concerned:
            kept = [_without(line, article_id, forgotten) if line in concerned else line for line in lines]
            archive.write(name, frame([line.rstrip(b"\n") for line in kept if line]))
    forgotten.others.discard(article_id)
    return forgotten


def _without(line: bytes, article_id: str, forgotten: Forgotten) -> bytes | None:
    """The line as it may stay, None where nothing of it may."""
    try:
        record = read_line(line)
    except ValueError:
        return line
    if isinstance(record, Missed):
        return line
    rest = record.without(article_id)
    if rest is record:
        return line
    forgotten.submissions += 1
    forgotten.others |= record.ids() - (rest.ids() if rest else set())
    return rest.model_dump_json(exclude_defaults=True).encode() if rest else None


def older(archive: Directory | Bucket, than: datetime) -> list[str]:
    """The files in which everything was accepted before this instant."""
    return [name for name in archive.names() if not name.endswith(OPEN) and begun_at(name) + _LONGEST_WRITTEN_TO < than]


def begun_at(name: str) -> datetime:
    """When a file was begun, as its name says. Raises ValueError for another name."""
    stamp = name.rpartition("/")[2].partition("Z")[0]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
