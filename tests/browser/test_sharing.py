"""What one person copies, another sees: comparisons, configurations, and runs that are not theirs."""

import re

from playwright.sync_api import Browser, Page, expect

from core.model import layers as L
from core.model.specs import Data, RunSpec
from tests.browser.server import Server, open_page, run_of, wait_until_whole
from tests.browser.table import ticks
from tests.browser.test_bell import paused
from tests.pages.test_compare import answered
from tests.patience import until

SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=16)), data=Data(images=4000), epochs=2)
PLOTS = "[...document.querySelectorAll('.digits-plot')]"
LOOKS = 20
"""At charts that are drawn anew, before the mouse comes once more."""


def shown(page: Page) -> tuple[str, int]:
    """Return all text of a page, and how many pictures it has."""
    return page.get_by_test_id("stMain").inner_text(), page.locator("img").count()


def test_a_shared_comparison_shows_the_second_browser_the_same_page(server: Server, browser: Browser) -> None:
    first = answered(server.store, SPEC, "small", range(30))
    wider = SPEC.model_copy(update={"layers": (L.Flatten(), L.Dense(units=64))})
    second = answered(server.store, wider, "wide", range(25, 34))
    page = open_page(browser, f"{server.url}/compare?compare={first},{second}")
    expect(page.get_by_text("25 images fixed, 4 broken, p = 0.0001").first).to_be_visible()
    expect(page.get_by_text("One thing was changed: units 16 → 64 in layer 2.").first).to_be_visible()
    page.get_by_role("tab", name="Digits and images").last.click()
    page.get_by_text("Only A right", exact=True).last.click()
    page.wait_for_url(re.compile("cell=Only"))
    expect(page.locator("img")).to_have_count(4)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").last.click()
    address = page.url
    page.wait_for_function("async (link) => await navigator.clipboard.readText() === link", arg=address)

    shared = open_page(browser, address)
    expect(shared.get_by_text("Every one of the 400 images").first).to_be_visible()
    expect(shared.locator("img")).to_have_count(4)
    shared.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length > 0")
    until(lambda: shown(shared) == shown(page), "the same page")

    # The run under the mouse stands out in every chart.
    shared.get_by_role("tab", name="Trade-offs").last.click()
    shared.wait_for_function(f"{PLOTS}.filter(p => p._fullData?.length > 1).length === 3")
    shared.get_by_text("Point at a run").scroll_into_view_if_needed()
    until(lambda: faint_when_pointed_at(shared) == [1, 1, 1], "one run that stands out")


def faint_when_pointed_at(page: Page) -> list[int]:
    """Point at the second run in the third chart, and return how many curves are faint in each."""
    x, y = page.evaluate(
        """() => { const p = document.querySelectorAll('.digits-plot')[2], l = p._fullLayout;
            const t = p._fullData[1], box = p.getBoundingClientRect();
            return [box.x + l._size.l + l.xaxis.d2p(t.x[0]), box.y + l._size.t + l.yaxis.d2p(t.y[0])]; }"""
    )
    page.mouse.move(x - 20, y)
    page.mouse.move(x, y, steps=4)
    faint = f"{PLOTS}.map(p => p.data.filter(t => t.opacity < 0.5).length)"
    for _ in range(LOOKS):
        page.wait_for_timeout(300)
        if any(found := page.evaluate(faint)):
            break
    return list(found)


def test_a_configuration_travels_in_the_address_and_back_undoes_a_change(
    server: Server, browser: Browser
) -> None:
    page = open_page(browser, server.url)
    for epochs in ("7", "8"):
        before = page.url
        page.get_by_label("Epochs", exact=True).fill(epochs)
        page.keyboard.press("Enter")
        page.wait_for_function(
            "before => location.href !== before && location.search.includes('spec=')", arg=before
        )
        wait_until_whole(page)
    shared = open_page(browser, page.url)
    expect(shared.get_by_label("Epochs", exact=True).last).to_have_value("8")
    page.go_back()
    expect(page.get_by_label("Epochs", exact=True).last).to_have_value("7")
    page.go_forward()
    expect(page.get_by_label("Epochs", exact=True).last).to_have_value("8")

    broken = open_page(browser, page.url[:-20])
    expect(
        broken.get_by_text(re.compile("The configuration in the link is (damaged|cut off)"))
    ).to_be_visible()
    expect(broken.get_by_role("button", name="Train", exact=True).last).to_be_enabled()


