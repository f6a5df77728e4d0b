"""Convolution: filters that slide over an image."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.errors import SpecError
from core.model.kind import Control, KerasObject
from core.model.layers.activated import Activated
from core.model.layers.base import LayerCost, Shape, image


class Conv2D(Activated):
    """Square kernels with stride 1 over an image."""

    title: ClassVar[str] = "Conv2D"
    kind: Literal["conv2d"] = "conv2d"
    filters: Annotated[
        int,
        Field(ge=1, le=512),
        Control(
            "Filters",
            "How many features the layer looks for. More find more, and cost more.",
            tries=(8, 64),
            by_factors=True,
        ),
    ] = 32
    kernel_size: Annotated[
        int,
        Field(ge=1, le=7),
        Control(
            "Kernel",
            "Side of each filter. A larger one sees more of the digit at once and costs more.",
            options={side: f"{side}×{side}" for side in range(1, 8)},
            tries=(3, 7),
        ),
    ] = 3
    padding: Annotated[
        Literal["same", "valid"],
        Control(
            "Padding", "“same” keeps the image's size; “valid” leaves out its border, so that it shrinks."
        ),
    ] = "same"

    def cost(self, shape: Shape, where: str) -> LayerCost:
        height, width, channels = image(shape, where)
        k = self.kernel_size
        if k > min(height, width):
            raise SpecError(
                f"{where}: its {k}×{k} kernel is larger than its {height}×{width} input; "
                f"choose a kernel of at most {min(height, width)} or pool less before it."
            )
        trim = 0 if self.padding == "same" else k - 1
        out = (height - trim, width - trim, self.filters)
        weights = k * k * channels * self.filters
        parameters = weights + self.filters + self.normalised(self.filters)
        return LayerCost(self.title, out, parameters, out[0] * out[1] * weights)

    def line(self) -> str:
        valid = "" if self.padding == "same" else " · valid padding"
        side = f"{self.kernel_size}×{self.kernel_size}"
        return f"{self.title} {self.filters} · {side}{valid}{self.activated_line()}"

    def keras(self) -> tuple[KerasObject, ...]:
        return self.activated(
            "Conv2D", filters=self.filters, kernel_size=self.kernel_size, padding=self.padding
        )
