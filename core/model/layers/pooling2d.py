"""What poolings share: squares that do not overlap, of each of which one number is kept."""

from core.errors import SpecError
from core.model.kind import Control
from core.model.layers.base import Shape, image


def size(text: str) -> Control:
    """Return what is told of the squares' side."""
    options = {side: f"{side}×{side}" for side in range(2, 8)}
    return Control("Pool size", text, options=options, tries=(2, 4))


def pooled(shape: Shape, side: int, where: str) -> Shape:
    """Return what is left of an image of `shape`.

    Raises:
        SpecError: its input is no image, or smaller than one square.
    """
    height, width, channels = image(shape, where)
    if side > min(height, width):
        raise SpecError(
            f"{where}: pooling {side}×{side} would shrink its {height}×{width} "
            "input below 1×1; remove it or pool less before it."
        )
    return height // side, width // side, channels
