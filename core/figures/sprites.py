"""Many small images as one picture, of which a chart shows the one under the mouse."""

import base64
import io
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLUMNS = 40


def sprites(images: NDArray[np.uint8]) -> dict[str, Any]:
    """Return images uint8 (n, 28, 28) for `meta["sprites"]`: a PNG as data URL, how to cut it."""
    count, height, width = images.shape
    sheet = np.zeros((ceil(count / COLUMNS) * height, COLUMNS * width), np.uint8)
    for place, image in enumerate(images):
        row, column = divmod(place, COLUMNS)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = image
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "PNG")
    url = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    return {"url": url, "columns": COLUMNS, "size": width}
