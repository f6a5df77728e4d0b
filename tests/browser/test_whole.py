"""Pages stay whole where a server sends late, come back from React's faults, and say where nobody answers."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.home import PROJECT
from tests.browser.server import Server, new_page, wait_until_whole
from tests.patience import until

SCRIPT = f"""
import sys
import time

sys.path.insert(0, {str(PROJECT)!r})

import streamlit as st
from streamlit.runtime import runtime

from pages.server.whole import keep_whole

runtime.MESSAGE_FLUSH_INTERVAL_SECS = 0.3
keep_whole()


@st.fragment(run_every=0.05)
def clock():
    st.session_state["looks"] = st.session_state.get("looks", 0) + 1
    st.write(f"look {{st.session_state['looks']}}")


st.title("Late")
st.button("Again")
time.sleep(0.5)  # while the browser still asks for the clock of the page before
clock()
st.write("first below")
st.write("second below")
"""
LOOKS = 12


def test_a_page_that_is_sent_late_keeps_what_stands_below_a_part_that_ticks(
    browser: Browser, tmp_path: Path
) -> None:
    script = tmp_path / "late.py"
    script.write_text(SCRIPT)
    server = Server(tmp_path / "home", script=script)
    page = new_page(browser)
    page.goto(server.url)
    clock = page.get_by_text("look ")

    def looks() -> int:
        return int((clock.text_content() or "look 0").split()[-1])

    try:
        until(lambda: looks() > 1)
        page.get_by_role("button", name="Again").click()
        before = looks()
        until(lambda: looks() > before + LOOKS)
        assert page.get_by_text("first below").is_visible()
        assert page.get_by_text("second below").is_visible()
    finally:
        server.end()


def unplaced() -> bytes:
    """Return a message that no page has a place for."""
    message = ForwardMsg()
    message.metadata.delta_path[:] = [0, 999]
    message.delta.add_block.allow_empty = True
    return message.SerializeToString()


@pytest.mark.parametrize("name", ["draw", "glossary"])
def test_a_window_that_react_has_emptied_is_loaded_anew(server: Server, browser: Browser, name: str) -> None:
    page = new_page(browser)
    lines: list[WebSocketRoute] = []
    page.route_web_socket("**/_stcore/stream", lambda line: (line.connect_to_server(), lines.append(line)))
    with page.expect_response("**/whole.js*"):
        page.goto(f"{server.url}/{name}")
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_visible()
    page.evaluate("window.__mark = true")
    lines[-1].send(unplaced())
    page.wait_for_function("!window.__mark")
    expect(title).to_be_visible()


def test_a_page_says_that_nobody_answers_it_and_that_somebody_does_again(
    server: Server, browser: Browser
) -> None:
    page = new_page(browser)
    with page.expect_response("**/connection.js*"):
        page.goto(f"{server.url}/convolution")
    title, sign = page.get_by_role("heading", level=1), page.locator(".digits-connection")
    expect(title).to_be_visible()
    expect(sign).to_be_hidden()

    page.route("**/_stcore/health", lambda route: route.abort())  # the line is gone without a word
    page.context.set_offline(True)  # which this browser is told
    expect(sign).to_contain_text("This device is offline")
    page.context.set_offline(False)
    expect(sign).to_contain_text("The server does not answer")
    title.click()
    page.unroute("**/_stcore/health")
    expect(sign).to_contain_text("press it once more")
    expect(sign).to_be_hidden()


def test_what_was_pressed_while_the_line_was_gone_happens_once_the_server_answers_again(
    server: Server, browser: Browser
) -> None:
    """The old line stays mute, where a computer would send anew after as long as the line was gone."""
    page, mute = new_page(browser), []

    def joined(line: WebSocketRoute) -> None:
        beyond = line.connect_to_server()
        line.on_message(lambda sent: line in mute or beyond.send(sent))
        beyond.on_message(lambda came: line in mute or line.send(came))
        lines.append(line)

    lines: list[WebSocketRoute] = []
    page.route_web_socket("**/_stcore/stream", joined)
    with page.expect_response("**/connection.js*"):
        page.goto(f"{server.url}/convolution")
    wait_until_whole(page)
    page.evaluate("window.__mark = true")

    page.route("**/_stcore/health", lambda route: route.abort())
    mute.append(lines[-1])
    page.get_by_text("7×7", exact=True).first.click()
    expect(page.locator(".digits-connection")).to_contain_text("The server does not answer")
    page.unroute("**/_stcore/health")
    expect(page.get_by_text("Sum of the 49 products")).to_be_visible()
    assert page.evaluate("window.__mark"), "the page itself stays"
