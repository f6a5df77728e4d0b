"""Convolution: filters that slide over an image."""

from typing import ClassVar, Literal

from core.model.kind import KerasPart
from core.model.layers.base import LayerCost, Shape
from core.model.layers.convolution import Convolution


class Conv2D(Convolution):
    """Every filter looks at all channels of its input."""

    title: ClassVar[str] = "Conv2D"
    kind: Literal["conv2d"] = "conv2d"

    def cost(self, shape: Shape, where: str) -> LayerCost:
        out = self.output(shape, where)
        weights = self.kernel_size**2 * shape[-1] * self.filters
        return LayerCost(self.title, out, weights + self.around(self.filters), out[0] * out[1] * weights)

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        return self.weighing("Conv2D", "kernel", **self.sliding()), *self.after_sums()
