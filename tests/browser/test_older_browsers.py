"""What a browser lacks costs the visitor that one thing only: tried in one from which it is taken away."""

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, new_page, wait_until_whole
from tests.browser.strokes import draw
from tests.browser.test_exports import saved

WITHOUT = """
delete CSS.highlights;
delete window.Highlight;
delete window.requestIdleCallback;
delete Element.prototype.checkVisibility;
delete HTMLElement.prototype.showPopover;
delete PointerEvent.prototype.getCoalescedEvents;
"""
"""Firefox has no marks before 140, no cards in the top layer before 125; Safari neither idle time nor, before
17.4, a word for what is hidden."""
INKED = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, at) => at % 4 === 0 && value > 128).length > 100;
}"""


def test_without_what_younger_browsers_have_terms_are_listed_and_digits_drawn_and_no_tour_is_offered(
    server: Server, browser: Browser
) -> None:
    page, errors = new_page(browser, WITHOUT), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    wait_until_whole(page)
    page.get_by_text("Terms on this page").press("Enter")
    expect(page.locator(".digits-terms dt").first).to_be_visible()
    expect(page.locator(".digits-tour-open")).to_have_text("Tour of this page in five steps")
    expect(page.locator(".digits-tour-open")).to_be_hidden()

    page.goto(f"{server.url}/draw?by={saved(server.store)}")
    wait_until_whole(page)
    draw(page, 3)
    assert page.locator(".digits-canvas").evaluate(INKED)
    assert not errors
