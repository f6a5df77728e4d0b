"""Every page as somebody finds it who has one run, and what axe-core finds there."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.server import Server, wait_until_ended, wait_until_whole
from tests.browser.test_addresses import PAGES
from tests.browser.test_exports import saved
from tests.patience import until

EXCUSED = {
    "label[disabled]": "what is switched off may be faint; axe sees that of an input, not of its label",
}
"""What axe does not look at, by selector, and why."""
_AXE = """async ([rules, exclude]) => {
  const { violations } = await axe.run({ exclude }, { runOnly: rules, resultTypes: ["violations"] });
  const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return grave.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}"""
ALL, CONTRAST = ["wcag2a", "wcag2aa"], ["color-contrast"]
"""What axe looks for: all that a program can see of WCAG 2 at levels A and AA, or the colours alone."""
WIDE = {"width": 1360, "height": 900}
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 31)"}
LOOKS = 20
_DRAWN = "plots => plots.every((plot) => plot.querySelector('.main-svg'))"
_WIDER = "document.querySelector('[data-testid=stMain]').scrollWidth > innerWidth"


def addresses(server: Server) -> list[str]:
    """Return the addresses of all pages; those that show runs show one."""
    run = saved(server.store)
    chosen = {"results": f"?run={run}", "compare": f"?compare={run}", "draw": f"?by={run}"}
    return [f"{server.url}/{page}{chosen.get(page, '')}" for page in PAGES]


def visit(page: Page, address: str) -> None:
    """Open an address in light and wait for what the page draws by itself."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto(address)
    wait_until_whole(page)
    settled(page)


def settled(page: Page) -> None:
    """Wait for what a page draws by itself, and have axe ready there."""
    wait_until_ended(page)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSpinner")).to_have_count(0)
    charts = page.locator(".digits-plot[role]")
    until(lambda: charts.evaluate_all(_DRAWN), "the charts")
    page.evaluate(AXE_SCRIPT)


def faults(page: Page, rules: list[str]) -> list[str]:
    """Return the faults that stay: what fades in or out just now is looked at again."""
    for _ in range(LOOKS):
        found = list(page.evaluate(_AXE, [rules, [*EXCUSED]]))
        if not found:
            return []
        page.wait_for_timeout(1000)
    return found


def turn(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUNDS[scheme])


def until_narrow(page: Page, width: int) -> None:
    """Wait until nothing of the page lies beside a window of this width."""
    page.set_viewport_size({"width": width, "height": 450})
    until(lambda: not page.evaluate(_WIDER), f"{page.url} within {width} px")
