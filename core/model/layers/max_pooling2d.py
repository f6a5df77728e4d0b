"""Maximum pooling."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.errors import SpecError
from core.model.kind import Control, KerasObject
from core.model.layers.base import LayerCost, LayerKind, Shape, image


class MaxPooling2D(LayerKind):
    """The maximum of each `pool_size` × `pool_size` square; the squares do not overlap."""

    title: ClassVar[str] = "MaxPooling"
    kind: Literal["max_pooling2d"] = "max_pooling2d"
    pool_size: Annotated[
        int,
        Field(ge=2, le=7),
        Control(
            "Pool size",
            "Keeps the largest value of each square: the image shrinks by this factor.",
            options={side: f"{side}×{side}" for side in range(2, 8)},
            tries=(2, 4),
        ),
    ] = 2

    def cost(self, shape: Shape, where: str) -> LayerCost:
        height, width, channels = image(shape, where)
        side = self.pool_size
        if side > min(height, width):
            raise SpecError(
                f"{where}: pooling {side}×{side} would shrink its {height}×{width} "
                "input below 1×1; remove it or pool less before it."
            )
        return LayerCost(self.title, (height // side, width // side, channels))

    def line(self) -> str:
        return f"{self.title} {self.pool_size}×{self.pool_size}"

    def keras(self) -> tuple[KerasObject, ...]:
        return (KerasObject("layers", "MaxPooling2D", {"pool_size": self.pool_size}),)
