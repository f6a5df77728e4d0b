"""The first screen of a new visitor: a drawing is read, the tour is left and called, Close is for good."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from core.export.bundle import fill
from core.export.first_run import LEARNER, archive
from core.runs.store import RunStore
from tests.browser.server import Server, new_page, open_page, wait_until_ended, wait_until_whole
from tests.browser.strokes import draw, ready_canvas
from tests.browser.table import stands_still
from tests.patience import until

AS_SAFARI = """
const supports = CSS.supports.bind(CSS);
CSS.supports = (name, ...rest) => name !== "overflow-anchor" && supports(name, ...rest);
addEventListener("DOMContentLoaded", () => document.head.append(Object.assign(
  document.createElement("style"), { textContent: "* { overflow-anchor: none !important; }" })));
"""
TOP = "element => element.getBoundingClientRect().top"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard that has the two bundled runs of the first screen alone."""
    home, bundle = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bundle")
    for path in (archive(), archive(LEARNER)):
        assert path
        shutil.copy(path, bundle)
    fill(RunStore(f"sqlite:///{home / 'runs.sqlite'}"), bundle)
    server = Server(home, DIGITS_WORKERS="0")
    yield server
    server.end()


def test_a_new_visitor_draws_takes_the_tour_and_closes_it_for_good(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url)
    met, whole = page.get_by_text("A network learns to read"), page.get_by_text("Rotation").first
    expect(whole).to_be_visible()
    expect(met).to_be_visible()
    expect(page.locator(".digits-bar[data-read]")).to_have_count(1)  # a digit is on its way
    expect(page.locator(".digits-film-at").first).to_have_attribute("max", "5")  # and it learns

    draw(page, 3)
    expect(page.get_by_text(re.compile(r"It reads a 3 \(\d+%\)"))).to_be_visible()
    wait_until_ended(page)

    offer, card = page.get_by_role("button", name="New here?"), page.get_by_role("dialog")
    for _ in range(2):
        offer.focus()
        page.keyboard.press("Enter")
        expect(card).to_contain_text("1 of 5")
        page.keyboard.press("ArrowRight")
        expect(card).to_contain_text("2 of 5")
        card.get_by_role("button", name="Back").press("Enter")
        expect(card).to_contain_text("1 of 5")
        expect(card.get_by_role("button", name="Next")).to_be_focused()  # Back is off now
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(offer).to_be_focused()

    page.get_by_role("button", name="Close").click()
    expect(met).to_have_count(0)
    page.reload()
    expect(whole).to_be_visible()
    expect(met).to_have_count(0)
    expect(page.get_by_role("button", name="Tour of this page")).to_be_visible()


def test_the_train_button_stays_where_it_first_stands_when_picture_and_canvas_come(
    server: Server, browser: Browser
) -> None:
    page, held = new_page(browser), list[Route]()
    page.route(re.compile(r"/(network_picture|canvas)\.js"), lambda route: held.append(route))
    page.goto(server.url)
    wait_until_whole(page)
    row = page.locator(".st-key-start")
    until(lambda: row.is_visible() and len(held) == 2)  # Playwright tells of them while it is asked
    before = row.evaluate(TOP)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()  # it could do nothing yet
    expect(page.get_by_label("Width of the pen")).to_be_disabled()
    for route in held:
        route.continue_()
    expect(page.locator(".digits-film-images canvas")).to_have_count(10)
    assert abs(row.evaluate(TOP) - before) < 20
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    expect(page.get_by_label("Width of the pen")).to_be_enabled()


def test_the_line_over_the_canvas_is_whole_beside_the_picture(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url, viewport={"width": 680, "height": 900})
    line = page.locator("p", has_text="Draw one:")
    expect(page.locator(".st-key-welcome-canvas canvas")).to_be_visible()
    whole = "line => line.offsetHeight <= line.closest('[data-testid=stVerticalBlock]').clientHeight"
    assert line.evaluate(whole)
    page.set_viewport_size({"width": 1000, "height": 900})
    until(lambda: line.evaluate(whole), "a whole line in a wide window")


def test_where_a_browser_keeps_no_place_what_is_looked_at_stays_when_the_first_screen_goes(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, server.url, AS_SAFARI, viewport={"width": 390, "height": 844})
    met = page.get_by_text("A network learns to read")
    expect(met).to_be_visible()
    expect(page.locator(".digits-film-images canvas")).to_have_count(10)
    expect(page.get_by_text("Rotation").first).to_be_visible()
    ready_canvas(page)
    expect(page.get_by_role("button", name="New here?")).to_be_visible()  # beside it, Close listens now
    row = page.locator(".st-key-start")
    row.evaluate("row => row.scrollIntoView()")
    until(lambda: stands_still(row), "a row in its place")
    before = row.evaluate(TOP)
    page.get_by_role("button", name="Close").dispatch_event("click")
    expect(met).to_have_count(0)
    until(lambda: abs(row.evaluate(TOP) - before) < 3, "the row in the place where it was")


def test_what_opens_at_the_lower_edge_of_the_window_has_room(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url)
    button = page.get_by_role("button", name="How good, how soon?")
    button.evaluate("button => button.scrollIntoView({block: 'end', behavior: 'instant'})")
    button.click()
    body = page.get_by_test_id("stPopoverBody").filter(has_text="Time to a validation accuracy")
    until(lambda: body.evaluate("body => body.getBoundingClientRect().height > 200"))
    until(lambda: body.evaluate("body => body.getBoundingClientRect().bottom < innerHeight"))


def test_numbers_that_come_late_are_those_of_the_network_though_something_was_pressed_before(
    server: Server, browser: Browser
) -> None:
    page, held = new_page(browser), list[Route]()
    page.route(re.compile(r"/NumberInput\..*\.js"), lambda route: held.append(route))
    page.goto(server.url)
    grey = page.get_by_test_id("stSkeleton").first
    grey.wait_for()
    wait_until_ended(page)
    page.get_by_role("button", name="How good, how soon?").click()
    expect(page.get_by_text("Time to a validation accuracy")).to_be_visible()
    wait_until_ended(page)
    for route in held:
        route.continue_()
    expect(page.get_by_label("Epochs", exact=True)).to_have_value("5")
    expect(page.get_by_label("Filters", exact=True).first).to_have_value("16")


def test_a_frame_that_did_not_come_is_asked_for_again_and_only_one_sign_says_why(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, server.url, reduced_motion="reduce")
    film, sign = page.locator(".digits-film-told").first, page.locator(".digits-connection")
    expect(film).to_contain_text("is read as")
    page.context.set_offline(True)
    page.get_by_role("button", name="Image of a 7").click()
    expect(film).to_have_text("This frame could not be fetched.")
    expect(sign).to_contain_text("This device is offline")
    expect(film).to_be_hidden()
    page.context.set_offline(False)
    expect(film).to_contain_text("the 7 is read as")
    expect(film).to_be_visible()
