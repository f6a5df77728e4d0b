"""The hints to the terms of a page, under a mouse, a finger and the keyboard."""

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.server import Server, open_page
from tests.patience import until

MIDDLE = """(element, word) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const from = walker.currentNode.data.indexOf(word);
    if (from < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, from);
    range.setEnd(walker.currentNode, from + word.length);
    const { left, top, width, height } = range.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  }
}"""


def middle(element: Locator, word: str) -> tuple[float, float]:
    """Return where in the window a word of an element is."""
    x, y = element.evaluate(MIDDLE, word)
    return x, y


def rest_on(page: Page, element: Locator, word: str) -> bool:
    """Have the mouse rest on a word for a second; return whether a card is shown."""
    page.mouse.move(*middle(element, word))
    page.wait_for_timeout(1000)
    return page.locator(".digits-term-card").is_visible()


def tap(page: Page, element: Locator, word: str) -> bool:
    """Tap a word; return whether a card with its link is shown a moment later."""
    page.touchscreen.tap(*middle(element, word))
    page.wait_for_timeout(500)
    return page.locator(".digits-term-card a").is_visible()


def test_a_term_tells_its_sentence_under_mouse_finger_and_keyboard_and_takes_no_press(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, f"{server.url}/dropout", has_touch=True)
    card, heading = page.locator(".digits-term-card"), page.get_by_role("heading", name="A fresh mask")
    button = page.get_by_role("button", name="Draw another mask")
    expect(page.get_by_text("Mask 1", exact=True)).to_be_visible()
    until(lambda: rest_on(page, heading, "mask"), "the card")
    expect(card).to_contain_text("which neurons dropout leaves on")

    button.click()  # the card lies on it
    expect(page.get_by_text("Mask 2", exact=True)).to_be_visible()
    expect(card).to_be_hidden()

    until(lambda: tap(page, heading, "mask"), "the card with its link")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()

    page.get_by_text("Terms on this page").press("Enter")
    expect(page.locator(".digits-terms dd").first).to_contain_text("switched off at random")
