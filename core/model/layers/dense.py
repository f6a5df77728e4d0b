"""Fully connected layer."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.errors import SpecError
from core.model.kind import Control, KerasPart
from core.model.layers.activated import Activated
from core.model.layers.base import LayerCost, Shape, times


class Dense(Activated):
    """Every input connected with every unit."""

    title: ClassVar[str] = "Dense"
    kind: Literal["dense"] = "dense"
    units: Annotated[
        int,
        Field(ge=1, le=4096),
        Control("Units", "How many neurons; each sees every input.", tries=(16, 256), by_factors=True),
    ] = 64

    def cost(self, shape: Shape, where: str) -> LayerCost:
        if len(shape) > 1:
            raise SpecError(
                f"{where} needs a vector, but its input is an image of {times(shape)}: "
                "put Flatten or Global pooling before it."
            )
        weights = shape[0] * self.units
        return LayerCost(self.title, (self.units,), weights + self.around(self.units), weights)

    def line(self) -> str:
        return f"{self.title} {self.units}{self.activated_line()}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return self.weighing("Dense", "kernel", units=self.units), *self.after_sums()
