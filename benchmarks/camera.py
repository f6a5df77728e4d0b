"""Pictures of scenes, made from a seed: a sheet is written on, lit, seen from aside, blurred and saved."""

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter
from scipy.special import expit

from benchmarks.clutter import CLUTTER
from benchmarks.scenes import Scene
from benchmarks.writing import sampled, stroked

Floats = NDArray[np.floating]
RATIO = 3 / 4
"""Height of a sheet, and of a picture, as a share of its width."""


@dataclass(frozen=True)
class Taken:
    """A picture's file, and what is written on it, in reading order.

    Attributes:
        boxes: float (n, 4), left, top, right, bottom of each digit, as shares of the upright picture.
    """

    name: str
    content: bytes
    digits: tuple[int, ...]
    boxes: NDArray[np.float64]


def take(scene: Scene, seed: int, *, scale: float = 1) -> Taken:
    """Return the picture of a scene; `scale` makes it smaller."""
    random = np.random.default_rng(seed)
    width = round(math.sqrt(scene.megapixels * 1e6 / RATIO) * scale)
    size = width, round(width * RATIO)
    cover, places, digits = _written(scene, size, random)
    if scene.file == "note.png":
        boxes = np.array([[p[:, 0].min(), p[:, 1].min(), p[:, 0].max(), p[:, 1].max()] for p in places])
        return Taken(scene.file, _transparent(scene, cover), digits, boxes / [*size, *size])
    sheet = _sheet(scene, cover, random)
    homography = _view(scene, size, random)
    picture = _seen(scene, sheet, homography, size, random)
    boxes = np.array([_box(homography, outline) for outline in places]) / [*size, *size]
    return Taken(scene.file, _saved(scene, _lit(scene, picture, random, scale)), digits, boxes)


