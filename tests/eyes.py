"""What eyes make of colours: how far apart two look, also to the colour-blind, and how well text stands out.

Colours are "#rrggbb" of sRGB (IEC 61966-2-1).
"""

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

Triple = NDArray[np.float64]

MISSING_CONES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""On linear RGB; Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), at severity 1."""
_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65, 2 degrees


def linear(color: str) -> Triple:
    """Return red, green and blue in 0…1, proportional to light."""
    given = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)


def seen(color: str, eyes: str | None = None) -> Triple:
    """Return CIELAB's L*, a*, b* of a colour, as it looks to these eyes of `MISSING_CONES`, or to most."""
    light = linear(color)
    if eyes:
        light = np.clip(np.array(MISSING_CONES[eyes]) @ light, 0, 1)
    ratio = (np.array(_XYZ) @ light) / _WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: Triple, other: Triple) -> float:
    """Return CIEDE2000 of two colours of CIELAB; Sharma, Wu and Dalal, Color Res. Appl. 30 (2005)."""
    (light, a, b), (other_light, other_a, other_b) = one, other
    mean = (hypot(a, b) + hypot(other_a, other_b)) / 2
    stretch = 1.5 - 0.5 * sqrt(mean**7 / (mean**7 + 25**7))
    chroma, other_chroma = hypot(stretch * a, b), hypot(stretch * other_a, other_b)
    hue = degrees(atan2(b, stretch * a)) % 360
    other_hue = degrees(atan2(other_b, stretch * other_a)) % 360
    grey = chroma * other_chroma == 0
    turn = 0.0 if grey else (other_hue - hue + 180) % 360 - 180
    middle = hue + other_hue if grey else (hue + turn / 2) % 360
    lightness, mean = (light + other_light) / 2, (chroma + other_chroma) / 2
    weight = (
        1
        - 0.17 * cos(radians(middle - 30))
        + 0.24 * cos(radians(2 * middle))
        + 0.32 * cos(radians(3 * middle + 6))
        - 0.20 * cos(radians(4 * middle - 63))
    )
    by_lightness = (other_light - light) / (
        1 + 0.015 * (lightness - 50) ** 2 / sqrt(20 + (lightness - 50) ** 2)
    )
    by_chroma = (other_chroma - chroma) / (1 + 0.045 * mean)
    by_hue = 2 * sqrt(chroma * other_chroma) * sin(radians(turn / 2)) / (1 + 0.015 * mean * weight)
    rotation = -2 * sqrt(mean**7 / (mean**7 + 25**7)) * sin(radians(60 * exp(-(((middle - 275) / 25) ** 2))))
    return sqrt(by_lightness**2 + by_chroma**2 + by_hue**2 + rotation * by_chroma * by_hue)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1…21; WCAG 2.2, "contrast ratio"."""
    dark, bright = sorted(float(np.array(_XYZ[1]) @ linear(color)) for color in (one, other))
    return (bright + 0.05) / (dark + 0.05)
