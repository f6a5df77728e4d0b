"""What the drawing canvas of a browser sends: a small PNG as a data URL."""

import base64
import binascii
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

SIDE = 140
"""Pixels of the picture, both ways."""
_LONGEST = 200_000
"""Characters of a picture; what is longer was not sent by the canvas."""
_DAMAGED = (
    *(binascii.Error, UnidentifiedImageError, Image.DecompressionBombError),
    *(OSError, ValueError, SyntaxError),
)


def ink_from(url: object) -> NDArray[np.float32] | None:
    """Return the ink of a data URL as the canvas sends it; anything else counts as nothing drawn."""
    if not isinstance(url, str) or len(url) > _LONGEST or "," not in url:
        return None
    try:
        content = base64.b64decode(url.split(",", 1)[1], validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.size != (SIDE, SIDE):
                return None
            ink = np.asarray(picture.convert("L"), np.float32) / np.float32(255)
    except _DAMAGED:
        return None
    return ink if ink.max() > 0 else None
