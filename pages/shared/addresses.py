"""Where what the app serves beside its pages is found, whatever path a proxy gives the app.

Pages lie one level deep (`/`, `/results`, `/class/results`), so a browser finds a relative address beside
the page it is on. That holds behind a proxy that forwards its path (`server.baseUrlPath`), and also behind
one that strips it, of which the server knows nothing.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = "digits"
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
Endpoint = Callable[[Request], Response | Awaitable[Response]]


def address(path: str) -> str:
    """Return the address of `path`, relative to any page."""
    return f"{_FOLDER}/{path}"


def route(path: str, endpoint: Endpoint) -> Route:
    """Return the route that answers at `address(path)`. Streamlit prefixes its own routes only."""
    return Route(f"{home()}{address(path)}", endpoint)


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
