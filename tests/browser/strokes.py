"""Ten digits as a person writes them: strokes of points in a unit square, and a mouse that draws them."""

import re
from math import cos, radians, sin

from playwright.sync_api import Locator, Page, expect

Stroke = list[tuple[float, float]]


def arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> Stroke:
    """Return points of an ellipse's arc, angles in degrees, clockwise from the right."""
    angles = [radians(start + (end - start) * step / 24) for step in range(25)]
    return [(x + wide * cos(angle), y + high * sin(angle)) for angle in angles]


DIGITS: dict[int, list[Stroke]] = {
    0: [arc(0.5, 0.5, 0.22, 0.34, -90, 270)],
    1: [[(0.38, 0.3), (0.52, 0.16), (0.52, 0.84)]],
    2: [[*arc(0.5, 0.32, 0.2, 0.17, -170, 30), (0.62, 0.45), (0.3, 0.82), (0.74, 0.82)]],
    3: [arc(0.48, 0.32, 0.19, 0.16, -150, 80) + arc(0.48, 0.65, 0.22, 0.18, -80, 150)],
    4: [[(0.42, 0.16), (0.26, 0.56), (0.74, 0.56)], [(0.62, 0.3), (0.6, 0.86)]],
    5: [[(0.7, 0.18), (0.36, 0.18), (0.33, 0.46), *arc(0.48, 0.62, 0.22, 0.2, -120, 140)]],
    6: [[(0.62, 0.15), (0.42, 0.38), (0.33, 0.6), *arc(0.5, 0.66, 0.18, 0.18, 180, -180)]],
    7: [[(0.27, 0.2), (0.72, 0.2), (0.45, 0.85)]],
    8: [arc(0.5, 0.32, 0.16, 0.15, 90, 450) + arc(0.5, 0.65, 0.2, 0.18, -90, 270)],
    9: [[*arc(0.52, 0.34, 0.18, 0.17, 0, 360), (0.7, 0.34), (0.66, 0.6), (0.58, 0.86)]],
}


def ready_canvas(page: Page) -> Locator:
    """Return the page's canvas, once its script has come and listens."""
    canvas = page.locator(".digits-canvas")
    expect(canvas).to_have_attribute("width", re.compile(r"\d"))
    return canvas


def draw(page: Page, digit: int, scale: float = 1.0) -> None:
    """Draw a digit on the canvas with the mouse, `scale` times as large, from the upper left corner."""
    box = ready_canvas(page).bounding_box()
    assert box is not None
    for stroke in DIGITS[digit]:
        points = [
            (box["x"] + x * scale * box["width"], box["y"] + y * scale * box["height"]) for x, y in stroke
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
