"""Charts that change while they are still being drawn."""

from playwright.sync_api import Browser, Route, expect

from core.model import layers as L
from core.model.specs import Data, RunSpec
from tests.browser.server import Server, new_page
from tests.pages.test_compare import answered

SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=16)), data=Data(images=4000), epochs=2)


def test_a_chart_that_is_changed_before_it_is_drawn_is_drawn_as_changed(
    server: Server, browser: Browser
) -> None:
    run_id = answered(server.store, SPEC, "small", range(30))
    page = new_page(browser)
    held: list[Route] = []
    page.route("**/*plotly*", lambda route: held.append(route))
    with page.expect_request("**/*plotly*"):
        page.goto(f"{server.url}/results?run={run_id}")
    waiting = page.locator(".digits-plot[role]").first
    expect(waiting).to_be_empty()
    assert "on its way" in waiting.evaluate("plot => getComputedStyle(plot, '::before').content")
    height = waiting.evaluate("plot => plot.offsetHeight")
    for logarithmic in (True, False, True):
        page.get_by_text("Logarithmic loss", exact=True).last.click()
        expect(page.get_by_label("Logarithmic loss").last).to_be_checked(checked=logarithmic)
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        page.wait_for_timeout(300)  # so that the answer comes while nothing is drawn yet
    page.route("**/*plotly*", lambda route: route.continue_())  # what is asked for from now on
    for route in held:
        route.continue_()
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length > 0")
    page.wait_for_function(
        "[...document.querySelectorAll('.digits-plot')].some(p => p._fullLayout?.yaxis?.type === 'log')"
    )
    expect(page.get_by_text("TypeError")).to_have_count(0)
    assert waiting.evaluate("plot => plot.offsetHeight") == height


def test_no_title_lies_under_the_buttons_beside_it_on_a_phone(server: Server, browser: Browser) -> None:
    page = new_page(browser, viewport={"width": 390, "height": 800})
    page.goto(f"{server.url}/dropout")
    title = page.locator(".digits-plot .gtitle").filter(has_text="Distance from the whole")
    expect(title).to_be_visible()
    places = page.locator(".digits-plot").evaluate_all(
        """plots => plots.map((plot) => [".gtitle", ".modebar-group"].map((part) => plot.querySelector(part)))
            .filter(([title]) => title).map((parts) => parts.map((part) => part.getBoundingClientRect()))
            .filter(([title, bar]) => title.right > bar.left && title.top < bar.bottom).length"""
    )
    assert places == 0
