"""Rescaling: the same two numbers for all values."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.kind import Control, KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape, number


class Rescaling(LayerKind):
    """Multiplies every number by `scale`, then adds `offset`; it learns nothing."""

    title: ClassVar[str] = "Rescaling"
    kind: Literal["rescaling"] = "rescaling"
    scale: Annotated[
        float,
        Field(ge=-1000, le=1000),
        Control(
            "Times",
            "Every number is multiplied by this. As the first layer, 255 gives the grey values 0 to 255 "
            "back; −1, with 1 added, turns black and white around.",
            word="factor",
            step=1.0,
            tries=(1, 255),
        ),
    ] = 2.0
    offset: Annotated[
        float,
        Field(ge=-1000, le=1000),
        Control(
            "Plus",
            "Added to every number afterwards. As the first layer, times 2 plus −1 gives −1 to 1 for 0 to 1.",
            word="summand",
            step=0.5,
            tries=(-1, 1),
        ),
    ] = -1.0

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, shape)

    def line(self) -> str:
        sign = "−" if self.offset < 0 else "+"
        added = f" {sign} {number(abs(self.offset))}" if self.offset else ""
        return f"{self.title} × {number(self.scale)}{added}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", "Rescaling", {"scale": self.scale, "offset": self.offset}),)
