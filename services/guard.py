"""Connections to public addresses only: each name is looked up once, checked, and connected to where it was checked."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpcore

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Takes a host and a port, gives numeric addresses; raises OSError."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = (
    # what ipaddress does not know yet, or takes for global
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)


class AddressRefused(Exception):
    """The host is at an address that is not public."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anyone on the internet reaches this address (IANA special-purpose registries, RFC 6890).

    An IPv6 address that leads to an IPv4 one (mapped, NAT64 of RFC 6052, 6to4) is as public as that; Teredo never is.
    """
    if isinstance(address, IPv6Address) and (inner := _embedded(address)):
        return is_public(inner)
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    special = any(address.version == network.version and address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not special


def _embedded(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(address.packed[-4:]) if address in _NAT64 else address.ipv4_mapped or address.sixtofour


async def look_up(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, as the system knows them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class GuardedBackend(httpcore.AsyncNetworkBackend):
    """What httpcore opens its connections with. TLS still goes by the name, since only the connecting is changed.

    A host is refused when any of its addresses is not public, unless `allow_private`.
    """

    allow_private: bool
    resolve: Resolver = look_up
    connect: httpcore.AsyncNetworkBackend = field(default_factory=httpcore.AnyIOBackend)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to one of the host's addresses. Raises AddressRefused, or what httpcore raises."""
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self.addresses(host, port):
            try:
                return await self.connect.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        raise problem

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self.connect.sleep(seconds)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where the host is. Raises AddressRefused, or httpcore.ConnectError where it has no address."""
        try:
            addresses = await self.resolve(host, port)
            refused = [address for address in addresses if not (self.allow_private or is_public(ip_address(address)))]
        except (OSError, ValueError) as problem:
            raise httpcore.ConnectError(f"{host} has no address: {problem}") from problem
        if refused:
            raise AddressRefused(f"{host} is at {refused[0]}, which is not a public address")
        return addresses
