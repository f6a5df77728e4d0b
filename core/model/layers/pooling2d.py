"""What poolings share: squares that do not overlap, of each of which one number is kept."""

from typing import ClassVar

from core.errors import SpecError
from core.model.kind import Control, KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape, image


class Pooling2D(LayerKind):
    """One number for each `pool_size` × `pool_size` square; the squares do not overlap."""

    keras_class: ClassVar[str]
    pool_size: int

    def cost(self, shape: Shape, where: str) -> LayerCost:
        height, width, channels = image(shape, where)
        side = self.pool_size
        if side > min(height, width):
            raise SpecError(
                f"{where}: pooling {side}×{side} would shrink its {height}×{width} "
                "input below 1×1; remove it or pool less before it."
            )
        return LayerCost(self.title, (height // side, width // side, channels))

    def window(self) -> tuple[int, int] | None:
        return self.pool_size, self.pool_size

    def line(self) -> str:
        return f"{self.title} {self.pool_size}×{self.pool_size}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", self.keras_class, {"pool_size": self.pool_size}),)


def size(text: str) -> Control:
    """Return what is told of the squares' side."""
    options = {side: f"{side}×{side}" for side in range(2, 8)}
    return Control("Pool size", text, options=options, tries=(2, 4))
