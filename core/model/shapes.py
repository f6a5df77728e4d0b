"""What a stack of layers makes of its input and what it costs, computed without TensorFlow.

Each kind of layer says what it costs; here the stack is walked. Multiply-adds are those of convolutions and
dense layers for one image, forward; the rest is small beside them and not counted. A test holds shapes and
parameters equal to Keras' own and multiply-adds to TensorFlow's profiler.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from core.errors import SpecError
from core.model import layers as L
from core.model.kind import KerasPart
from core.model.layers import LayerCost, Shape
from core.model.layers.base import times

INPUT_SHAPE = (28, 28, 1)
CLASSES = 10
MAX_PARAMETERS = 20_000_000
MAX_MULTIPLY_ADDS = 2_000_000_000
MAX_ACTIVATIONS = 2_000_000
"""Numbers in all layers' outputs for one image."""
MAX_BATCH_ACTIVATIONS = 500_000_000
"""The same for a batch: 2 GB in float32, and training holds about three times that."""


@dataclass(frozen=True)
class NetworkCost:
    """The rows of a network's summary, the final softmax layer included."""

    layers: tuple[LayerCost, ...]

    @property
    def parameters(self) -> int:
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def activations(self) -> int:
        """Numbers in all layers' outputs for one image."""
        rows = (row for layer in self.layers for row in layer.inside or (layer,))
        return sum(prod(row.output_shape) for row in rows)


def first_filters(layers: Sequence[L.Layer]) -> Shape:
    """Return rows, columns and number of the filters that see the image itself; zeros without any."""
    return next((found for layer in layers if (found := layer.first_filters())), (0, 0, 0))


def network_cost(layers: Sequence[L.Layer]) -> NetworkCost:
    """Return the cost of `layers` followed by the fixed `Dense 10 + softmax`.

    Raises:
        SpecError: the stack cannot work; the sentence names the layer by its place, counted from 1.
    """
    if not layers:
        raise SpecError("The network has no layer: add at least one before the final softmax layer.")
    rows = list(layer_costs(layers))
    shape, where = rows[-1].output_shape, _where(layers, len(layers))
    if len(shape) > 1:
        raise SpecError(
            f"{where} leaves an image of {times(shape)}, but the "
            "final softmax layer needs a vector: add Flatten or Global pooling at the end."
        )
    rows.append(LayerCost("Softmax", (CLASSES,), (shape[0] + 1) * CLASSES, shape[0] * CLASSES))
    cost = NetworkCost(tuple(rows))
    _check_size(cost)
    return cost


def layer_costs(layers: Sequence[L.Layer]) -> Iterator[LayerCost]:
    """Yield the cost of one layer after the other, without the final softmax layer.

    Raises:
        SpecError: at the first layer that does not fit its input.
    """
    shape: Shape = INPUT_SHAPE
    for place, layer in enumerate(layers, start=1):
        row = layer.cost(shape, _where(layers, place))
        yield row
        shape = row.output_shape


def keras_parts(layers: Sequence[L.Layer]) -> Iterator[KerasPart]:
    """Yield the Keras objects of one layer after the other, without the final softmax layer.

    Raises:
        SpecError: as in `layer_costs`.
    """
    shape: Shape = INPUT_SHAPE
    for layer, row in zip(layers, layer_costs(layers), strict=True):
        yield from layer.keras(shape)
        shape = row.output_shape


def _where(layers: Sequence[L.Layer], place: int) -> str:
    return f"Layer {place} ({layers[place - 1].title})"


def _check_size(cost: NetworkCost) -> None:
    largest = max(cost.layers, key=lambda row: row.parameters)
    place = cost.layers.index(largest) + 1
    if cost.parameters > MAX_PARAMETERS:
        raise SpecError(
            f"The network has {cost.parameters:,} parameters, the limit is {MAX_PARAMETERS:,}: "
            f"most of them ({largest.parameters:,}) are in layer {place} ({largest.name})."
        )
    if cost.multiply_adds > MAX_MULTIPLY_ADDS:
        slowest = max(cost.layers, key=lambda row: row.multiply_adds)
        raise SpecError(
            f"One image needs {cost.multiply_adds:,} multiply-adds, the limit is {MAX_MULTIPLY_ADDS:,}: "
            f"most of them are in layer {cost.layers.index(slowest) + 1} ({slowest.name})."
        )
    if cost.activations > MAX_ACTIVATIONS:
        raise SpecError(
            f"The layers' outputs hold {cost.activations:,} numbers for one image, the limit is "
            f"{MAX_ACTIVATIONS:,}: use fewer filters or pool earlier."
        )
