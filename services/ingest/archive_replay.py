"""The archive, gone through once more: every submission takes the way that it took, and becomes what it became."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from schemas.receipt import Accepted
from schemas.submission import Submission
from services.errors import Rejected, Unavailable, WiredeskError
from services.ingest.answer import Answer, Desk, Options
from services.ingest.archive_files import Bucket, Directory, day_of, read_lines
from services.ingest.archive_record import Missed, Record, Taken, read_line
from services.ingest.draft import Became, Burial
from services.ingest.library import Library
from services.ingest.posted import Item
from services.ingest.prepare import Prepared
from services.ingest.publishers import Caller, Publishers
from services.ingest.read import Given
from services.ingest.receive import content_type

_PUBLISHED_AT_ONCE = 256
_TRIES = 60
_KEY = "archive"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions are meant; `since` is included, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    publisher: str | None = None

    def covers(self, record: Record) -> bool:
        """Whether this one is meant."""
        return (
            (self.since is None or record.at >= self.since)
            and (self.until is None or record.at < self.until)
            and self.publisher in (None, record.publisher)
        )

    def may_cover(self, day: str) -> bool:
        """Whether a file begun on this day can have one that is: it is written to for a day at most."""
        from_day = self.since - timedelta(days=2) if self.since else None
        return (from_day is None or day >= f"{from_day:%Y-%m-%d}") and (
            self.until is None or day <= f"{self.until:%Y-%m-%d}"
        )


@dataclass(slots=True)
class Found:
    """What was read: submissions and versions that they had become; files that end in the middle, and holes."""

    records: int = 0
    versions: int = 0
    torn: list[str] = field(default_factory=list)
    unreadable: int = 0
    missed: list[Missed] = field(default_factory=list)


def submissions(archive: Directory | Bucket, wanted: Wanted, found: Found) -> Iterator[Record]:
    """Every submission that is meant, in the order of their instants within a day of files; `found` is counted up."""
    for day, names in groupby(archive.names(), key=day_of):
        if wanted.may_cover(day):
            files = [_records(archive, name, found) for name in names]
            for record in heapq.merge(*files, key=lambda one: one.at):
                if wanted.covers(record):
                    found.records += 1
                    found.versions += sum(len(one.became) for one in record.taken)
                    yield record


def _records(archive: Directory | Bucket, name: str, found: Found) -> Iterator[Record]:
    with closing(archive.read(name)) as file:
        for line in read_lines(file):
            try:
                told = read_line(line) if line else None
            except ValueError:
                found.unreadable += 1
                continue
            if told is None:
                found.torn.append(name)
            elif isinstance(told, Missed):
                found.missed.append(told)
            else:
                yield told


@dataclass(slots=True)
class Clock:
    """Tells the instant of the submission that is gone through."""

    at: datetime

    def __call__(self) -> datetime:
        """The instant."""
        return self.at


@dataclass(slots=True)
class Replayed:
    """What came of it. `refused` are items that were accepted once and are not today, with the reasons."""

    published: int = 0
    known: int = 0
    other: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Replay:
    """Publishes submissions again, but for versions that the index has. `settled` returns when the indexer is done."""

    desk: Desk
    library: Library
    publishers: Publishers
    clock: Clock
    settled: Callable[[], Awaitable[None]]
    result: Replayed

    async def replay(self, records: Sequence[Record]) -> None:
        """Returns when the stream has every version that is not known. Raises Unavailable where it takes nothing."""
        versions = {(one.id, one.revision) for record in records for taken in record.taken for one in taken.became}
        there = await self.library.kept(versions)
        self.result.known += len(there)
        for record in records:
            rest = [taken.without(there) for taken in record.taken]
            if missing := tuple(taken for taken in rest if taken):
                await self._replay(record.model_copy(update={"taken": missing}))

    async def _replay(self, record: Record) -> None:
        self.clock.at = record.at
        if record.kind == "delete":
            burial = Burial(record.publisher, record.content().decode())
            return await self._publish([Prepared([burial])], record, list(record.taken))
        kind, given = content_type(record.content_type), Given(record.fields, record.at)
        try:
            reading = await self.desk.readers.read(kind, record.content(), given)
        except Rejected as error:
            self.result.refused.append(f"{record.publisher} at {record.at}: {error.detail}")
            return None
        taken = {one.item: one for one in record.taken}
        is_same = len(reading.items) == record.items
        chosen = [(item, taken.get(number)) for number, item in enumerate(reading.items)]
        if not is_same:  # it is read otherwise today: what each article became says which items are meant
            everything = tuple(version for one in record.taken for version in one.became)
            chosen = [(item, Taken(item=number, became=everything)) for number, item in enumerate(reading.items)]
        meant = [(item, one) for item, one in chosen if one]
        for start in range(0, len(meant), _PUBLISHED_AT_ONCE):
            await self._group(record, meant[start : start + _PUBLISHED_AT_ONCE])
        return None

    async def _group(self, record: Record, meant: list[tuple[Item, Taken]]) -> None:
        caller = self._caller(record.publisher)
        items = [item for item, _ in meant]
        if not all(isinstance(item.content, Submission) for item in items):
            await self.settled()  # it asks the index what stands there
        told = await self.desk.preparer.told_of(items, caller)
        prepared: list[Prepared | WiredeskError] = []
        for item in items:
            try:
                prepared.append(await self.desk.preparer.prepare(item, caller, told))
            except Rejected as error:
                prepared.append(error)
        await self._publish(prepared, record, [one for _, one in meant])

    async def _publish(self, prepared: list[Prepared | WiredeskError], record: Record, taken: list[Taken]) -> None:
        prepared = [one for one, was in zip(prepared, taken, strict=True) if self._mark(one, was)]
        options = Options(record.republish)
        for _ in range(_TRIES):
            answers = await self.desk.publish_all(prepared, self._caller(record.publisher), options)
            if not any(isinstance(answer, Unavailable) for answer in answers):
                break
            await asyncio.sleep(1)
        for answer in answers:
            self._count(answer)

    def _mark(self, prepared: Prepared | WiredeskError, taken: Taken) -> bool:
        """Gives each version the place that it had; one that was not accepted then is left out. Whether any is left."""
        if not isinstance(prepared, Prepared):
            return True
        was: dict[str, Became] = {version.id: version for version in taken.became}
        prepared.withdrawn_at, is_hint = None, not prepared.work
        for work in prepared.work:
            work.again = was.get(work.id)
            if work.again and not isinstance(work, Burial):
                work.cluster_id = work.again.cluster_id
        self.result.other += sum(work.again is None for work in prepared.work)
        prepared.work = [work for work in prepared.work if work.again]  # type: ignore[assignment]
        return is_hint or bool(prepared.work)

    def _count(self, answer: Answer) -> None:
        if isinstance(answer, Unavailable):
            raise answer
        if not isinstance(answer, Accepted):
            self.result.refused.append(answer.detail)
        elif answer.status == "accepted":
            self.result.published += 1
        else:
            self.result.known += 1

    def _caller(self, publisher: str) -> Caller:
        """Whoever it was, may today as then."""
        known = self.publishers.registry.by_name.get(publisher)
        return Caller(publisher, _KEY, automatic_tags=known.automatic_tags if known else True)
