"""Maximum pooling."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.kind import KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape
from core.model.layers.pooling2d import pooled, size


class MaxPooling2D(LayerKind):
    """The maximum of each `pool_size` × `pool_size` square; the squares do not overlap."""

    title: ClassVar[str] = "MaxPooling"
    kind: Literal["max_pooling2d"] = "max_pooling2d"
    pool_size: Annotated[
        int,
        Field(ge=2, le=7),
        size("Keeps the largest value of each square: the image shrinks by this factor."),
    ] = 2

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, pooled(shape, self.pool_size, where))

    def line(self) -> str:
        return f"{self.title} {self.pool_size}×{self.pool_size}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", "MaxPooling2D", {"pool_size": self.pool_size}),)
