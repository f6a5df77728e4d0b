"""Where other devices find what this machine serves."""

import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

_ELSEWHERE = ("192.0.2.1", 9)
"""An address that stands for any other (RFC 5737): nothing is sent, it only leads out of this machine."""


def is_this_machine(url: str) -> bool:
    """Return whether an address means, on every device, the device itself: `localhost` and the like."""
    name = urlsplit(url).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def for_other_devices(url: str) -> str | None:
    """Return an address as other devices find it, None where they cannot.

    Of one that means each device itself, such as `http://localhost:8501/you`, the host becomes this machine's
    address in its network as it is now.
    """
    if not is_this_machine(url):
        return url
    if (found := own_address()) is None:
        return None
    seen = urlsplit(url)
    port = f":{seen.port}" if seen.port else ""
    return urlunsplit(seen._replace(netloc=f"{found}{port}"))


def own_address() -> str | None:
    """Return this machine's IPv4 address in its network, or None where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        try:
            way_out.connect(_ELSEWHERE)  # a datagram's socket: it chooses a network and sends nothing
        except OSError:
            return None
        found: str = way_out.getsockname()[0]
    return None if ipaddress.ip_address(found).is_loopback else found
