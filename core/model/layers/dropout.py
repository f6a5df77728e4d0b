"""Dropout."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.kind import Control, KerasObject, KerasPart
from core.model.layers.base import LayerCost, LayerKind, Shape, number


class Dropout(LayerKind):
    """Sets a random share of its inputs to zero while training."""

    title: ClassVar[str] = "Dropout"
    kind: Literal["dropout"] = "dropout"
    rate: Annotated[
        float,
        Field(ge=0, le=0.95),
        Control(
            "Rate",
            "Share of the inputs that is switched off at random while training, against overfitting.",
            word="dropout rate",
            step=0.05,
            tries=(0, 0.6),
            alike=True,
        ),
    ] = 0.25

    @property
    def is_random(self) -> bool:
        return self.rate > 0

    def cost(self, shape: Shape, where: str) -> LayerCost:
        return LayerCost(self.title, shape)

    def line(self) -> str:
        return f"{self.title} {number(self.rate)}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return (KerasObject("layers", "Dropout", {"rate": self.rate}),)
