"""The pages on ideas by keyboard alone, and on a phone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server, open_page
from tests.patience import until

FILM = "[...document.querySelectorAll('.digits-plot')].find((plot) => plot.layout?.updatemenus)"
HEADS = f"{FILM}.data.at(-1).x.join()"
PHONE = {"viewport": {"width": 390, "height": 800}, "reduced_motion": "reduce"}
"""Without films that play, each picture of which is drawn by the processor."""
SLOWLY = f"{FILM}.layout.updatemenus[0].buttons[0].args[1].frame.duration = 1000"
"""Has each picture of the film last so long that it is not over when somebody slow comes to pause it."""


def stands_still(page: Page) -> bool:
    """Whether the film shows the same for longer than one of its pictures lasts."""
    before = page.evaluate(HEADS)
    page.wait_for_timeout(1300)
    return bool(page.evaluate(HEADS) == before)


def test_a_film_is_played_and_paused_by_keyboard(server: Server, browser: Browser) -> None:
    page = open_page(browser, f"{server.url}/optimizers")
    film = page.get_by_role("figure", name="Ravine from above")
    play = film.get_by_role("button", name="Play")
    play.focus()
    page.evaluate(SLOWLY)
    ends = page.evaluate(HEADS)
    page.keyboard.press("Enter")
    page.wait_for_function(f"({HEADS}) !== '{ends}'")
    page.keyboard.press("Tab")
    expect(film.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Space")
    until(lambda: stands_still(page), "the pause")
    assert page.evaluate(HEADS) != ends

    page.emulate_media(reduced_motion="reduce")
    page.reload()
    film.get_by_role("button", name="Step").focus()
    ends = page.evaluate(HEADS)
    page.keyboard.press("Enter")
    page.wait_for_function(f"({HEADS}) !== '{ends}'")
    assert stands_still(page)


def test_an_arrow_key_moves_a_slider_and_its_figure(server: Server, browser: Browser) -> None:
    page = open_page(browser, f"{server.url}/convolution")
    expect(page.get_by_role("figure", name="at row 14, column 14").first).to_be_visible()
    page.get_by_role("slider", name="Row of the output").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("figure", name="at row 15, column 14").first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "choice", "last"),
    [
        ("activations", "", ""),
        ("batch_norm", "", ""),
        ("softmax", "Digit", "9"),
        ("optimizers", "Surface", "Himmelblau"),
    ],
)
def test_on_a_phone_no_formula_is_too_wide_and_every_choice_is_within_reach(
    server: Server, browser: Browser, name: str, choice: str, last: str
) -> None:
    page = open_page(browser, f"{server.url}/{name}", **PHONE)
    expect(page.locator(".katex-display").first).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")
    wide = "[...document.querySelectorAll('.katex-display')].filter((f) => f.scrollWidth > f.clientWidth + 8)"
    until(lambda: page.evaluate(f"{wide}.map((f) => f.textContent)") == [], "narrow formulas")
    if choice:
        is_within_reach(page, choice, last)


def test_the_last_digit_is_within_reach_on_a_phone(server: Server, browser: Browser) -> None:
    is_within_reach(open_page(browser, f"{server.url}/convolution", **PHONE), "Digit", "9")


def is_within_reach(page: Page, choice: str, last: str) -> None:
    button = page.get_by_role("radiogroup", name=choice, exact=True).get_by_role("radio", name=last)
    expect(button).to_be_visible()
    until(lambda: (place := button.bounding_box()) and place["x"] + place["width"] <= 390, "its place")


def test_a_choice_that_is_longer_than_a_phone_is_wide_is_whole(server: Server, browser: Browser) -> None:
    page = open_page(browser, f"{server.url}/presentation", **PHONE)
    long = page.get_by_test_id("stButtonGroup").locator("p", has_text="The final network")
    expect(long).to_be_visible()
    assert long.evaluate("text => text.scrollWidth <= text.clientWidth")
