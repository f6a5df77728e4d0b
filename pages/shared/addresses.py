"""Where what the app serves beside its pages is found, whatever path a proxy gives the app.

Pages lie one level deep (`/`, `/results`, `/class/results`), so a browser finds a relative address beside
the page it is on. That holds behind a proxy that forwards its path (`server.baseUrlPath`), and also behind
one that strips it, of which the server knows nothing.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.host import host
from core.reach import for_other_devices, is_this_machine

_FOLDER = "digits"
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
Endpoint = Callable[[Request], Response | Awaitable[Response]]


def address(path: str) -> str:
    """Return the address of `path`, relative to any page."""
    return f"{_FOLDER}/{path}"


def route(path: str, endpoint: Endpoint) -> Route:
    """Return the route that answers at `address(path)`. Streamlit prefixes its own routes only."""
    return Route(f"{home()}{address(path)}", endpoint)


def version(content: bytes) -> str:
    """Return what stands in an address for its content, so that an update has another address."""
    return sha256(content).hexdigest()[:12]


def keeping(has_asked_version: bool) -> dict[str, str]:
    """Return the headers of an answer whose address names its version: kept for good, or not at all."""
    return _FOR_GOOD if has_asked_version else {"Cache-Control": "no-store"}


def home() -> str:
    """Return the path at which this server serves the app: "/", or "/class/"."""
    path = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{path}/" if path else "/"


def here() -> str:
    """Return the address of what this visitor sees."""
    query = urlencode(st.query_params.to_dict(), doseq=True)
    return f"{st.context.url or ''}{'?' if query else ''}{query}"


def page_address() -> str:
    """Return the address of this page as this browser has it, without what it asks for."""
    return (st.context.url or "").split("?")[0]


def for_others() -> str | None:
    """Return the address of this page as other devices find it, or None where they cannot.

    Whoever opened the dashboard as `localhost` gets the address that the host's file says, or else that of
    this machine in its network.
    """
    url = page_address()
    if not is_this_machine(url):
        return url
    if outside := host().address:
        return f"{outside.rstrip('/')}/{urlsplit(url).path.rpartition('/')[2]}"
    return None if _serves_itself_alone() else for_other_devices(url)


def shared_address() -> str:
    """Return the address of this page that links to it begin with: that for others, if there is one."""
    return for_others() or page_address()


def _serves_itself_alone() -> bool:
    """Return whether this server was told to answer to its own machine only."""
    listens = str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104 (all, which is Streamlit's default)
    return is_this_machine(f"//{listens}") and listens not in ("0.0.0.0", "::")  # noqa: S104