def _written(
    scene: Scene, size: tuple[int, int], random: np.random.Generator
) -> tuple[Floats, list[Floats], tuple[int, ...]]:
    """Return how much ink covers each place of the sheet, where each digit's is, and the digits."""
    cover = np.zeros(size[::-1], np.float32)
    rows = scene.digits.split("/")
    longest = max(map(len, rows))
    high = round(size[0] * min(scene.height, 0.88 / longest / (0.85 + scene.gap)))
    step = min(1.55 * high, 0.9 * size[1] / len(rows))
    top = (size[1] - step * (len(rows) - 1) - high) / 2
    places, digits = [], []
    for at, row in enumerate(rows):
        glyphs = [None if d == " " else _glyph(scene, int(d), high, random) for d in row]
        spaces = [0.6 * high if g is None else g.shape[1] + scene.gap * high for g in glyphs]
        left = (size[0] - sum(spaces)) / 2 + random.normal(0, 0.02 * high)
        for digit, glyph, space in zip(row, glyphs, spaces, strict=True):
            if glyph is not None:
                y = round(top + at * step + high - glyph.shape[0] + random.normal(0, 0.03 * high))
                x = round(left)
                part = cover[y : y + glyph.shape[0], x : x + glyph.shape[1]]
                np.maximum(part, glyph, out=part)
                inked = np.argwhere(glyph > 0.3)[:, ::-1] + (x, y)
                places.append(inked[:: max(1, len(inked) // 2000)].astype(np.float32))
                digits.append(int(digit))
            left += space
    return cover, places, tuple(digits)


def _glyph(scene: Scene, digit: int, high: int, random: np.random.Generator) -> Floats:
    high = round(high * random.uniform(0.9, 1.05))
    return stroked(digit, high, scene.pen, random) if scene.hand == "own" else sampled(digit, high, random)


def _sheet(scene: Scene, cover: Floats, random: np.random.Generator) -> Floats:
    """Return what the sheet reflects, float32 (h, w, 3)."""
    high, wide = cover.shape
    grain = gaussian_filter(random.standard_normal((high, wide), np.float32), wide / 1200)
    grain /= grain.std()
    waves = Image.fromarray(random.standard_normal((6, 8)).astype(np.float32))
    waves = waves.resize((wide, high), Image.Resampling.BICUBIC)
    sheet = np.array(scene.paper, np.float32) * (1 + 0.012 * grain + 0.02 * np.asarray(waves))[..., None]
    rules = _rules(scene, wide, high)
    if scene.rules == "ruled":  # and its margin
        sheet[:, round(0.12 * wide) :][:, : wide // 600] = (0.8, 0.5, 0.5)
    sheet *= 1 - rules[..., None] * (1 - np.array(scene.rule, np.float32) / np.array(scene.paper, np.float32))
    if scene.grain:
        cover = cover * np.clip(1 - scene.grain * np.maximum(grain, 0), 0, 1)
    cover = cover[..., None]
    sheet = sheet * (1 - cover) + np.array(scene.ink, np.float32) * cover
    for name in scene.clutter:
        sheet = CLUTTER[name](sheet, cover[..., 0])
    written: Floats = sheet
    return written


def _rules(scene: Scene, wide: int, high: int) -> Floats:
    every, thick = scene.every * wide, max(1.0, wide / 700)
    down, right = ((np.arange(n) - every / 3) % every < thick for n in (high, wide))
    if scene.rules == "ruled":
        right &= False
    lines: Floats = (down[:, None] | right).astype(np.float32)
    return lines if scene.rules else np.zeros_like(lines)


def _view(scene: Scene, size: tuple[int, int], random: np.random.Generator) -> Floats:
    """Return the homography (3, 3) from the sheet to the picture."""
    wide, high = size
    fills = scene.fills if scene.desk else 1.06 + 2 * abs(math.sin(math.radians(scene.tilt)))
    middle = np.array([wide, high]) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * middle
    angle = math.radians(scene.tilt)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    seen = corners.copy()
    seen[:2, 0] *= 1 - scene.perspective
    seen = seen @ turn * fills + middle
    if scene.desk:
        seen += random.uniform(-0.06, 0.06, 2) * size
    return _homography(corners + middle, seen)


def _homography(source: Floats, target: Floats) -> Floats:
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    values: Floats = np.append(np.linalg.solve(np.array(rows), target.ravel()), 1).reshape(3, 3)
    return values


def _box(homography: Floats, points: Floats) -> list[float]:
    x, y, w = homography @ np.c_[points, np.ones(len(points))].T
    return [(x / w).min(), (y / w).min(), (x / w).max(), (y / w).max()]


def _seen(
    scene: Scene, sheet: Floats, homography: Floats, size: tuple[int, int], random: np.random.Generator
) -> Floats:
    """Return the sheet as it lies on its desk, float32 (h, w, 3)."""
    back = np.linalg.inv(homography)
    coefficients = tuple((back / back[2, 2]).ravel()[:8])
    how = Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR
    picture = np.stack(
        [
            np.asarray(Image.fromarray(np.ascontiguousarray(sheet[..., c])).transform(size, *how))
            for c in range(3)
        ],
        -1,
    )
    if scene.desk:
        there = (
            np.asarray(Image.new("L", sheet.shape[1::-1], 255).transform(size, *how), np.float32)[..., None]
            / 255
        )
        wood = gaussian_filter(random.standard_normal(size[::-1], np.float32), (size[0] / 700, size[0] / 40))
        desk = np.array(scene.desk, np.float32) * (1 + 0.12 * (wood / wood.std())[..., None])
        near = gaussian_filter(there[..., 0], size[0] / 150)[..., None]
        picture = picture * there + desk * (1 - 0.5 * near) * (1 - there)  # the sheet shades its surroundings
    return picture.clip(0, 1)


def _lit(scene: Scene, picture: Floats, random: np.random.Generator, scale: float) -> Floats:
    """Return the picture under the scene's light, through its lens, with its noise."""
    high, wide = picture.shape[:2]
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
    angle = random.uniform(0, 2 * math.pi)
    light = 1 - scene.falloff * (1 + (x * math.cos(angle) + y * math.sin(angle)) / 1.42) / 2
    light *= 1 - 0.12 * scene.falloff * (x**2 + y**2)
    if scene.shadow:
        edge = x * math.cos(angle + 1) + y * math.sin(angle + 1) - random.uniform(-0.2, 0.2)
        light *= 1 - 0.45 * expit(edge / (0.15 if scene.shadow == "soft" else 0.008))
    if scene.glare:
        picture = picture + 0.6 * np.exp(-((x - 0.45) ** 2 + (y + 0.4) ** 2) / 0.04)[..., None]
    tint = np.array([1 + scene.warmth / 2, 1, 1 - scene.warmth], np.float32)
    picture = picture * (scene.light * light)[..., None] * tint
    for channel in range(3):
        picture[..., channel] = gaussian_filter(picture[..., channel], scene.blur * scale * wide / 2000 + 0.4)
    picture += (
        scene.noise * random.standard_normal(picture.shape, np.float32) * np.sqrt(0.3 + picture.clip(0, 1))
    )
    return picture.clip(0, 1)


def _saved(scene: Scene, picture: Floats) -> bytes:
    """Return the picture as its file."""
    colour = Image.fromarray((picture * 255).round().astype(np.uint8))
    grey = picture.mean(axis=2)
    buffer = io.BytesIO()
    if scene.file == "scan.tiff":
        Image.fromarray((grey * 65535).round().astype(np.uint16)).save(buffer, "TIFF")
    elif scene.file == "fax.png":
        Image.fromarray(grey > 0.6).save(buffer, "PNG")
    elif scene.file == "scan.png":
        colour.convert("L").save(buffer, "PNG")
    else:
        exif = Image.Exif()
        exif[0x0112] = scene.turned
        if scene.turned == 6:
            colour = colour.transpose(Image.Transpose.ROTATE_90)  # as the sensor lay; a viewer turns it back
        colour.save(buffer, "JPEG", quality=scene.quality, exif=exif, subsampling=2)
    return buffer.getvalue()


def _transparent(scene: Scene, cover: Floats) -> bytes:
    pixels = np.empty((*cover.shape, 4), np.uint8)
    pixels[..., :3] = np.array(scene.ink) * 255
    pixels[..., 3] = cover * 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
