"""Small images as pictures that an address holds, so that a browser asks for none of them by itself."""

import base64
import io
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLUMNS = 40
LARGER, EDGE = 4, 4
"""How many times a framed image is enlarged, and how wide its edge is, in pixels."""


def sprites(images: NDArray[np.uint8]) -> dict[str, Any]:
    """Return images uint8 (n, 28, 28) for `meta["sprites"]`: a PNG as data URL, how to cut it."""
    count, height, width = images.shape
    sheet = np.zeros((ceil(count / COLUMNS) * height, COLUMNS * width), np.uint8)
    for place, image in enumerate(images):
        row, column = divmod(place, COLUMNS)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = image
    return {"url": _address(sheet), "columns": COLUMNS, "size": width}


def enlarged(image: NDArray[np.uint8], times: int = 6) -> NDArray[np.uint8]:
    """Return an image whose pixels are squares, so that no browser blurs them."""
    return np.kron(image, np.ones((times, times), np.uint8))


def framed(image: NDArray[np.uint8]) -> str:
    """Return an image (h, w) enlarged, with a transparent edge so that neighbours stay apart, as data URL."""
    return _framed(image.tobytes(), *image.shape)


@lru_cache(maxsize=4_000)
def _framed(content: bytes, height: int, width: int) -> str:
    """Make it once: many look at the same images, and a page shows some twenty."""
    image = np.frombuffer(content, np.uint8).reshape(height, width)
    large = enlarged(image, LARGER)
    opaque = np.dstack([large, large, large, np.full_like(large, 255)])
    return _address(np.pad(opaque, ((0, 0), (EDGE, EDGE), (0, 0))))


def _address(picture: NDArray[np.uint8]) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
