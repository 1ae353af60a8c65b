"""Between the indexer and OpenSearch: passes on what they say, and notes when what was written and made searchable."""

import asyncio
import re
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlsplit

_IDS = re.compile(rb'^\{"index":\{"_index":"[^"]+","_id":"([^"]+)"', re.MULTILINE)
_PART = 262_144


@dataclass(slots=True)
class Overheard:
    """What was heard so far, in seconds of `time.perf_counter`.

    `written` has the moment at which OpenSearch began to answer the first bulk with a document of this id; `refreshes`
    are beginnings and ends, one after the other.
    """

    url: str = ""
    written: dict[str, float] = field(default_factory=dict)
    refreshes: list[tuple[float, float]] = field(default_factory=list)

    def searchable(self, article_id: str) -> float:
        """The end of the first refresh that began after this article was written. Raises LookupError without one."""
        written = self.written[article_id]
        return self.refreshes[bisect_left(self.refreshes, (written, 0.0))][1]

    def note(self, request: bytes, began: float, answered: float) -> None:
        """Takes down a request, of which the first line tells what it is."""
        path = request.split(b" ", 2)[1]
        if b"/_bulk" in path:
            for found in _IDS.finditer(request):
                self.written.setdefault(found[1].decode(), answered)
        elif b"/_refresh" in path:
            self.refreshes.append((began, answered))


@asynccontextmanager
async def overhearing(server: str) -> AsyncIterator[Overheard]:
    """A port that leads to this server, and what is heard on it."""
    told, heard, talks = urlsplit(server), Overheard(), set[asyncio.Task[None]]()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(told.hostname, told.port)
        talk = asyncio.create_task(_pass_on(heard, (reader, writer), there))
        talks.add(talk)
        talk.add_done_callback(talks.discard)

    listening = await asyncio.start_server(meet, "127.0.0.1", 0)
    heard.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield heard
    finally:
        listening.close()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _pass_on(heard: Overheard, client: _Stream, server: _Stream) -> None:
    """Both directions of one connection; on it a request is sent when the one before it is answered."""
    request, began = bytearray(), 0.0

    async def asked() -> None:
        nonlocal began
        while part := await client[0].read(_PART):
            began = began if request else perf_counter()
            request.extend(part)
            server[1].write(part)

    async def answered() -> None:
        while part := await server[0].read(_PART):
            now = perf_counter()
            client[1].write(part)
            if request:
                heard.note(bytes(request), began, now)
                request.clear()

    directions = [asyncio.create_task(asked()), asyncio.create_task(answered())]
    try:
        await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for direction in directions:
            direction.cancel()
        for writer in (client[1], server[1]):
            writer.close()
        await asyncio.gather(*directions, client[1].wait_closed(), server[1].wait_closed(), return_exceptions=True)
