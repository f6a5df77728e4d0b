"""From an image to a vector."""

from math import prod
from typing import ClassVar, Literal

from core.model.kind import KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape, image


class Flatten(LayerKind):
    """Turns an image into one long vector."""

    title: ClassVar[str] = "Flatten"
    kind: Literal["flatten"] = "flatten"

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, (prod(image(shape, where)),))

    def line(self) -> str:
        return self.title

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", "Flatten"),)
