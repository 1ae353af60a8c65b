"""How httpx goes out through a guarded backend, and by no other way."""

import ssl
from collections.abc import AsyncIterator
from typing import cast

import httpcore
import httpx

NO_ANSWER = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
)
"""What is raised where no usable answer came; AddressRefused of services.guard is another matter."""


class _Body(httpx.AsyncByteStream):
    """A body that httpcore reads, as httpx wants it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx's own transport takes no backend; this one knows no other way out than its backend."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trust(), network_backend=backend, max_keepalive_connections=0
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        stream = cast(httpx.AsyncByteStream, request.stream)
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method, url, headers=request.headers.raw, content=stream, extensions=request.extensions
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def aclose(self) -> None:
        await self._pool.aclose()


def _trust() -> ssl.SSLContext:
    """The usual certificate authorities, or those that SSL_CERT_FILE names."""
    return httpx.create_ssl_context()
