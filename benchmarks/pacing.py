"""Single posts at a steady rate, whether or not the ones before them are answered."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

_HEAD_ENDS, _LENGTH = b"\r\n\r\n", b"content-length:"
_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def paced(port: int, requests: Sequence[bytes], a_second: float, connections: int = 16) -> list[float]:
    """Sends so many of these a second; when each was due, in seconds of `time.perf_counter`.

    A request that finds no free connection waits, and is due all the same. Raises an ExceptionGroup of RuntimeError
    where one is not answered with 202.
    """
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for connection in opened:
        free.put_nowait(connection)
    begin = perf_counter() + 0.1
    due = [begin + number / a_second for number in range(len(requests))]
    try:
        async with asyncio.TaskGroup() as posting:
            for request, instant in zip(requests, due, strict=True):
                await asyncio.sleep(max(0.0, instant - perf_counter()))
                posting.create_task(_post(free, request))
    finally:
        for _, writer in opened:
            writer.close()
            await writer.wait_closed()
    return due


async def _post(free: "asyncio.Queue[_Connection]", request: bytes) -> None:
    reader, writer = connection = await free.get()
    writer.write(request)
    head = (await reader.readuntil(_HEAD_ENDS)).lower()
    length = int(head.partition(_LENGTH)[2].split(b"\r\n", 1)[0])
    answer = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 202"):
        raise RuntimeError((head + answer).decode())
    free.put_nowait(connection)
