"""Uploads on their way in: too many bytes and too slow ones are refused before they fill the memory."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send
from streamlit import config

from pages.server import intake
from pages.server.intake import FILES_A_SESSION, Intake

MB = 1024 * 1024


class App:
    """Reads bodies as Streamlit does, and keeps how many it began and ended."""

    def __init__(self) -> None:
        self.begun = self.done = 0
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.begun += 1
        await self.go_on.wait()
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self.done += 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def put(
    door: Intake, session: str, size: int | None, chunks: int = 1, wait: float = 0.0
) -> tuple[int, str]:
    """Upload a file and return the status of the answer and what it says."""
    headers = [] if size is None else [(b"content-length", str(size).encode())]
    path = f"/class/_stcore/upload_file/{session}/some-file"
    scope: Scope = {"type": "http", "method": "PUT", "path": path, "headers": headers}
    sent: list[Message] = []
    left = chunks

    async def receive() -> Message:
        nonlocal left
        left -= 1
        await asyncio.sleep(wait)
        return {"type": "http.request", "body": b"x", "more_body": left > 0}

    async def send(message: Message) -> None:
        sent.append(message)

    await door(scope, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


def test_one_tab_has_a_file_and_a_half_under_way_and_others_are_not_kept_from_theirs() -> None:
    largest = int(config.get_option("server.maxUploadSize"))
    most = int(FILES_A_SESSION * largest) * MB

    async def flood() -> tuple[list[int], tuple[int, str]]:
        app = App()
        door = Intake(app)
        kept = [asyncio.create_task(put(door, "a", size)) for size in (largest * MB, most - largest * MB)]
        await asyncio.sleep(0)
        refused = await put(door, "a", 1)
        kept.append(asyncio.create_task(put(door, "b", 1)))
        await asyncio.sleep(0)
        app.go_on.set()
        statuses = [status for status, _ in await asyncio.gather(*kept)]
        assert (app.begun, app.done) == (3, 3)
        statuses.append((await put(door, "a", None))[0])  # of unknown size: taken for the largest
        return statuses, refused

    statuses, refused = asyncio.run(flood())
    assert statuses == [204, 204, 204, 204]
    assert refused == (413, "The files of one browser tab may have 315 MB together until they are read.")


def test_what_waits_in_memory_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "held", lambda: {"a": 299 * MB, "b": 600 * MB})

    async def ask() -> list[int]:
        app = App()
        app.go_on.set()
        door = Intake(app)
        sizes = {"a": (MB, 2 * MB), "c": (40 * MB, 80 * MB)}
        return [(await put(door, session, size))[0] for session, both in sizes.items() for size in both]

    assert asyncio.run(ask()) == [204, 413, 204, 413]


def test_a_body_that_trickles_in_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PATIENCE", 0.1)

    async def trickle() -> tuple[tuple[int, str], dict[str, int]]:
        app = App()
        app.go_on.set()
        door = Intake(app)
        return await put(door, "a", 100, chunks=10**6, wait=0.001), door._coming

    assert asyncio.run(trickle()) == ((408, "The file took too long to arrive."), {})
