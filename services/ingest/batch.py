"""A batch: many lines in, as many answers out, in the same order and in bounded memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from schemas.receipt import Accepted, Refused
from services.errors import Rejected, Unavailable
from services.ingest.answer import Desk
from services.ingest.draft import Draft
from services.ingest.problems import refused
from services.ingest.receive import ContentType, read_lines, too_large

_LINE_TYPE = ContentType("application/json", "utf-8")
_GROUP_LINES = 256
_GROUP_BYTES = 2_000_000
_READ_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of one publisher. `spool_dir` holds the answers until the last line came.

    Answers wait for the last line because many clients read nothing before they have sent everything; they wait on
    disk because a million of them do not fit into memory.
    """

    desk: Desk
    publisher: str
    republish: bool
    max_line_bytes: int
    spool_dir: Path

    async def answers(self, chunks: AsyncIterator[bytes]) -> IO[bytes]:
        """A file, at its beginning, with one JSON line for each line of the body that is not blank."""
        spool = TemporaryFile(dir=self.spool_dir)  # noqa: SIM115 - the answer's sender closes it
        try:
            async for group in self._groups(chunks):
                for answer in await asyncio.gather(*map(self._answer, group)):
                    spool.write(answer.model_dump_json(exclude_none=True).encode() + b"\n")
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return spool

    async def _groups(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[list[Draft | Refused]]:
        """Lines read and normalized, as many as one transaction of the stream takes well."""
        group: list[Draft | Refused] = []
        size = 0
        async for line in read_lines(chunks, self.max_line_bytes):
            group.append(self._read(line))
            size += len(line or b"")
            await asyncio.sleep(0)
            if len(group) >= _GROUP_LINES or size >= _GROUP_BYTES:
                yield group
                group, size = [], 0
        if group:
            yield group

    def _read(self, line: bytes | None) -> Draft | Refused:
        try:
            if line is None:
                raise too_large(self.max_line_bytes)
            return self.desk.read(line, _LINE_TYPE, {}, self.publisher)
        except Rejected as error:
            self.desk.count(error, self.publisher)
            return refused(error)

    async def _answer(self, line: Draft | Refused) -> Accepted | Refused:
        if isinstance(line, Refused):
            return line
        try:
            return await self.desk.publish(line, self.republish, None)
        except Unavailable as error:
            self.desk.count(error, self.publisher)
            return refused(error)


async def parts(spool: IO[bytes]) -> AsyncIterator[bytes]:
    """The file's content, then it is closed."""
    with spool:
        while part := spool.read(_READ_BYTES):
            yield part
