"""Streamlit's own scripts, styles and fonts leave in one piece each, and packed.

By itself each is looked up, opened, read in pieces of 64 kB and closed by other threads than the server's
loop. While the first page is imported, each of these steps waits for Python's lock anew, so that the sixty
files which a browser begins with came up to a quarter of a second late. Here the loop reads a file at once.

Nor are they packed by themselves, since each would be anew for each visitor. Here each is once, but not
before a page stands: the first one on the server's own machine would wait for that, and gain nothing.
"""

import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from pages.server import ahead
from pages.shared.addresses import home
from pages.shared.packed import unpacks, whole

LARGEST = 2_000_000
"""Bytes; what is larger (3D, another plotly.js) no page has, and is left to Streamlit."""
_FILE = re.compile(r"static/(?:js|css|media)/[\w.-]+\.(js|css|woff2)")
"""One of the bundle, whose names change with their content, below the path at which the app is served."""
_TYPES = {"js": "text/javascript", "css": "text/css", "woff2": "font/woff2"}
_PACKED = ("js", "css")
"""Fonts are by themselves."""
_OWN_WAY = ("range", "if-none-match", "if-modified-since")
"""Who asks for a part, or whether something has changed, is answered by Streamlit."""


class Bundle:
    """ASGI middleware that answers for the files of Streamlit's bundle."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _answer(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (answer or self._app)(scope, receive, send)


def _answer(scope: Scope) -> Response | None:
    """Return a whole file of the bundle; None where it is not for us to answer."""
    asked, headers = _FILE.fullmatch(scope["path"].removeprefix(home())), Headers(scope=scope)
    if asked is None or any(name in headers for name in _OWN_WAY):
        return None
    file = Path(file_util.get_static_dir()) / asked[0]
    if not file.is_file() or file.stat().st_size > LARGEST:
        return None
    return whole(file, _TYPES[asked[1]], asked[1] in _PACKED and ahead.stands() and unpacks(headers))
