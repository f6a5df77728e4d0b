"""Slides by keyboard, and a page as it is printed."""

from playwright.sync_api import Browser, expect

from core.model.presets import PRESETS
from tests.browser.server import Server, new_page, open_page
from tests.pages.test_pages import saved
from tests.patience import until


def test_keys_turn_the_slides_a_slider_keeps_its_own_and_escape_leaves(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, f"{server.url}/optimizers?present=1")
    place = page.get_by_role("toolbar", name="Slides")
    expect(place).to_contain_text("1 / 7")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")  # at once: it counts from where the first one leads
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    expect(place).to_contain_text("3 / 7")
    page.keyboard.press("ArrowLeft")
    expect(place).to_contain_text("2 / 7")
    expect(table).to_have_count(0)  # both slides have a slider: the last one's is gone, too
    steps = page.get_by_role("slider", name="Steps")
    expect(steps).to_be_visible()
    steps.focus()
    page.keyboard.press("ArrowRight")
    expect(steps).to_have_value("110")
    expect(place).to_contain_text("2 / 7")
    page.keyboard.press("Escape")  # takes the focus away
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Present")).to_be_visible()
    expect(place).to_have_count(0)


def test_a_slide_is_whole_in_a_zoomed_window(server: Server, browser: Browser) -> None:
    size, zoom = {"width": 1280, "height": 720}, 1.5
    window = {name: int(length / zoom) for name, length in size.items()}
    page = new_page(browser, viewport=window, device_scale_factor=zoom)
    page.goto(f"{server.url}/activations?present=4")  # which has no title to wait for
    expect(page.locator(".digits-plot .scatterlayer .trace").first).to_be_visible()
    main = page.get_by_test_id("stMain")
    until(lambda: main.evaluate("main => main.scrollHeight <= main.clientHeight"))
    until(
        lambda: (
            page.evaluate("document.querySelector('.digits-plot')._fullLayout._size.h") > window["height"] / 5
        )
    )


def test_an_axis_title_stands_below_its_ticks_in_a_zoomed_window(server: Server, browser: Browser) -> None:
    page = new_page(browser, viewport={"width": 907, "height": 600}, device_scale_factor=1.5)
    page.goto(f"{server.url}/optimizers?present=2")
    plot = page.locator(".digits-plot").nth(1)
    title, ticks = plot.locator(".xtitle"), plot.locator(".xaxislayer-above")
    expect(title).to_be_visible()

    def is_below() -> bool:
        upper, lower = ticks.bounding_box(), title.bounding_box()
        return bool(upper and lower and upper["y"] + upper["height"] <= lower["y"] + 1)

    until(is_below)


def test_on_paper_no_control_is_left_and_charts_fit(server: Server, browser: Browser) -> None:
    run_id = saved(server.store, PRESETS["quick-start"].spec, "printed")
    page = open_page(browser, f"{server.url}/results?run={run_id}")
    chart = page.locator(".digits-plot", has=page.locator(".scatterlayer .trace")).first
    expect(chart).to_be_visible()
    printed = page.get_by_role("button", name="Print")
    expect(printed).to_be_visible()
    expect(page.locator(".digits-paper-note")).not_to_be_empty()  # its script has come, and listens
    width = "document.querySelector('.digits-plot .main-svg').clientWidth"
    wide = page.evaluate(width)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    changed = page.get_by_role("button", name="Train this, changed")
    for control in (printed, changed, page.get_by_test_id("stHeader"), page.locator(".digits-terms")):
        expect(control).to_be_hidden()
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
    page.wait_for_function(f"{width} < {wide}")
    narrow = page.evaluate(width)
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_function(f"{width} > {narrow}")
    expect(printed).to_be_visible()
