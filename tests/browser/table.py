"""The table of runs under the mouse: it is drawn on a canvas, so its rows are clicked by place."""

from playwright.sync_api import Locator, Page

from tests.patience import until

Place = tuple[float, float]


def ticks(page: Page, count: int) -> list[Place]:
    """Return where to tick the first rows of the table, once it stands in its place."""
    table = page.get_by_test_id("stDataFrame").last
    table.get_by_test_id("data-grid-canvas").first.wait_for()
    until(lambda: stands_still(table), "a table in its place")
    box = table.bounding_box()
    assert box is not None
    return [(box["x"] + 18, box["y"] + 35 * row + 52) for row in range(count)]


def stands_still(element: Locator) -> bool:
    """Whether an element stays where it is, and nothing of its page is still on its way."""
    on_its_way = element.page.locator("[data-testid=stSkeleton], [data-testid=stStatusWidget]")
    return keeps_its_place(element) and not on_its_way.count()


def keeps_its_place(element: Locator) -> bool:
    """Whether an element stays where it is for a moment, also on a page that is drawn anew each second."""
    before = element.bounding_box()
    element.page.wait_for_timeout(300)
    return before is not None and element.bounding_box() == before
