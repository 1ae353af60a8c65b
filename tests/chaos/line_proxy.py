"""A TCP proxy that loses replies, cuts lines, takes none, or calls when a command to Redis passes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_CHUNK = 65_536
_TAIL = 64
Watch = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class LineProxy:
    """What stands between a service and a server. Redis commands are recognized by their names in the bytes."""

    target: int
    port: int = 0
    lost: int = 0
    _to_lose: dict[bytes, int] = field(default_factory=dict)
    _watches: dict[bytes, Watch] = field(default_factory=dict)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _is_down: bool = False

    def lose_reply(self, command: str, times: int = 1) -> None:
        """Lets the next so many of these commands reach Redis, and never tells what it answered: the line is cut."""
        self._to_lose[b"\r\n" + command.encode() + b"\r\n"] = times

    def when(self, command: str, call: Watch) -> None:
        """Calls each time such a command comes, before it is passed on."""
        self._watches[b"\r\n" + command.encode() + b"\r\n"] = call

    def unwatch(self) -> None:
        """Calls no more."""
        self._watches.clear()

    async def down(self) -> None:
        """Cuts all lines and takes no new ones."""
        self._is_down = True
        for writer in list(self._open):
            writer.close()

    def up(self) -> None:
        """Takes lines again."""
        self._is_down = False

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line, both ways, until either side ends it."""
        if self._is_down:
            writer.close()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self._open |= {writer, far_writer}
        cut = asyncio.Event()
        ways = [
            asyncio.create_task(self._requests(reader, far_writer, cut)),
            asyncio.create_task(self._replies(far_reader, writer, cut)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for task in ways:
            task.cancel()
        for one in (writer, far_writer):
            self._open.discard(one)
            one.close()
            with suppress(OSError):
                await one.wait_closed()

    async def _requests(self, reader: asyncio.StreamReader, far: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        tail = b""
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                seen = tail + chunk
                for command, call in list(self._watches.items()):
                    if command in seen:
                        await call()
                for command, times in self._to_lose.items():
                    if times and command in seen:
                        self._to_lose[command] = times - 1
                        self.lost += 1
                        cut.set()
                tail = seen[-_TAIL:] if not any(c in seen for c in (*self._watches, *self._to_lose)) else b""
                far.write(chunk)
                await far.drain()

    async def _replies(self, far: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event) -> None:
        with suppress(OSError):
            while chunk := await far.read(_CHUNK):
                if cut.is_set():
                    return
                writer.write(chunk)
                await writer.drain()


@asynccontextmanager
async def line_proxy(target: int) -> AsyncIterator[LineProxy]:
    """A proxy to this port of this machine."""
    proxy = LineProxy(target)
    server = await asyncio.start_server(proxy.connected, "127.0.0.1", 0, limit=2**20)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.down()
