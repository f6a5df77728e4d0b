"""A network layer by layer, what is inside its blocks too; Keras is imported where it runs."""

from collections.abc import Callable, Iterator
from typing import Any


def _answer(layer: Any, values: Any) -> Any:
    return layer(values, training=False)


def unfolded(model: Any) -> Iterator[Any]:
    """Yield the layers of a network in order, in the place of a block those inside it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from unfolded(layer)
        else:
            yield layer


def steps(
    model: Any, values: Any, call: Callable[[Any, Any], Any] = _answer
) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each layer, in the place of a block those inside it, with what it was given and what it made.

    Without compiling, and never more in memory than the largest layer's, or the largest block's.

    Args:
        values: a tensor, the input of the network.
        call: what is done with a layer and its input; by default the network answers, as in `predict`.
    """
    for layer in model.layers:
        given = values
        if hasattr(layer, "layers"):
            *inside, last = _inside(layer, given, call)
            yield from (*inside, last)
            values = last[2]
        else:
            values = call(layer, given)
            yield layer, given, values


def _inside(block: Any, given: Any, call: Callable[[Any, Any], Any]) -> list[tuple[Any, Any, Any]]:
    import keras

    found = {id(block.inputs[0]): given}
    rows = []
    for layer in block.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        wanted = layer.input
        several = isinstance(wanted, list | tuple)
        values = [found[id(one)] for one in wanted] if several else found[id(wanted)]
        found[id(layer.output)] = call(layer, values)
        rows.append((layer, values, found[id(layer.output)]))
    return rows
