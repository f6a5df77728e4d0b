"""Visitors who speak to a real server: what they are sent is whole, and many who watch look less often."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.audience import Page, Seen, connected
from benchmarks.meanwhile import meanwhile
from core.model.specs import RunSpec
from core.runs.records import Progress, StepPoint
from pages.shared.viewers import MANY
from tests.browser.server import Server
from tests.patience import SECONDS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("home"), DIGITS_WORKERS="0")
    yield server
    server.end()


@pytest.fixture
def query(server: Server, small_spec: RunSpec) -> Iterator[str]:
    """The address of a run whose worker gives signs of life."""
    run = server.store.create(small_spec, "watched", holder="worker")
    server.store.claim(run.id, {}, "worker")
    server.store.record(run.id, Progress("training", 1, 1, 8), [StepPoint(1, 2.0, 0.1, 0.1)], [], "worker")
    with meanwhile(lambda: server.store.beat(run.id, "worker"), 1.0):
        yield f"run={run.id}"


def test_who_came_early_looks_less_often_when_many_have_come(server: Server, query: str) -> None:
    async def watch() -> None:
        seen = Seen()
        async with AsyncExitStack() as room:
            pages = [
                Page(await room.enter_async_context(connected(server.url)), "results", query, seen)
                for _ in range(2 * MANY)
            ]
            await pages[0].look(0.0)
            alone = dict(pages[0]._parts)
            await asyncio.gather(*[page.look(0.0) for page in pages[1:]])
            async with asyncio.timeout(SECONDS):
                while any(pages[0]._parts[part] <= wait for part, wait in alone.items()):
                    await asyncio.gather(*[_ask_for_all(page, list(alone)) for page in pages])
        assert len(alone) == 2, "the run, and its mistakes"
        assert not seen.errors

    asyncio.run(watch())


def test_a_page_is_whole_and_in_order_whatever_is_asked_meanwhile(server: Server, query: str) -> None:
    async def drawn(hurried: bool) -> list[tuple[int, ...]]:
        """Return the places of all that stands on a page at its end, as a browser puts it together."""
        async with connected(server.url) as socket:
            page = Page(socket, "results", query, Seen())
            await page.look(0.0)
            for part in page._parts if hurried else ():
                await socket.send(_question(page, query, part))
                await socket.send(_question(page, query, part))
            await socket.send(_question(page, query))
            answers, ends = list[ForwardMsg](), 0
            while not ends:
                answers.append(
                    ForwardMsg.FromString(bytes(await asyncio.wait_for(socket.recv(decode=False), SECONDS)))
                )
                last = answers[-1]
                ends += last.WhichOneof("type") == "script_finished" and last.script_finished == 0
        begun = max(at for at, one in enumerate(answers) if one.WhichOneof("type") == "new_session")
        return sorted({tuple(one.metadata.delta_path) for one in answers[begun:] if one.metadata.delta_path})

    assert asyncio.run(drawn(hurried=True)) == asyncio.run(drawn(hurried=False))


async def _ask_for_all(page: Page, parts: list[str]) -> None:
    for part in parts:
        await page._ask(part)


def _question(page: Page, query: str, part: str = "") -> bytes:
    message = BackMsg()
    asked = message.rerun_script
    asked.query_string, asked.page_name = query, "results"
    if part:
        asked.page_script_hash, asked.fragment_id, asked.is_auto_rerun = page._hash, part, True
    return message.SerializeToString()
