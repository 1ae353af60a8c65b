"""The connection to OpenSearch, the same for every process that has one."""

import socket
import ssl
from typing import Any

import orjson
from opensearchpy import AIOHttpConnection, AsyncOpenSearch, AsyncTransport
from opensearchpy.exceptions import SerializationError
from opensearchpy.serializer import JSONSerializer

from services.settings import ServerSettings

_REST_SECONDS = 5
"""So long a host that did not answer is asked only where no other one is left."""
_SILENT_MILLISECONDS = 3000
"""What was sent and is not even received after so long goes to a host that is gone; an answer may take much longer."""


class _Node(AIOHttpConnection):
    """A host that is switched off ends no connection, and refuses none: the kernel is to find out for us."""

    async def _create_aiohttp_session(self) -> None:
        await super()._create_aiohttp_session()
        self.session.connector._socket_factory = made_impatient


class _Json(JSONSerializer):
    def loads(self, s: str) -> Any:
        """What the JSON says. Raises SerializationError."""
        try:
            return orjson.loads(s)
        except orjson.JSONDecodeError as problem:
            raise SerializationError(s, problem) from problem


class _Transport(AsyncTransport):
    async def close(self) -> None:
        """Closes the connections to hosts that rest, too."""
        await super().close()
        for node in getattr(self.connection_pool, "orig_connections", ()):
            await node.close()


def made_impatient(address: Any) -> socket.socket:
    """A socket for this address that gives up a silent host, where the system can do that."""
    family, kind, protocol = address[:3]
    made = socket.socket(family=family, type=kind, proto=protocol)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENT_MILLISECONDS)
    return made


def build_client(settings: ServerSettings, retry_on_timeout: bool = False) -> AsyncOpenSearch:
    """A client that takes the hosts in turn.

    It retries nothing by itself: what is sent again is decided item by item, elsewhere. But where one host does not
    answer, or only says that it cannot now, the next one is asked; what is written twice by that carries its version.
    With `retry_on_timeout` also where one takes too long, for those who only read and bound what a request costs.
    """
    hosts = settings.opensearch_hosts
    auth = None
    if settings.opensearch_user and settings.opensearch_password:
        auth = (settings.opensearch_user, settings.opensearch_password.get_secret_value())
    return AsyncOpenSearch(
        hosts=hosts,
        connection_class=_Node,
        transport_class=_Transport,
        serializer=_Json(),
        http_auth=auth,
        http_compress=False,
        max_retries=len(hosts) - 1,
        dead_timeout=_REST_SECONDS,
        timeout_cutoff=0,
        retry_on_timeout=retry_on_timeout,
        timeout=settings.opensearch_timeout.total_seconds(),
        pool_maxsize=16,
        **_tls(settings),
    )


def _tls(settings: ServerSettings) -> dict[str, Any]:
    if not settings.opensearch_hosts[0].startswith("https://"):
        return {}
    if settings.opensearch_verify_tls:
        return {"ssl_context": ssl.create_default_context(cafile=settings.opensearch_ca_file)}
    return {"verify_certs": False, "ssl_show_warn": False, "ssl_assert_hostname": False}
