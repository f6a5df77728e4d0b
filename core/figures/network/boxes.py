"""What a network's picture shows: one box a layer, from the layers and their costs; nothing drawn yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.model import layers as L
from core.model.layers import Layer, LayerCost, Shape
from core.model.layers.base import times
from core.model.marks import Mark
from core.model.shapes import INPUT_SHAPE, network_cost
from core.words import short_count


@dataclass(frozen=True)
class Box:
    """One layer as it is drawn.

    Attributes:
        place: 0 for the input, then as people count the layers; the softmax layer is the last.
        title: such as "Conv2D".
        line: the layer in words.
        kind: that of the layer; "input" or "softmax".
        shape: what it makes of its input; empty where the layers before it, or it, do not work.
        parameters, multiply_adds: as in `LayerCost`.
        window: side and step of the square that it moves over its input, or None.
        slabs: how many layers lie one behind the other inside it.
        way: how its input is carried around it: "" for not at all, "as it is", or "1×1" by a convolution.
        mark: what is not the same in the network that this one is compared with, or None.
        problem: the sentence that says why it does not fit.
    """

    place: int
    title: str
    line: str
    kind: str
    shape: Shape
    parameters: int = 0
    multiply_adds: int = 0
    window: tuple[int, int] | None = None
    slabs: int = 1
    way: str = ""
    mark: Mark | None = None
    problem: str = ""

    @property
    def is_image(self) -> bool:
        return len(self.shape) == 3

    def told(self) -> str:
        """Return all that the box shows as a sentence or two."""
        number = f"{self.place} · " if self.place > 0 else ""
        made = f" → {times(self.shape)}" if self.shape else ""
        cost = ""
        if self.parameters:
            work = short_count(self.multiply_adds)
            cost = f", {self.parameters:,} parameters, {work} multiply-adds an image"
        mark = ""
        if self.mark:
            mark = f". {self.mark.kind.capitalize()}" + (f": {self.mark.text}" if self.mark.text else "")
        problem = f". {self.problem}" if self.problem else ""
        return f"{number}{self.line}{made}{cost}{mark}{problem}"


def boxes(layers: Sequence[Layer], marks: Sequence[Mark | None] = ()) -> list[Box]:
    """Return the boxes of a network that works, the input first and the softmax layer last.

    Args:
        marks: one for each of `layers`, or none at all.

    Raises:
        SpecError: it does not.
    """
    return boxes_of(layers, network_cost(layers).layers, marks=marks)


def boxes_of(
    layers: Sequence[Layer], rows: Sequence[LayerCost], problem: str = "", marks: Sequence[Mark | None] = ()
) -> list[Box]:
    """Return the boxes of a network as far as it works.

    Args:
        rows: what the layers make and cost, up to the first that does not fit; of all, the softmax layer too.
        problem: why it does not.
    """
    found = [Box(0, "Input", "Input, an image with pixels from 0 to 1", "input", INPUT_SHAPE)]
    found += _layers(layers, rows, problem, marks or [None] * len(layers))
    last, line = len(layers) + 1, "Softmax: one probability for each digit"
    if len(rows) > len(layers):
        row = rows[-1]
        costs = row.output_shape, row.parameters, row.multiply_adds
        return [*found, Box(last, "Softmax", line, "softmax", *costs)]
    wrong = problem if len(rows) == len(layers) else ""
    return [*found, Box(last, "Softmax", line, "softmax", (), problem=wrong)]


def _layers(
    layers: Sequence[Layer], rows: Sequence[LayerCost], problem: str, marks: Sequence[Mark | None]
) -> Iterator[Box]:
    for place, (layer, mark) in enumerate(zip(layers, marks, strict=True)):
        row = rows[place] if place < len(rows) else None
        yield Box(
            place + 1,
            layer.title,
            layer.line(),
            layer.kind,
            row.output_shape if row else (),
            row.parameters if row else 0,
            row.multiply_adds if row else 0,
            layer.window(),
            *_inside(layer, row),
            mark=mark,
            problem=problem if place == len(rows) else "",
        )


def _inside(layer: Layer, row: LayerCost | None) -> tuple[int, str]:
    """Return how many layers lie inside one, and how its input is carried around them."""
    if row is None or not isinstance(layer, L.Residual):
        return 1, ""
    projected = len(row.inside) > layer.convolutions
    return layer.convolutions, "1×1" if projected else "as it is"
