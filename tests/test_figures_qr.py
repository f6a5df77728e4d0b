"""The QR code of a class's link, held against its standard (ISO/IEC 18004)."""

import io

import numpy as np
import pytest
from PIL import Image

from core.figures.qr import qr_code

FINDER = np.pad(np.pad(np.pad(np.ones((3, 3), int), 1), 1, constant_values=1), 1)[1:-1, 1:-1]
"""The square by which a telephone finds a code: dark 3×3, a light ring, a dark ring."""


@pytest.mark.parametrize("link", ["http://localhost:8501/class?code=abc234", "https://ä.example/" + "x" * 99])
def test_a_code_has_its_three_finders_within_a_white_border(link: str) -> None:
    pixels = np.asarray(Image.open(io.BytesIO(qr_code(link))).convert("L"))
    dark = (pixels[4::8, 4::8] < 128).astype(int)
    side = len(dark) - 8
    assert dark.shape == (side + 8, side + 8)
    assert (side - 17) % 4 == 0
    assert dark.sum() == dark[4:-4, 4:-4].sum()
    for top, left in ((4, 4), (4, side - 3), (side - 3, 4)):
        np.testing.assert_array_equal(dark[top : top + 7, left : left + 7], FINDER)
    assert 0.3 < dark[4:-4, 4:-4].mean() < 0.7
