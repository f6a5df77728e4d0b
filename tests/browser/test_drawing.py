"""The canvas under hands: pens, palms, fingers, screens and answers that come in the middle of a stroke.

The tests that wait for one answer only come first: the server's worker starts meanwhile.
"""

from collections.abc import Sequence
from functools import partial

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.server import Server, open_page
from tests.browser.strokes import draw, ready_canvas
from tests.browser.test_exports import saved
from tests.patience import until

Places = Sequence[tuple[float, float]]
INKED = """(shown, places) => {
  const small = Object.assign(document.createElement("canvas"), { width: 100, height: 100 });
  const context = small.getContext("2d");
  context.drawImage(shown, 0, 0, 100, 100);
  return places.map(([x, y]) => context.getImageData(100 * x, 100 * y, 1, 1).data[0] > 128);
}"""
LEFT, MIDDLE, RIGHT = (0.2, 0.5), (0.5, 0.5), (0.8, 0.5)
ROW = (LEFT, MIDDLE, RIGHT)


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    """The page, with a network whose model is lost: nothing has to be read here."""
    return f"{server.url}/draw?by={saved(server.store)}"


def on_canvas(page: Page, place: tuple[float, float]) -> tuple[float, float]:
    """Return where on the page a place of the canvas is, given in shares of its sides."""
    box = page.locator(".digits-canvas").bounding_box()
    assert box is not None
    return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]


def inked(page: Page, *places: tuple[float, float]) -> list[bool]:
    return list(page.locator(".digits-canvas").evaluate(INKED, places))


def is_sharp(page: Page, density: int) -> bool:
    """Whether the canvas has a pixel of its own for each of a screen so dense."""
    of_both = "canvas => [canvas.width, devicePixelRatio, canvas.getBoundingClientRect().width]"
    pixels, ratio, width = page.locator(".digits-canvas").evaluate(of_both)
    return bool(ratio == density and pixels == round(density * width))


def wait_until_sent(page: Page, inked: Places, empty: Places = ()) -> None:
    """Wait until the server's picture of what was drawn has ink at these places, and at those none."""
    wanted = [True] * len(inked) + [False] * len(empty)
    page.wait_for_function(
        f"""([places, wanted]) => {{
          const image = document.querySelector("[data-testid=stImage] img");
          return image?.naturalWidth && ({INKED})(image, places).join() === wanted;
        }}""",
        arg=[[*inked, *empty], ",".join(str(one).lower() for one in wanted)],
    )


