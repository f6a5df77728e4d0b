"""What axe-core, a keyboard and a large zoom meet on the pages."""

from playwright.sync_api import Browser

from tests.browser.server import Server, open_page
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
