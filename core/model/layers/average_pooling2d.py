"""Average pooling."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.kind import KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape
from core.model.layers.pooling2d import pooled, size


class AveragePooling2D(LayerKind):
    """The mean of each `pool_size` × `pool_size` square; the squares do not overlap."""

    title: ClassVar[str] = "Average pooling"
    kind: Literal["average_pooling2d"] = "average_pooling2d"
    pool_size: Annotated[
        int,
        Field(ge=2, le=7),
        size("Keeps the mean of each square: the image shrinks by this factor."),
    ] = 2

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, pooled(shape, self.pool_size, where))

    def line(self) -> str:
        return f"{self.title} {self.pool_size}×{self.pool_size}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", "AveragePooling2D", {"pool_size": self.pool_size}),)
