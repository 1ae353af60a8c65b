"""A network that connects to nothing, and a resolver that knows what it is told."""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

PUBLIC = "93.184.215.14"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Stream(httpcore.AsyncMockStream):
    """A canned answer; notes by which name TLS would go."""

    def __init__(self, answer: bytes, handshakes: list[tuple[str | None, ssl.SSLContext]]) -> None:
        super().__init__([answer])
        self._handshakes = handshakes

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        self._handshakes.append((server_hostname, ssl_context))
        return self


class Network(httpcore.AsyncNetworkBackend):
    """Connects to nothing; notes where it was to connect to, and answers from a list, the last one again and again."""

    def __init__(self, *answers: bytes, refusing: Iterable[str] = ()) -> None:
        self.answers = list(answers or [OK])
        self.refusing = set(refusing)
        self.connections: list[tuple[str, int]] = []
        self.handshakes: list[tuple[str | None, ssl.SSLContext]] = []

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        self.connections.append((host, port))
        if host in self.refusing:
            raise httpcore.ConnectError(f"{host} does not answer")
        return Stream(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], self.handshakes)


class Names:
    """A resolver of our own; counts what it was asked."""

    def __init__(self, **addresses: list[str]) -> None:
        self.addresses = {name.replace("_", "."): found for name, found in addresses.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host not in self.addresses:
            raise OSError("no such name")
        return self.addresses[host]


def redirect(target: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
