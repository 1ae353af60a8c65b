import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.raw_http import Target, request, send

LENGTH = b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\ntaken"
CHUNKS = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nta\r\r\n4\r\nken!\r\n0\r\n\r\n"


@contextmanager
def answering(*pieces: bytes) -> Iterator[int]:
    """The port of a server that answers each request with these bytes, piece by piece, or hangs up."""
    started, port = threading.Event(), 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            if not pieces:
                break
        writer.close()

    async def serve() -> None:
        nonlocal port
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await asyncio.to_thread(ended.wait)

    ended = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait()
    try:
        yield port
    finally:
        ended.set()
        thread.join()


def sent(port: int, bodies: list[bytes]) -> list[tuple[bytes, bytes]]:
    """The answers to these posts over two connections."""
    heard: list[tuple[bytes, bytes]] = []
    requests = [request("/v1/articles", body, "application/json", "key") for body in bodies]

    def hear(status: bytes, body: bytes) -> bool:
        heard.append((status, body))
        return True

    assert send([Target(port, requests, 2)], hear) > 0
    return heard


@pytest.mark.parametrize(
    ("pieces", "body"),
    [((LENGTH,), b"taken"), ((LENGTH[:30], LENGTH[30:]), b"taken"), ((CHUNKS[:60], CHUNKS[60:]), b"ta\rken!")],
)
def test_every_request_has_its_answer_in_whatever_pieces_it_comes(pieces: tuple[bytes, ...], body: bytes) -> None:
    with answering(*pieces) as port:
        heard = sent(port, [b"{}"] * 5)
    assert heard == [(pieces[0].partition(b"\r\n")[0], body)] * 5


def test_a_wrong_answer_ends_the_run() -> None:
    with answering(LENGTH) as port, pytest.raises(RuntimeError, match="202"):
        send([Target(port, [request("/", b"", "text/plain", "key")], 1)], lambda *_: False)


def test_a_server_that_hangs_up_ends_the_run() -> None:
    with answering() as port, pytest.raises(RuntimeError, match="hung up"):
        sent(port, [b"{}"])
