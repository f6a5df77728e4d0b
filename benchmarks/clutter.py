"""What lies on a sheet or shines through it beside the writing: creases, holes, a pen, a finger."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Floats = NDArray[np.floating]


def crease(sheet: Floats, cover: Floats) -> Floats:
    """Fold the sheet once across: one half is lit a little less, the fold itself is dark on one side."""
    high = len(sheet)
    down = np.arange(high) / high - 0.47
    light = 1 - 0.05 * (down > 0) - 0.1 * np.exp(-(((down - 0.002) * 400) ** 2)) * (down > 0)
    light += 0.05 * np.exp(-(((down + 0.002) * 400) ** 2)) * (down < 0)
    folded: Floats = sheet * light[:, None, None]
    return folded


def shine_through(sheet: Floats, cover: Floats) -> Floats:
    """Let the other side's writing be seen, mirrored, out of focus and faint."""
    back = Image.fromarray((cover[:, ::-1] * 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(len(cover) / 250)
    )
    other: Floats = np.roll(np.asarray(back, np.float32) / 255, (len(cover) // 5, len(cover) // 11), (0, 1))
    seen: Floats = sheet * (1 - 0.07 * other[..., None])
    return seen


def holes(sheet: Floats, cover: Floats) -> Floats:
    """Punch holes along the left edge."""
    high, wide = cover.shape
    radius, places = wide / 140, np.arange(0.04, 1, 0.055) * high
    spots = [(wide * 0.035 - radius, y - radius, wide * 0.035 + radius, y + radius) for y in places]

    def punch(draw: ImageDraw.ImageDraw) -> None:
        for spot in spots:
            draw.ellipse(spot, fill=255)

    return _over(sheet, punch, (0.12, 0.11, 0.1))


def pen(sheet: Floats, cover: Floats) -> Floats:
    """Lay a pen below the writing."""
    high, wide = cover.shape
    ends = [(0.6 * wide, 0.97 * high), (0.93 * wide, 0.86 * high)]
    return _over(sheet, lambda draw: draw.line(ends, fill=255, width=wide // 60), (0.12, 0.2, 0.4))


def finger(sheet: Floats, cover: Floats) -> Floats:
    """Hold the sheet with a thumb at its lower edge."""
    high, wide = cover.shape
    box = (0.1 * wide, 0.87 * high, 0.19 * wide, 1.2 * high)
    return _over(sheet, lambda draw: draw.ellipse(box, fill=255), (0.72, 0.5, 0.4))


def _over(sheet: Floats, drawn: Callable[[ImageDraw.ImageDraw], object], colour: tuple[float, ...]) -> Floats:
    mask = Image.new("L", sheet.shape[1::-1])
    drawn(ImageDraw.Draw(mask))
    shadow = mask.filter(ImageFilter.GaussianBlur(math.ceil(len(sheet) / 120)))
    there, dim = (np.asarray(image, np.float32)[..., None] / 255 for image in (mask, shadow))
    covered: Floats = sheet * (1 - 0.25 * dim) * (1 - there) + np.array(colour, np.float32) * there
    return covered


CLUTTER = {"crease": crease, "shine-through": shine_through, "holes": holes, "pen": pen, "finger": finger}
