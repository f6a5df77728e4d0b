"""Visitors that only speak Streamlit's protocol: they open pages, watch what moves, note how long it took.

What a browser would draw is thrown away, but like a browser they need not be sent again what they were sent
the time before. A page that has parts which tick is asked for them as often as a browser would ask.
"""

import asyncio
import http.client
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE = 60.0
"""Seconds after which a page that has not come is an error."""
STAY = (4.0, 12.0)
"""Seconds for which somebody looks at a page, at least and at most."""


@dataclass
class Seen:
    """What all visitors of a round have met; times in seconds, from what was asked to the script's end.

    `sizes` are the bytes that each tick sent; `kinds` counts them by component or kind of message.
    """

    pages: dict[str, list[float]] = field(default_factory=dict)
    ticks: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    @property
    def all_pages(self) -> list[float]:
        return [seconds for times in self.pages.values() for seconds in times]


async def attend(url: str, count: int, places: list[tuple[str, str]], seconds: float) -> Seen:
    """Have so many visitors walk through pages (address, query) until the time is over.

    They come one after another within the first fifth of it, at most within ten seconds.
    """
    seen, end = Seen(), time.monotonic() + seconds
    coming = min(10.0, seconds / 5) / count
    visitors = [_visit(url, number, number * coming, places, end, seen) for number in range(count)]
    await asyncio.gather(*visitors)
    return seen


async def _visit(
    url: str, number: int, wait: float, places: list[tuple[str, str]], end: float, seen: Seen
) -> None:
    await asyncio.sleep(wait)
    chance = random.Random(number)  # noqa: S311 - who looks at what is no secret
    try:
        async with connected(url) as socket:
            while time.monotonic() < end:
                await Page(socket, *chance.choice(places), seen).look(chance.uniform(*STAY))
    except (OSError, ConnectionClosed, TimeoutError) as error:
        seen.errors.append(f"{type(error).__name__}: {error}")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[ClientConnection]:
    """Come to a server as a new visitor."""
    cookies = await asyncio.to_thread(_cookies, url)
    token = dict(cookie.split("=", 1) for cookie in cookies).get("_streamlit_xsrf", "none")
    line = connect(
        url.replace("http:", "ws:") + "/_stcore/stream",
        additional_headers={"Cookie": "; ".join(cookies)},
        subprotocols=["streamlit", token],  # type: ignore[list-item]
        max_size=None,
        open_timeout=None,  # as browsers do, however busy the server is
        ping_interval=None,
    )
    async with line as socket:
        yield socket


def _cookies(url: str) -> list[str]:
    """Return what a browser is given with the page and with its first question."""
    address = urlsplit(url)
    given = []
    for path in ("/", "/_stcore/health"):
        line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        given += [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        line.close()
    return given


class Page:
    """One page in one visitor's browser, from the click that opens it to the next."""

    def __init__(self, socket: ClientConnection, name: str, query: str, seen: Seen) -> None:
        self._socket, self._name, self._query, self._seen = socket, name, query, seen
        self._hash = ""
        self._parts: dict[str, float] = {}
        """Fragment → seconds after which it is to be drawn again."""
        self._told: dict[str, float] = {}
        """The same, as the script under way has told it until now."""
        self._due: dict[str, float] = {}
        self._kept: dict[str, set[str]] = {}
        """Part → the messages of its last answer that need not be sent again."""

    async def look(self, seconds: float) -> None:
        """Open the page and watch it for so long."""
        taken = await self._ask()
        self._seen.pages.setdefault(self._name or "train", []).append(taken)
        end = time.monotonic() + seconds
        self._due = {part: time.monotonic() + every for part, every in self._parts.items()}
        while self._due and min(self._due.values()) < end:
            part = min(self._due, key=lambda name: self._due[name])
            await asyncio.sleep(max(0.0, self._due[part] - time.monotonic()))
            self._seen.ticks.append(await self._ask(part))
            if part in self._parts:
                self._due[part] = time.monotonic() + self._parts[part]
            else:
                del self._due[part]
        await asyncio.sleep(max(0.0, end - time.monotonic()))

    async def _ask(self, part: str = "") -> float:
        """Have the page, or a part of it, drawn; return how long that took."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self._query, self._name
        state.cached_message_hashes.extend(set().union(*self._kept.values()))
        if part:
            state.page_script_hash, state.fragment_id, state.is_auto_rerun = self._hash, part, True
        begun = time.monotonic()
        await self._socket.send(message.SerializeToString())
        answer = [message async for message in self._answer()]
        self._kept[part] = {m.ref_hash or m.hash for m in answer if m.ref_hash or m.metadata.cacheable}
        if part:
            self._seen.sizes.append(sum(m.ByteSize() for m in answer))
            for one in answer:
                self._seen.kinds[_kind(one)] += one.ByteSize()
        return time.monotonic() - begun

    async def _answer(self) -> AsyncIterator[ForwardMsg]:
        """Yield all messages until the script that was asked for has come to its end."""
        over = False
        while not over:
            said = await asyncio.wait_for(self._socket.recv(decode=False), PATIENCE)
            message: ForwardMsg = ForwardMsg.FromString(bytes(said))
            yield message
            over = self._is_over(message)

    def _is_over(self, message: Any) -> bool:
        """Take in a message; return whether the script that was asked for has come to its end."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._hash, self._told = message.new_session.page_script_hash, {}
        elif kind == "auto_rerun":
            self._told[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "delta" and (words := _complaint(message.delta)):
            self._seen.errors.append(f"{self._name or 'train'}: {words}")
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._parts = self._told  # a whole page: what ticked before is gone
        elif kind == "script_finished":
            self._parts |= self._told  # a part, which may be asked for at another pace from now on
        early = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return bool(kind == "script_finished" and not early)


def _kind(message: Any) -> str:
    """Return what a message draws: a component's name, an element's kind, or else what the message is."""
    if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
        return str(message.WhichOneof("type"))
    element = message.delta.new_element
    return str(element.bidi_component.component_name or element.WhichOneof("type"))


def _complaint(delta: Any) -> str:
    """Return what a page says has gone wrong, or ""."""
    element = delta.new_element
    if element.WhichOneof("type") == "exception":
        return f"{element.exception.type}: {element.exception.message}"[:200]
    if element.WhichOneof("type") == "alert" and element.alert.format == element.alert.ERROR:
        return str(element.alert.body)[:200]
    return ""