class Hand:
    """Fingers and a pen, as the browser gets them from the system."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.system: CDPSession = page.context.new_cdp_session(page)

    def fingers(self, *places: tuple[float, float] | None) -> None:
        """Have fingers lie at these places of the canvas, and nowhere else; None is one that is lifted."""
        points = []
        for number, place in enumerate(places):
            if place:
                x, y = on_canvas(self.page, place)
                points.append({"x": x, "y": y, "id": number})
        kind = "touchMove" if points and self._touching else "touchStart" if points else "touchEnd"
        self._touching = bool(points)
        self.system.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    _touching = False

    def cancel(self) -> None:
        """Have the system take the fingers away, as it does when it finds a palm or shows a message."""
        self._touching = False
        self.system.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})

    def pen(self, kind: str, place: tuple[float, float], button: str = "left", buttons: int = 1) -> None:
        x, y = on_canvas(self.page, place)
        what = {"type": f"mouse{kind}", "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}
        self.system.send("Input.dispatchMouseEvent", what | {"pointerType": "pen"})

    def pen_stroke(self, *places: tuple[float, float]) -> None:
        self.pen("Pressed", places[0])
        for place in places[1:]:
            self.pen("Moved", place)
        self.pen("Released", places[-1], buttons=0)


@pytest.fixture
def hand(url: str, browser: Browser) -> Hand:
    """A hand over an empty canvas on a tablet."""
    page = open_page(browser, url, has_touch=True)
    ready_canvas(page)
    return Hand(page)


def test_a_second_finger_neither_draws_nor_ends_a_stroke(hand: Hand) -> None:
    hand.fingers(LEFT)
    hand.fingers(LEFT, (0.2, 0.1))
    hand.fingers((0.3, 0.5), (0.8, 0.1))
    hand.page.get_by_role("button", name="Clear", exact=True).dispatch_event("click")
    hand.fingers(MIDDLE)
    hand.fingers(RIGHT)
    hand.fingers()
    wait_until_sent(hand.page, ROW, empty=[(0.5, 0.1), (0.5, 0.3)])


def test_strokes_are_whole_where_browsers_tell_less(url: str, browser: Browser) -> None:
    page = open_page(browser, url, viewport={"width": 390, "height": 844})
    for given in ("() => []", "undefined"):
        page.evaluate(f"() => {{ PointerEvent.prototype.getCoalescedEvents = {given} }}")
        draw(page, 4)
        assert inked(page, (0.34, 0.36), (0.4, 0.56), (0.61, 0.6), (0.34, 0.75)) == [True] * 3 + [False]
        page.get_by_role("button", name="Clear", exact=True).click()
        assert inked(page, (0.34, 0.36)) == [False]


def test_a_browser_that_hides_what_is_drawn_says_so_instead_of_having_noise_read(
    url: str, browser: Browser
) -> None:
    page = open_page(browser, url)
    read = "CanvasRenderingContext2D.prototype.getImageData"
    white = "(x, y, w, h) => new ImageData(new Uint8ClampedArray(4 * w * h).fill(255), w, h)"
    page.evaluate(f"() => {{ window.real = {read}; {read} = {white} }}")
    draw(page, 1)
    expect(page.locator(".digits-hidden")).to_contain_text(
        "This browser hides from pages what is drawn on them"
    )
    expect(page.get_by_text("the networks answer here after each stroke")).to_be_visible()
    page.evaluate(f"() => {{ {read} = window.real }}")  # as when somebody has allowed it
    draw(page, 1)
    wait_until_sent(page, [(0.52, 0.5)])
    expect(page.locator(".digits-hidden")).to_be_hidden()


def test_keys_move_a_pen_that_draws_while_it_is_down(url: str, browser: Browser) -> None:
    page = open_page(browser, url)
    canvas = ready_canvas(page)
    canvas.focus()
    for keys in ("ArrowLeft " * 8, "Space", "ArrowRight " * 16, "Space", "ArrowDown " * 8):
        for key in keys.split():
            page.keyboard.press(key)
    wait_until_sent(page, ROW, empty=[(0.8, 0.7), (0.5, 0.3)])
    expect(canvas).to_be_focused()
    page.keyboard.press("Enter")
    draw(page, 1)  # a hand goes before the keys
    wait_until_sent(page, [*ROW, (0.8, 0.78), (0.52, 0.75)])


@pytest.mark.slow
def test_dense_and_zoomed_screens_are_drawn_on_sharply_and_send_the_same(url: str, browser: Browser) -> None:
    addresses = set()
    for density in (1, 3):
        page = open_page(browser, url, device_scale_factor=density)
        draw(page, 4)
        wait_until_sent(page, [(0.34, 0.36), (0.61, 0.6)])
        image = page.locator("[data-testid=stImage] img").first
        addresses.add(str(image.get_attribute("src")).rpartition("/")[2])  # named by its content
        until(partial(is_sharp, page, density), "a sharp canvas")
    assert len(addresses) == 1
    zoomed = {"width": 453, "height": 300, "deviceScaleFactor": 9, "mobile": False}
    Hand(page).system.send("Emulation.setDeviceMetricsOverride", zoomed)
    until(lambda: is_sharp(page, 9), "a sharp canvas")
    assert inked(page, (0.34, 0.36), (0.61, 0.6)) == [True, True]


def test_a_palm_draws_nothing_while_a_pen_writes(hand: Hand) -> None:
    hand.fingers((0.2, 0.9))
    hand.fingers((0.5, 0.9))
    assert inked(hand.page, (0.4, 0.9)) == [True]  # nobody knows yet that it is a palm
    hand.pen("Pressed", LEFT)
    hand.fingers((0.8, 0.9))
    hand.pen("Moved", MIDDLE)
    hand.fingers()
    hand.pen("Moved", RIGHT)
    hand.pen("Released", RIGHT, buttons=0)
    hand.fingers((0.1, 0.1))
    hand.fingers((0.9, 0.1))
    hand.fingers()
    wait_until_sent(hand.page, ROW, empty=[(0.4, 0.9), (0.7, 0.9), (0.5, 0.1)])
    assert inked(hand.page, *ROW, (0.4, 0.9), (0.7, 0.9), (0.5, 0.1)) == [True] * 3 + [False] * 3

    hand.page.get_by_role("button", name="Clear", exact=True).tap()
    until(lambda: inked(hand.page, *ROW) == [False] * 3, "an empty canvas")  # a tap is a click a little later
    hand.fingers(LEFT)
    hand.fingers(MIDDLE)
    hand.fingers()
    wait_until_sent(hand.page, [LEFT, MIDDLE], empty=[RIGHT])


def test_a_stroke_that_the_system_ends_stays_unless_a_pen_shows_that_it_was_a_palm(hand: Hand) -> None:
    hand.fingers((0.2, 0.9))
    hand.fingers((0.6, 0.9))
    hand.cancel()
    wait_until_sent(hand.page, [(0.4, 0.9)])
    hand.fingers((0.2, 0.2))
    hand.fingers((0.6, 0.2))
    hand.fingers()
    hand.pen_stroke(*ROW)
    wait_until_sent(hand.page, [*ROW, (0.4, 0.2)], empty=[(0.4, 0.9)])


def test_a_pen_draws_only_while_its_tip_is_down_and_its_other_end_erases(hand: Hand) -> None:
    hand.pen("Moved", LEFT, "none", 0)
    hand.pen("Moved", MIDDLE, "none", 0)
    hand.pen("Pressed", (0.2, 0.2), "right", 2)
    hand.pen("Moved", (0.5, 0.2), "right", 2)
    hand.pen("Released", (0.5, 0.2), "right", 0)
    assert inked(hand.page, LEFT, MIDDLE, (0.3, 0.2)) == [False] * 3
    hand.pen("Pressed", LEFT)
    hand.pen("Moved", MIDDLE)
    hand.pen("Moved", RIGHT, "none", 0)  # it left the glass, and nobody said so
    hand.pen("Moved", (0.8, 0.9), "none", 0)
    wait_until_sent(hand.page, [LEFT, MIDDLE], empty=[RIGHT])
    assert inked(hand.page, RIGHT, (0.8, 0.9)) == [False, False]
    hand.pen_stroke(*ROW)
    erase(hand.page, (0.5, 0.3), (0.5, 0.7))
    wait_until_sent(hand.page, [LEFT, RIGHT], empty=[MIDDLE])


def erase(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw with the other end of a pen, as events of the page: the browser cannot be given one."""
    canvas = page.locator(".digits-canvas")
    canvas.evaluate("canvas => canvas.setPointerCapture = () => {}")  # captures real pointers only
    for kind, place, pressed in (
        ("down", start, {"button": 5, "buttons": 32}),
        ("move", end, {"button": -1, "buttons": 32}),
        ("up", end, {"button": 5, "buttons": 0}),
    ):
        x, y = on_canvas(page, place)
        where = {"clientX": x, "clientY": y, "pointerId": 77, "pointerType": "pen"}
        canvas.dispatch_event(f"pointer{kind}", where | pressed)


