"""What convolutions share: square filters that slide over an image."""

from typing import Annotated, Any, Literal

from pydantic import Field

from core.errors import SpecError
from core.model.kind import Control
from core.model.layers.activated import Activated
from core.model.layers.base import Shape, image

FILTERS = Control(
    "Filters",
    "How many features the layer looks for. More find more, and cost more.",
    tries=(8, 64),
    by_factors=True,
)
KERNEL = Control(
    "Kernel",
    "Side of each filter. A larger one sees more of the digit at once and costs more.",
    options={side: f"{side}×{side}" for side in range(1, 8)},
    tries=(3, 7),
)


class Convolution(Activated):
    """Square kernels over an image."""

    filters: Annotated[int, Field(ge=1, le=512), FILTERS] = 32
    kernel_size: Annotated[int, Field(ge=1, le=7), KERNEL] = 3
    padding: Annotated[
        Literal["same", "valid"],
        Control(
            "Padding", "“same” keeps the image's size; “valid” leaves out its border, so that it shrinks."
        ),
    ] = "same"
    strides: Annotated[
        int,
        Field(ge=1, le=3),
        Control(
            "Stride",
            "How many pixels the filters move at a time. With 2 the image shrinks to half its side, as by "
            "pooling, and costs a quarter.",
            word="stride",
            options={1: "1", 2: "2", 3: "3"},
            tries=(1, 2),
            rare=True,
        ),
    ] = 1

    def output(self, shape: Shape, where: str) -> Shape:
        """Return what it makes of an image of `shape`.

        Raises:
            SpecError: its input is no image, or smaller than the kernel.
        """
        sides = image(shape, where)[:2]
        check_kernel(self.kernel_size, sides, where)
        trim = 0 if self.padding == "same" else self.kernel_size - 1
        height, width = (-(-(side - trim) // self.strides) for side in sides)
        return height, width, self.filters

    def window(self) -> tuple[int, int] | None:
        return self.kernel_size, self.strides

    def first_filters(self) -> Shape | None:
        return self.kernel_size, self.kernel_size, self.filters

    def line(self) -> str:
        side = f"{self.kernel_size}×{self.kernel_size}"
        valid = "" if self.padding == "same" else " · valid padding"
        stride = "" if self.strides == 1 else f" · stride {self.strides}"
        return f"{self.title} {self.filters} · {side}{valid}{stride}{self.activated_line()}"

    def sliding(self) -> dict[str, Any]:
        """Return what Keras is told of the filters and their way."""
        told: dict[str, Any] = {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "padding": self.padding,
        }
        return told | ({} if self.strides == 1 else {"strides": self.strides})


def check_kernel(side: int, sides: Shape, where: str) -> None:
    """Refuse a kernel that is larger than its input.

    Raises:
        SpecError: it is.
    """
    if side > min(sides):
        raise SpecError(
            f"{where}: its {side}×{side} kernel is larger than its {sides[0]}×{sides[1]} input; "
            f"choose a kernel of at most {min(sides)} or pool less before it."
        )
