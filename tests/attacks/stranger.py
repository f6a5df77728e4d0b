"""Somebody who speaks to a server without a browser, and so may say what no browser would."""

import http.client
from collections.abc import Iterable
from contextlib import ExitStack
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

XSRF = "_streamlit_xsrf"
SECONDS = 240.0
"""As long as any machine may need."""


class Answer:
    """A server's answer to one request."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]


class Stranger:
    """A visitor with cookies of their own, and one page open over a websocket.

    Args:
        url: the server's.
        cookies: what is sent beside the cookies that the server gives; they may be made up.
    """

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        self.url, self.cookies = url, dict(cookies or {})
        for cookie in (*self.ask("/").cookies, *self.ask("/_stcore/health").cookies):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies.setdefault(name, value)
        self.session = ""
        self._open = ExitStack()
        self._socket: ClientConnection | None = None

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request whose path is sent as it is, dots and all."""
        address = urlsplit(self.url)
        line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
        try:
            known = {"Cookie": self._cookie()} if self.cookies else {}
            line.request(method, path, body, known | (headers or {}))
            return Answer(line.getresponse())
        finally:
            line.close()

    def connect(self, origin: str | None = None, session: str = "") -> None:
        """Open the websocket that a browser's page opens.

        Args:
            origin: that of the page, else the server's.
            session: one to go on with, as a browser does whose connection broke off.
        """
        known = [session] if session else []
        opened = connect(
            self.url.replace("http:", "ws:") + "/_stcore/stream",
            origin=origin or self.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self._cookie()},
            subprotocols=["streamlit", self.cookies.get(XSRF, "none"), *known],  # type: ignore[list-item]
            max_size=None,
            open_timeout=SECONDS,
            ping_timeout=SECONDS,
        )
        self._socket = self._open.enter_context(opened)

    def show(self, page: str = "", query: str = "", *pressed: str) -> list[ForwardMsg]:
        """Return what the server sends of a page, with these widgets pressed, by their ids."""
        self.call(*pressed, page_name=page, query_string=query)
        return self._until_finished()

    def call(self, *pressed: str, **fields: object) -> None:
        """Ask for a page as a browser does, with these widgets pressed, and wait for nothing."""
        if self._socket is None:
            self.connect()
        assert self._socket is not None
        message = BackMsg(rerun_script=ClientState(**fields))  # type: ignore[arg-type]
        states = [WidgetState(id=name, trigger_value=True) for name in pressed]
        message.rerun_script.widget_states.widgets.extend(states)
        self._socket.send(message.SerializeToString())

    def hear(self) -> ForwardMsg:
        """Return the next message of the server."""
        assert self._socket is not None
        message = ForwardMsg.FromString(bytes(self._socket.recv(timeout=SECONDS, decode=False)))
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
        return message

    def send(self, message: bytes) -> None:
        """Send any bytes over the websocket, and wait until the server ends it."""
        assert self._socket is not None
        self._socket.send(message)
        while True:
            self._socket.recv(timeout=SECONDS)

    def close(self) -> None:
        self._open.close()

    def _until_finished(self) -> list[ForwardMsg]:
        seen: list[ForwardMsg] = []
        while not seen or seen[-1].WhichOneof("type") != "script_finished":
            seen.append(self.hear())
        return seen

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def buttons(messages: Iterable[ForwardMsg]) -> dict[str, str]:
    """Return the id of each button in what a server sent, by its label."""
    elements = (message.delta.new_element for message in messages if message.WhichOneof("type") == "delta")
    return {e.button.label: e.button.id for e in elements if e.WhichOneof("type") == "button"}


def titles(messages: Iterable[ForwardMsg]) -> list[str]:
    """Return the headings of the first level in what a server sent."""
    elements = (message.delta.new_element for message in messages if message.WhichOneof("type") == "delta")
    return [e.heading.body for e in elements if e.WhichOneof("type") == "heading" and e.heading.tag == "h1"]


def kinds(messages: Iterable[ForwardMsg]) -> set[str]:
    """Return the kinds of message that a server sent."""
    return {str(message.WhichOneof("type")) for message in messages}


def said(messages: Iterable[ForwardMsg]) -> str:
    """Return all that a server sent, as text."""
    return "\n".join(str(message) for message in messages)
