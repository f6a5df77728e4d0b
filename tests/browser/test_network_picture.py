"""What only a browser decides of the network's picture and its layers: what a click or a key leads to."""

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, open_page


def test_a_box_leads_to_its_row_by_keyboard_too_and_says_what_it_is(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url)
    box = page.get_by_role("button", name="3 · Conv2D 32")
    box.focus()
    page.keyboard.press("Enter")
    row = page.locator("[class*=st-key-layer-]").nth(2)
    expect(row).to_be_in_viewport()
    expect(row.get_by_label("Filters", exact=True)).to_be_focused()
    expect(page.locator(".digits-network-told")).to_contain_text("12,832 parameters")
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator(".digits-network svg")).to_be_visible()
    page.wait_for_function("document.documentElement.scrollWidth === 390")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the picture as PNG").click()
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_layer_that_is_added_by_keyboard_leaves_the_focus_where_it_was(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, server.url, viewport={"width": 390, "height": 800})
    rows = page.locator("[class*=st-key-layer-]")
    before = rows.count()
    add = page.get_by_role("button").filter(has_text="Average pooling")
    for more in (1, 2):
        add.press("Enter")
        expect(rows).to_have_count(before + more)
        expect(add).to_be_focused()
    icons = rows.last.get_by_test_id("stBaseButton-tertiary").filter(visible=True)
    assert min(icons.evaluate_all("icons => icons.map((icon) => icon.offsetWidth)")) >= 24
