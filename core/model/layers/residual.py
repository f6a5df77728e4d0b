"""Residual block: convolutions whose result is added to what they were given."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.model.kind import Control, KerasBlock, KerasObject, KerasPart
from core.model.layers.activated import Activated
from core.model.layers.base import LayerCost, Shape, image
from core.model.layers.convolution import FILTERS, KERNEL, check_kernel


class Residual(Activated):
    """Convolutions added to their input (He et al. 2016, figure 2 and section 3.3).

    The last activation follows the addition. Where the number of channels differs, a convolution with 1×1
    kernels gives the input as many (their option B), normalised like the others.
    """

    title: ClassVar[str] = "Residual block"
    kind: Literal["residual"] = "residual"
    convolutions: Annotated[
        int,
        Field(ge=1, le=4),
        Control(
            "Convolutions",
            "How many convolutions the input is carried around, to be added to what they make of it. They "
            "need only learn what to change, and the gradient takes the short way back.",
            options={count: str(count) for count in range(1, 5)},
            tries=(1, 3),
        ),
    ] = 2
    filters: Annotated[int, Field(ge=1, le=512), FILTERS] = 32
    kernel_size: Annotated[int, Field(ge=1, le=7), KERNEL] = 3

    def cost(self, shape: Shape, where: str) -> LayerCost:
        height, width, channels = image(shape, where)
        check_kernel(self.kernel_size, (height, width), where)
        out = (height, width, self.filters)
        inputs = (channels, *[self.filters] * (self.convolutions - 1))
        inside = [self._inner(f"Conv2D {i + 1}", out, self.kernel_size, n) for i, n in enumerate(inputs)]
        if channels != self.filters:
            unnormalised = 4 * self.filters if self.batch_norm == "after" else 0
            inside.append(self._inner("Conv2D 1×1 of the input", out, 1, channels, unnormalised))
        parameters, work = (sum(getattr(row, of) for row in inside) for of in ("parameters", "multiply_adds"))
        return LayerCost(self.title, out, parameters, work, tuple(inside))

    def _inner(self, name: str, out: Shape, side: int, channels: int, less: int = 0) -> LayerCost:
        weights = side**2 * channels * self.filters
        parameters = weights + self.around(self.filters) - less
        return LayerCost(name, out, parameters, out[0] * out[1] * weights)

    def window(self) -> tuple[int, int] | None:
        return self.kernel_size, 1

    def first_filters(self) -> Shape | None:
        return self.kernel_size, self.kernel_size, self.filters

    def line(self) -> str:
        side = f"{self.kernel_size}×{self.kernel_size}"
        return f"{self.title} {self.convolutions} × {self.filters} · {side}{self.activated_line()}"

    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        path: list[KerasObject] = []
        for number in range(1, self.convolutions):
            path += [self._convolution(f"_conv_{number}", self.kernel_size)]
            path += self.after_sums(f"_conv_{number}")
        path += self._linear(f"_conv_{self.convolutions}", self.kernel_size)
        shortcut = self._linear("_projection", 1) if shape[-1] != self.filters else []
        return (KerasBlock(shape, tuple(path), tuple(shortcut), tuple(self.after_norm())),)

    def _linear(self, suffix: str, side: int) -> list[KerasObject]:
        """Return what is added: a convolution without activation."""
        norm = [self.norm(suffix)] if self.batch_norm == "before" else []
        return [self._convolution(suffix, side), *norm]

    def _convolution(self, suffix: str, side: int) -> KerasObject:
        return self.weighing(
            "Conv2D", "kernel", suffix=suffix, filters=self.filters, kernel_size=side, padding="same"
        )
