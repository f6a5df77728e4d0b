"""A network layer by layer, what is inside its blocks too; Keras is imported where it runs."""

from collections.abc import Iterator
from typing import Any


def unfolded(model: Any) -> Iterator[Any]:
    """Yield the layers of a network in order, in the place of a block those inside it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from unfolded(layer)
        else:
            yield layer


def steps(model: Any, values: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each layer, in the place of a block those inside it, with what it was given and what it made.

    Without compiling, and never more in memory than the largest layer's, or the largest block's.

    Args:
        values: a tensor, the input of the network.
    """
    for layer in model.layers:
        given = values
        if hasattr(layer, "layers"):
            *inside, last = _inside(layer, given)
            yield from (*inside, last)
            values = last[2]
        else:
            values = layer(given, training=False)
            yield layer, given, values


def _inside(block: Any, given: Any) -> list[tuple[Any, Any, Any]]:
    import keras

    found = {id(block.inputs[0]): given}
    rows = []
    for layer in block.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        wanted = layer.input
        several = isinstance(wanted, list | tuple)
        values = [found[id(one)] for one in wanted] if several else found[id(wanted)]
        found[id(layer.output)] = layer(values, training=False)
        rows.append((layer, values, found[id(layer.output)]))
    return rows
