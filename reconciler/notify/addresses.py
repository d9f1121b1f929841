"""Where a webhook may go: a name is looked up here, and the request goes to the very address that was looked at.

Else a name could mean another address by the time of the request, and a cloud's metadata service would answer it.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.errors import Retryable, Stalled

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], list[str]]

_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "169.254.170.2", "fd20:ce::254")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Place:
    """``host`` is the name that was asked for, ``address`` what it means."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def url(self) -> str:
        name = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{name}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == {"http": 80, "https": 443}[self.scheme] else f"{name}:{self.port}"


def looked_up(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises ``Retryable`` when there are none now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Retryable(f"{host}: this name has no address now; see RECONCILER_NOTIFY_URL", after_s=60.0) from error
    return [str(row[4][0]) for row in found]


def place(url: str, lookup: Lookup = looked_up) -> Place:
    """Where a request for an address goes. Raises ``Stalled`` for one that it must not go to."""
    scheme, host, port, path = _parts(url)
    addresses = [(text, ipaddress.ip_address(text.partition("%")[0])) for text in lookup(host, port)]
    refused = next((text for text, address in addresses if is_refused(address)), None)
    if refused is not None or not addresses:
        raise Stalled(f"RECONCILER_NOTIFY_URL: {host} means {refused or 'nothing'}, where no notice is sent: it is link-local, a metadata service or no single host")
    if scheme == "http" and not all(_inner(address).is_loopback for _, address in addresses):
        raise Stalled(f"RECONCILER_NOTIFY_URL: {host} is not this machine: expected https")
    return Place(scheme, host, port, addresses[0][0], path)


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        found = urlsplit(url)
        port = found.port or {"http": 80, "https": 443}.get(found.scheme, 0)
    except ValueError:
        raise Stalled("RECONCILER_NOTIFY_URL is no address: expected https://host/path") from None
    if found.scheme not in ("http", "https") or not found.hostname or found.username is not None or not port:
        raise Stalled("RECONCILER_NOTIFY_URL: expected https://host/path without a name or password in it; the notice is signed instead")
    return found.scheme, found.hostname, port, (found.path or "/") + (f"?{found.query}" if found.query else "")


def is_refused(address: Address) -> bool:
    """Link-local, a metadata service, or no single host; also where an IPv4 address hides in an IPv6 one."""
    inner = _inner(address)
    return any(a in _METADATA or a.is_link_local or a.is_multicast or a.is_unspecified for a in (address, inner)) or (inner.is_reserved and not inner.is_loopback)


def _inner(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
