"""The training batches: shuffled anew each epoch and augmented beside the training step."""

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.data.augment import changed
from core.data.prepare import normalise
from core.model.augmentations import Augmentation
from core.model.shapes import CLASSES

Floats = NDArray[np.float32]


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Images (n, 28, 28, 1) float32, 0…1, and one-hot labels (n, 10) float32 in batches.

    They are made of images uint8 (n, 28, 28, 1), 0…255, or of such as they give.

    What a batch holds depends on seed, epoch and index alone, whichever thread asks for it, so that a
    run can be repeated. Keras fetches ahead in a thread of its own: augmentation hides behind the step.
    """

    def __init__(
        self,
        x: NDArray[np.uint8] | Floats,
        y: Floats,
        batch_size: int,
        settings: Augmentation,
        seed: int,
        label_smoothing: float = 0.0,
        epochs_before: int = 0,
    ) -> None:
        super().__init__()
        self._x, self._y, self._seed = x, smoothed(y, label_smoothing), seed
        self._steps = settings.steps()
        self.batch_size = batch_size
        self._epoch = epochs_before - 1
        self._order = np.arange(len(x))

    def __len__(self) -> int:
        return math.ceil(len(self._x) / self.batch_size)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        chosen = self._order[index * self.batch_size : (index + 1) * self.batch_size]
        rng = np.random.default_rng((self._seed, self._epoch + 1, index))
        return changed(_floats(self._x[chosen]), self._steps, rng), self._y[chosen]

    def on_epoch_begin(self) -> None:
        self._epoch += 1
        self._order = np.random.default_rng((self._seed, self._epoch)).permutation(len(self._x))


def _floats(images: Any) -> Floats:
    return normalise(images) if images.dtype == np.uint8 else images


def smoothed(labels: Floats, share: float) -> Floats:
    """Return one-hot labels (n, 10) float32 of which all ten digits get a share alike.

    Only what is trained on is smoothed, so that validation loss stays the plain cross-entropy. Source:
    Szegedy et al. 2016, section 7.
    """
    return labels * np.float32(1 - share) + np.float32(share / CLASSES) if share else labels