def test_answers_themes_wheels_and_edges_do_not_break_a_stroke(url: str, browser: Browser) -> None:
    page = open_page(browser, url, color_scheme="light")
    page.mouse.move(*on_canvas(page, (0.2, 0.2)))
    page.mouse.down()
    page.mouse.move(*on_canvas(page, (0.6, 0.2)))
    page.mouse.up()
    page.mouse.move(*on_canvas(page, LEFT))
    page.mouse.down()
    page.mouse.move(*on_canvas(page, (0.5, 0.5)))
    wait_until_sent(page, [(0.4, 0.2)], empty=[LEFT])  # the answer to the first, while the second is drawn
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).not_to_have_css("background-color", "rgb(255, 255, 255)")
    page.mouse.wheel(0, 200)
    page.mouse.move(*on_canvas(page, (1.3, 0.5)))
    page.mouse.move(*on_canvas(page, (1.3, 0.9)))
    page.mouse.move(*on_canvas(page, (0.5, 0.9)))
    page.mouse.up()
    everything = [(0.4, 0.2), *ROW, (0.98, 0.5), (0.98, 0.9), (0.6, 0.9)]
    wait_until_sent(page, everything, empty=[(0.5, 0.7), (0.7, 0.7), (0.3, 0.9)])
    page.get_by_role("button", name="Undo").click()
    wait_until_sent(page, [(0.4, 0.2)], empty=ROW)


def test_a_stroke_begun_while_the_canvas_is_emptied_is_the_first_of_the_next(
    url: str, browser: Browser
) -> None:
    page = open_page(browser, url)
    draw(page, 1)
    page.get_by_role("radio", name="1", exact=True).click()
    expect(page.get_by_role("button", name="Keep it")).to_be_enabled()
    page.mouse.move(*on_canvas(page, (0.2, 0.1)))
    page.mouse.down()
    page.mouse.move(*on_canvas(page, (0.4, 0.1)))
    page.get_by_role("button", name="Keep it").dispatch_event("click")
    expect(page.get_by_text("Kept as a 1")).to_be_visible()
    page.mouse.move(*on_canvas(page, (0.8, 0.1)))
    page.mouse.up()
    wait_until_sent(page, [(0.3, 0.1), (0.7, 0.1)], empty=[(0.52, 0.5)])