def test_a_run_deleted_while_others_compare_it_leaves_them_the_rest(server: Server, browser: Browser) -> None:
    ids = [answered(server.store, SPEC, name, range(number)) for number, name in enumerate("pq", start=1)]
    living = paused(server.store, SPEC, "living")
    page = open_page(browser, f"{server.url}/compare?compare={','.join([*ids, living])}")
    expect(page.get_by_text("Not ended yet, and left out until then: living.").first).to_be_visible()
    server.store.delete([living])
    expect(page.get_by_text(f"There is no run “{living}” here")).to_have_count(1)
    expect(page.get_by_text("They differ in the seed alone")).to_have_count(0)
    expect(page.get_by_text("Nothing was changed, not even the seed").first).to_be_visible()


def test_a_run_that_others_begin_leaves_the_selection_as_it_is(server: Server, browser: Browser) -> None:
    ids = [answered(server.store, SPEC, f"chosen {number}", range(number)) for number in (1, 2, 3)]
    page = open_page(browser, f"{server.url}/runs?filter=chosen")
    places = ticks(page, 2)
    page.mouse.click(*places[0])
    page.get_by_text("Open", exact=True).last.wait_for()
    answered(server.store, SPEC, "chosen by nobody", range(4))
    page.mouse.click(*places[1])  # in the table that is still on the screen, without the newest run
    page.get_by_role("button", name="Compare").last.click()
    page.wait_for_url(re.compile("compare="))
    assert set(re.findall("[0-9a-f]{10}", page.url)) == set(ids[1:])


def test_others_watch_a_run_but_only_its_owner_stops_it(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url)
    page.get_by_label("Epochs", exact=True).fill("200")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("spec="))
    page.get_by_role("button", name="Train", exact=True).last.click()
    run_id = run_of(page)
    other = open_page(browser, f"{server.url}/results?run={run_id}")
    expect(other.get_by_text("read-only").first).to_be_visible()
    expect(other.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    other.get_by_role("button", name="Train this, changed").last.click()
    expect(other.get_by_role("heading", name="Train a network").first).to_be_visible()
    expect(other.get_by_label("Epochs", exact=True).last).to_have_value("200")

    page.get_by_role("button", name="Stop", exact=True).last.click()
    until(lambda: server.store.get(run_id).status.is_finished())


def test_back_brings_back_the_runs_that_were_compared(server: Server, browser: Browser) -> None:
    ids = [
        answered(server.store, SPEC.model_copy(update={"seed": number}), name, range(number))
        for number, name in enumerate("xyz", start=1)
    ]
    page = open_page(browser, f"{server.url}/compare?compare={','.join(ids[:2])}")
    box = page.get_by_role("combobox", name="Runs to compare")
    box.click()
    page.get_by_role("option", name=re.compile("^z ·")).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Each pair").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Each pair")).to_have_count(0)
    expect(page.get_by_text("One thing was changed")).to_have_count(0)
    expect(page.get_by_text("They differ in the seed alone")).to_have_count(1)
    page.go_forward()
    expect(page.get_by_text("Each pair").first).to_be_visible()


def test_back_from_another_page_brings_back_the_comparison(server: Server, browser: Browser) -> None:
    ids = [answered(server.store, SPEC, name, range(number)) for number, name in enumerate("uv", start=1)]
    page = open_page(browser, f"{server.url}/compare?compare={','.join(ids)}")
    page.get_by_role("tab", name="Settings").last.click()
    page.wait_for_url(re.compile("view=Settings"))
    page.get_by_role("link", name="Data", exact=True).first.click()
    expect(page.get_by_role("heading", name="Data", exact=True).first).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile(f"compare={ids[0]}.*{ids[1]}"))
    expect(page.get_by_role("tab", name="Settings").first).to_be_visible()
    page.get_by_role("button", name="Clear all").last.click()
    expect(page.get_by_text("Choose at least two runs above").first).to_be_visible()


def test_a_tab_stays_where_it_was_pressed_while_its_part_is_on_its_way(
    server: Server, browser: Browser
) -> None:
    runs = [answered(server.store, SPEC, name, range(30)) for name in ("one", "two")]
    address = f"{server.url}/compare?compare={','.join(runs)}"
    page = open_page(browser, address, viewport={"width": 390, "height": 844})
    tab = page.get_by_role("tab", name="Networks")
    tab.evaluate("tab => tab.scrollIntoView({ block: 'start', behavior: 'instant' })")
    before = tab.evaluate("tab => tab.getBoundingClientRect().top")
    tab.evaluate("tab => tab.click()")  # the mouse would scroll first
    expect(tab).to_have_attribute("aria-selected", "true")
    assert abs(tab.evaluate("tab => tab.getBoundingClientRect().top") - before) < 30
