"""What every kind of layer tells of itself: what it makes of a shape, what that costs, its Keras objects."""

from abc import abstractmethod
from dataclasses import dataclass

from core.errors import SpecError
from core.model.kind import KerasPart, Kind

Shape = tuple[int, ...]


@dataclass(frozen=True)
class LayerCost:
    """One row of the network's summary.

    Attributes:
        name: such as "Conv2D".
        output_shape: without the batch axis, as Keras gives it.
        parameters: trainable and not (batch normalisation keeps two of its four per channel untrained).
        multiply_adds: for one image, forward.
        inside: the rows that it is the sum of, if it is a block of several layers.
    """

    name: str
    output_shape: Shape
    parameters: int = 0
    multiply_adds: int = 0
    inside: tuple["LayerCost", ...] = ()


class LayerKind(Kind):
    """One kind of layer, as a frozen value; it is known by being in the union `Layer`."""

    kind: str

    @abstractmethod
    def cost(self, shape: Shape, where: str) -> LayerCost:
        """Return what the layer makes of an input of `shape` and what that costs, as Keras counts it.

        Args:
            where: names the layer in the sentence, such as "Layer 2 (Conv2D)".

        Raises:
            SpecError: it cannot work on such an input.
        """

    @abstractmethod
    def line(self) -> str:
        """Return the layer in words, such as "Conv2D 32 · 5×5 · ReLU"; each field changes it that matters."""

    @abstractmethod
    def keras(self, shape: Shape) -> tuple[KerasPart, ...]:
        """Return the Keras layers it stands for, in order, on an input of `shape`."""

    @property
    def is_random(self) -> bool:
        """Whether it changes its input at random while training."""
        return False

    @property
    def has_batch_norm(self) -> bool:
        """Whether it normalises its values over the batch."""
        return False

    def window(self) -> tuple[int, int] | None:
        """Return the side of the square that moves over its input and by how much; None if it has none."""
        return None

    def first_filters(self) -> Shape | None:
        """Return rows, columns and number of its filters as the first layer; None if it has none."""
        return None


def image(shape: Shape, where: str) -> tuple[int, int, int]:
    """Return height, width and channels of the input of a layer that needs an image.

    Raises:
        SpecError: it is a vector.
    """
    if len(shape) != 3:
        raise SpecError(
            f"{where} needs an image, but its input is already a vector of {shape[0]:,} numbers: "
            "move it before Flatten or Global pooling."
        )
    return shape[0], shape[1], shape[2]


def times(shape: Shape) -> str:
    """Return a shape such as "28×28×1"."""
    return "×".join(str(side) for side in shape)


def number(value: float) -> str:
    """Return all digits that tell `value` from its neighbours: `differences` must not overlook any."""
    return repr(value).removesuffix(".0")
