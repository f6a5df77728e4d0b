"""Separable convolution: one filter for each channel, then all channels weighed at each place."""

from typing import ClassVar, Literal

from core.model.kind import KerasPart
from core.model.layers.base import LayerCost, Shape
from core.model.layers.convolution import Convolution


class SeparableConv2D(Convolution):
    """Finds shapes within a channel first and mixes the channels then: far fewer weights (Chollet 2017)."""

    title: ClassVar[str] = "Separable Conv2D"
    kind: Literal["separable_conv2d"] = "separable_conv2d"

    def cost(self, shape: Shape, where: str) -> LayerCost:
        out = self.output(shape, where)
        weights = self.kernel_size**2 * shape[-1] + shape[-1] * self.filters
        return LayerCost(self.title, out, weights + self.around(self.filters), out[0] * out[1] * weights)

    def first_filters(self) -> Shape | None:
        return self.kernel_size, self.kernel_size, 1  # the image has one channel

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        weighing = self.weighing("SeparableConv2D", "depthwise", "pointwise", **self.sliding())
        return weighing, *self.after_sums()
