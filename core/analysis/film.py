"""What each layer makes of a few images, epoch by epoch: small grey pictures that travel as bytes.

Of a layer at most eight channels are kept, of a vector sixty-four numbers, and fewer where a network is so
deep that an image would need more than `MOST_BYTES`. A frame is packed once, when it is taken, so that a long
film costs a training no more than a short one.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import is_kept
from core.arrays import Arrays, packed, unpacked
from core.errors import DataError

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
CHANNELS, NUMBERS = (8, 6, 4, 3, 2, 1), 64
MOST_BYTES = 12_000
"""Of one image in one frame."""
_QUICK = 1
"""zlib's level: most of the gain for the least time."""


@dataclass(frozen=True)
class Tile:
    """How much is kept of one layer.

    Attributes:
        place: of the layer, counted from 1; the softmax layer is the last.
        rows, columns: of each picture; a vector is one column.
        channels: how many pictures; the first of the layer's.
        step: every so many rows and columns are kept.
    """

    place: int
    rows: int
    columns: int
    channels: int
    step: int = 1

    @property
    def size(self) -> int:
        return self.rows * self.columns * self.channels


def tiles(shapes: Sequence[tuple[int, ...]]) -> tuple[Tile, ...]:
    """Return what is kept of layers whose outputs have these shapes, the softmax layer last."""
    for step in (1, 2, 4, 7, 14, 28):
        for channels in CHANNELS:
            found = tuple(_tile(place, shape, channels, step) for place, shape in enumerate(shapes, start=1))
            if sum(tile.size for tile in found) <= MOST_BYTES:
                return found
    return found


def _tile(place: int, shape: tuple[int, ...], channels: int, step: int) -> Tile:
    if len(shape) == 1:
        return Tile(place, min(shape[0], NUMBERS), 1, 1)
    return Tile(place, -(-shape[0] // step), -(-shape[1] // step), min(shape[2], channels), step)


def picture(values: Floats, tile: Tile, top: float | None = None) -> Pixels:
    """Return what a layer made of n images, float32 (n, …), as uint8 (n, `tile.size`), channel by channel.

    Each image has a scale of its own, from its smallest number, or 0 if that is smaller, to its largest.

    Args:
        top: the end of the scale, where it is known.
    """
    if values.ndim == 4:
        kept = values[:, :: tile.step, :: tile.step, : tile.channels].transpose(0, 3, 1, 2)
    else:
        kept = values[:, : tile.rows]
    flat = kept.reshape(len(values), -1)
    low = np.minimum(flat.min(axis=1, keepdims=True), 0)
    high = flat.max(axis=1, keepdims=True) if top is None else top
    scaled = (flat - low) / np.maximum(high - low, 1e-12)
    return np.asarray(np.nan_to_num(scaled).clip(0, 1) * 255).round().astype(np.uint8)


@dataclass(frozen=True)
class Film:
    """Some images, and what a network made of them after some epochs.

    Attributes:
        images: uint8 (n, 28, 28).
        labels: uint8 (n,), what they show.
        tiles: what is kept of each layer.
        epochs: of each frame; 0 is before the training; the last one of an ended run is that of its weights.
        packed: each frame's uint8 (n, sum of the tiles' sizes), packed.
    """

    images: Pixels
    labels: Pixels
    tiles: tuple[Tile, ...]
    epochs: tuple[int, ...]
    packed: tuple[bytes, ...]

    def frame(self, at: int) -> Pixels:
        """Return one frame: uint8 (n, sum of the tiles' sizes).

        Raises:
            DataError: it is damaged.
        """
        wanted = len(self.images) * sum(tile.size for tile in self.tiles)
        try:
            reader = zlib.decompressobj()
            content = reader.decompress(self.packed[at], wanted + 1)
        except zlib.error as error:
            raise DataError(_DAMAGED) from error
        if len(content) != wanted:
            raise DataError(_DAMAGED)
        return np.frombuffer(content, np.uint8).reshape(len(self.images), -1)

    def with_last(self, other: "Film") -> "Film":
        """Return this film with the frames of another one of the same images at its end."""
        epochs, packed = (*self.epochs, *other.epochs), (*self.packed, *other.packed)
        return Film(self.images, self.labels, self.tiles, epochs, packed)

    def until(self, epoch: int, epochs: int) -> "Film":
        """Return the frames until an epoch that a run of so many keeps, of each epoch the first."""
        wanted = [not e or (e <= epoch and is_kept(e, epochs)) for e in self.epochs]
        kept = [at for at, e in enumerate(self.epochs) if wanted[at] and e not in self.epochs[:at]]
        frames = tuple(self.epochs[at] for at in kept), tuple(self.packed[at] for at in kept)
        return Film(self.images, self.labels, self.tiles, *frames)


_FORMS = {
    "images": "uint8 n 28 28",
    "labels": "uint8 n",
    "tiles": "int32 layers 5",
    "epochs": "int32 frames",
    "ends": "int64 frames",
    "content": "uint8 bytes",
}
_DAMAGED = "This run's saved feature maps are damaged: train it again."


def film_of(images: Pixels, labels: Pixels, kept: Sequence[Tile], epoch: int, pixels: Pixels) -> Film:
    """Return a film of one frame."""
    return Film(images, labels, tuple(kept), (epoch,), (zlib.compress(pixels.tobytes(), _QUICK),))


def to_bytes(film: Film) -> bytes:
    """Return a film as an `.npz` file."""
    arrays: Arrays = {
        "images": film.images,
        "labels": film.labels,
        "tiles": np.array([astuple(tile) for tile in film.tiles], np.int32),
        "epochs": np.array(film.epochs, np.int32),
        "ends": np.cumsum([len(frame) for frame in film.packed], dtype=np.int64),
        "content": np.frombuffer(b"".join(film.packed), np.uint8),
    }
    return packed(arrays, compressed=False)


def from_bytes(content: bytes) -> Film:
    """Return the film that `to_bytes` was given.

    Raises:
        DataError: the content is damaged.
    """
    arrays = unpacked(content, _FORMS, _DAMAGED)
    frames = tuple(_pieces(arrays["content"].tobytes(), arrays["ends"].tolist()))
    kept = tuple(Tile(*row) for row in arrays["tiles"].tolist())
    return Film(arrays["images"], arrays["labels"], kept, tuple(arrays["epochs"].tolist()), frames)


def _pieces(content: bytes, ends: Sequence[int]) -> Iterator[bytes]:
    yield from (content[start:end] for start, end in zip((0, *ends), ends, strict=False))
