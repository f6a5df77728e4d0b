"""Where a message may be posted: addresses that visitors give, which must lead out of the host's own network.

A name is looked up once; each address that it has must be public, and the connection goes to one of these
very addresses, so that a name which answers differently the next time gains nothing.
"""

import queue
import re
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from core.errors import TellingError
from core.host import Telling

LONGEST = 2_000
"""Signs that an address may have."""
IP = IPv4Address | IPv6Address
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_UNREADABLE = "The address cannot be read: expected one such as https://example.org/hook."
_GLOBAL_UNICAST = ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocols, and metadata of some clouds
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # metadata of Azure
        "2001::/23",  # Teredo and other protocols
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address of any kind within
        "3fff::/20",  # documentation
    )
)


@dataclass(frozen=True)
class Target:
    """An address taken apart: whether TLS is spoken, to which host and port, and for what it is asked."""

    is_encrypted: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the usual one, as HTTP names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_encrypted else 80) else f"{host}:{self.port}"


def target(url: str, rules: Telling) -> Target:
    """Take an address apart.

    Raises:
        TellingError: it is none to which anything may be posted, whatever its host's name leads to.
    """
    if not re.fullmatch(r"[!-~]{1,2000}", url) or "\\" in url:
        raise TellingError("The address is empty, too long, or has signs that belong in no address.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise TellingError(_UNREADABLE) from None
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host):
        raise TellingError(_UNREADABLE)
    if "@" in parts.netloc:
        raise TellingError("The address has a user name or a password in it: those are not sent.")
    port = port or (443 if parts.scheme == "https" else 80)
    if port not in rules.ports:
        allowed = ", ".join(map(str, rules.ports))
        raise TellingError(f"The address names the port {port}; this server sends to {allowed} alone.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port, path)


def checked(where: Target, rules: Telling, end: float) -> list[IP]:
    """Return all that a target's host leads to, IPv4 first.

    Args:
        end: until when this may take, on the monotonic clock.

    Raises:
        TellingError: the host is not found in time, or something of it is not public. That is one sentence,
            so that nobody learns which names the host's own network has.
    """
    found = _looked_up(where, end - time.monotonic())
    if not found or not all(is_allowed(one, where.host, rules) for one in found):
        raise TellingError(
            f"“{where.host}” is no public host that can be found: messages do not go into a server's own "
            "network."
        )
    return sorted(found, key=lambda one: one.version)


def is_allowed(one: IP, host: str, rules: Telling) -> bool:
    """Return whether something may be sent to an address of a host: it is public, or the rules name it."""
    return is_public(one) or any(_names(text, one, host) for text in rules.allow_private)


def is_public(one: IP) -> bool:
    """Return whether an address belongs to one host on the internet, and to nothing nearer.

    IPv6 addresses that carry an IPv4 address (mapped, 6to4, Teredo, NAT64) are not: what they lead to depends
    on the network that they are used in.
    """
    if one.version == 6 and one not in _GLOBAL_UNICAST:
        return False
    if any(one in network for network in _NOT_PUBLIC if network.version == one.version):
        return False
    return one.is_global and not one.is_multicast and not one.is_reserved


def _names(text: str, one: IP, host: str) -> bool:
    try:
        return one in ip_network(text)
    except ValueError:
        return text.casefold() == host.casefold()


def _looked_up(where: Target, seconds: float) -> Sequence[IP]:
    """Return what a name leads to, or nothing; the system's own look-up knows no limit of time."""
    answer: queue.SimpleQueue[list[IP]] = queue.SimpleQueue()
    threading.Thread(target=lambda: answer.put(_look_up(where)), daemon=True, name="look-up").start()
    try:
        return answer.get(timeout=max(0.0, seconds))
    except queue.Empty:
        return []


def _look_up(where: Target) -> list[IP]:
    try:
        answers = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
        return [ip_address(str(answer[4][0])) for answer in answers]
    except (OSError, ValueError):  # also a name that is none in the DNS, or an address with a zone
        return []
