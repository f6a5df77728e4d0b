"""What axe-core, a keyboard and a large zoom meet on the pages."""

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, open_page
from tests.browser.states import states
from tests.browser.visits import ALL, CONTRAST, addresses, faults, turn, until_narrow, visit


def test_no_page_has_a_serious_fault_in_light_or_dark_or_scrolls_sideways_at_twice_the_size(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, server.url, reduced_motion="reduce")
    found = {}
    for address in addresses(server):
        visit(page, address)
        found[address, "light"] = faults(page, ALL)
        turn(page, "dark")
        found[address, "dark"] = faults(page, CONTRAST)
        until_narrow(page, 1360 // 2)
    assert {state: told for state, told in found.items() if told} == {}


def test_what_is_open_living_refused_or_anothers_has_no_serious_fault_either(
    server: Server, browser: Browser
) -> None:
    found = {}
    for name, page in states(server, browser):
        turn(page, "light")
        found[name, "light"] = faults(page, ALL)
        turn(page, "dark")
        found[name, "dark"] = faults(page, CONTRAST)
    assert {state: told for state, told in found.items() if told} == {}


def test_at_twice_the_size_the_tab_key_stops_only_at_what_is_in_the_window_and_the_menu_folds_when_used(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, server.url, viewport={"width": 680, "height": 450})
    menu = page.get_by_role("link", name="Kaggle")
    expect(menu).to_be_hidden()
    for _ in range(6):
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(menu).to_be_visible()
    expect(menu).to_be_in_viewport()
    menu.click()
    expect(page.get_by_role("heading", name="Kaggle", level=1)).to_be_visible()
    expect(menu).to_be_hidden()  # it would lie over the page
