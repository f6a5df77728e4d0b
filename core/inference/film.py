"""What each layer of a network makes of a few images, as small grey pictures."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from core.analysis.film import Film, Floats, Pixels, Tile, film_of, picture, tiles
from core.data.prepare import normalise
from core.model.layers import Layer, Shape
from core.model.shapes import INPUT_SHAPE, network_cost


def filmed(model: Any, layers: Sequence[Layer], images: Pixels, labels: Pixels, epoch: int) -> Film:
    """Return a film of one frame: what a model makes of images uint8 (n, 28, 28) now."""
    kept = kept_tiles(layers)
    made = zip(kept, outputs(model, layers, normalise(images)), strict=True)
    last = kept[-1].place
    pixels = [picture(values, tile, 1.0 if tile.place == last else None) for tile, values in made]
    return film_of(images, labels, kept, epoch, np.concatenate(pixels, axis=1))


def kept_tiles(layers: Sequence[Layer]) -> tuple[Tile, ...]:
    """Return what is kept of each layer of a network, the softmax layer last."""
    return tiles([row.output_shape for row in network_cost(layers).layers])


def outputs(model: Any, layers: Sequence[Layer], images: Floats) -> Iterator[Floats]:
    """Yield what each layer makes of images (n, 28, 28), 0…1, the softmax layer last, without compiling."""
    import keras

    values, parts = keras.ops.convert_to_tensor(images[..., None]), iter(model.layers)
    for count in (*_counts(layers), 1):
        for _ in range(count):
            values = next(parts)(values, training=False)
        yield np.asarray(keras.ops.convert_to_numpy(values), np.float32)


def parts_of(model: Any, layers: Sequence[Layer], place: int) -> list[Any]:
    """Return the Keras layers that the layer at `place`, counted from 1, is."""
    counts = list(_counts(layers))
    start = sum(counts[: place - 1])
    return list(model.layers[start : start + counts[place - 1]])


def _counts(layers: Sequence[Layer]) -> Iterator[int]:
    """Yield how many Keras layers each layer is."""
    shape: Shape = INPUT_SHAPE
    for layer, row in zip(layers, network_cost(layers).layers, strict=False):
        yield len(layer.keras(shape))
        shape = row.output_shape
