"""Global pooling: of each channel one number is left."""

from typing import Annotated, ClassVar, Literal

from core.model.kind import Control, KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape, image


class GlobalPooling2D(LayerKind):
    """Turns each channel of an image into one number, its average or its maximum."""

    title: ClassVar[str] = "Global pooling"
    kind: Literal["global_pooling2d"] = "global_pooling2d"
    mode: Annotated[
        Literal["average", "max"],
        Control("Mode", "What is kept of each channel.", options={"average": "average", "max": "maximum"}),
    ] = "average"

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, image(shape, where)[2:])

    def line(self) -> str:
        return f"{self.title} · {self.mode}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", f"Global{self.mode.capitalize()}Pooling2D"),)
