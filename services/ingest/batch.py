"""A batch: many lines in, as many answers out, in the same order and in bounded memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from schemas.reasons import Reason
from services.errors import Rejected, Unavailable
from services.ingest.admission import Hold
from services.ingest.answer import Answer, Desk, Options, as_listed
from services.ingest.archive_record import Sent
from services.ingest.formats.detect import NDJSON_TYPES
from services.ingest.formats.reading import refusal
from services.ingest.posted import Item
from services.ingest.publishers import Caller
from services.ingest.rates import Rates
from services.ingest.read import Given, read_line
from services.ingest.receive import read_lines, too_large

_GROUP_LINES = 256
_GROUP_BYTES = 2_000_000
_READ_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of one caller. `spool_dir` holds the answers until the last line came.

    Answers wait for the last line because many clients read nothing before they have sent everything; they wait on
    disk because a million of them do not fit into memory.
    """

    desk: Desk
    rates: Rates
    caller: Caller
    options: Options
    given: Given
    spool_dir: Path
    hold: Hold

    async def answers(self, chunks: AsyncIterator[bytes]) -> IO[bytes]:
        """A file, at its beginning, with one JSON line for each line of the body that is not blank."""
        spool = TemporaryFile(dir=self.spool_dir)  # noqa: SIM115 - the answer's sender closes it
        try:
            async for group in self._groups(chunks):
                for answer in await self._answer(*group):
                    spool.write(as_listed(answer).model_dump_json(exclude_none=True).encode() + b"\n")
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return spool

    async def _groups(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[tuple[list[Item], list[bytes]]]:
        """Items and their lines, as many as one transaction of the stream takes well."""
        group: list[Item] = []
        lines: list[bytes] = []
        size = 0
        most = min(_GROUP_LINES, self.caller.rate.articles) if self.caller.rate else _GROUP_LINES
        async for line in read_lines(chunks, self.given.max_line_bytes, self.hold.at_least):
            group.append(self._read(line))
            lines.append(line or b"null")
            size += len(line or b"")
            await asyncio.sleep(0)
            if len(group) >= most or size >= _GROUP_BYTES:
                yield group, lines
                group, lines, size = [], [], 0
        if group:
            yield group, lines

    def _read(self, line: bytes | None) -> Item:
        """The one item of this line; a line that holds several has no one answer and is refused."""
        if line is None:
            return Item("", too_large(self.given.max_line_bytes))
        items = read_line(line, "", self.given)
        if len(items) == 1:
            return items[0]
        return Item("", refusal(Reason.INVALID_FIELD, "", f"one line holds one article, and this one {len(items)}"))

    async def _answer(self, group: list[Item], lines: list[bytes]) -> list[Answer]:
        options = Options(self.options.republish, self.options.traceparent)  # each group begins anew
        try:
            await self.rates.take(self.caller, len(group))
        except (Rejected, Unavailable) as error:
            for _ in group:
                self.desk.count(error, self.caller, options)
            return [error] * len(group)
        sent = Sent("post", NDJSON_TYPES[0], {}, b"\n".join(lines), self.given.now)
        return await self.desk.answer(group, self.caller, options, sent)


async def parts(spool: IO[bytes]) -> AsyncIterator[bytes]:
    """The file's content, then it is closed."""
    with spool:
        while part := spool.read(_READ_BYTES):
            yield part
