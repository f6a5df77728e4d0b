"""A network that computes in bfloat16 while it trains: its weights stay float32, and so does what it answers.

Each layer but the last has Keras' policy "mixed_bfloat16" while a training step is traced. Validation, saved
files and all that comes after are those of the plain network.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from core.inference.steps import unfolded
from core.model.precision import Precision


@contextmanager
def computing_in(model: Any, precision: Precision) -> Iterator[None]:
    """Have a network compute in a precision meanwhile, and in float32 again afterwards."""
    compute_in(model, precision)
    try:
        yield
    finally:
        compute_in(model, "float32")


def compute_in(model: Any, precision: Precision) -> None:
    """Have each layer of a network but the last, softmax, compute in a precision from now on."""
    *layers, _ = unfolded(model)
    for layer in layers:
        layer.dtype_policy = "float32" if precision == "float32" else f"mixed_{precision}"


class InBfloat16(keras.callbacks.Callback):  # type: ignore[misc]
    """Has Keras' own `fit` compute the batches of an epoch in bfloat16; it stands before the others.

    What these ask the network before the first epoch and after each is answered in float32, and so is all
    that is asked later: Keras compiles an answer once. A fit that is broken off leaves it in bfloat16.
    """

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        compute_in(self.model, "bfloat16")

    def on_test_begin(self, logs: Any = None) -> None:
        compute_in(self.model, "float32")
