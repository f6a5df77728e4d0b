"""How the gradient shrinks on its way back, measured on a random network that was shown real digits."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import Design, Init, gradients, initial
from core.concepts.sample import sample
from core.concepts.threads import use_one_thread
from core.model.layers import Activation

IMAGES = 128
UNITS = 64
MOST_LAYERS = 20


def gradient_norms(activation: Activation, layers: int, init: Init, seed: int) -> NDArray[np.float64]:
    """Return the Euclidean norm of the loss's gradient by the weights of each layer, (layers + 1,).

    The network has `layers` hidden layers of 64 units and the softmax layer last; its weights are random, and
    the loss is the mean over 128 real digits. In float64, so that what is tiny is not rounded to zero.
    """
    use_one_thread()
    design = Design(hidden=(UNITS,) * layers, activation=activation, init=init)
    images, labels = sample(0, IMAGES)
    _, gradient = gradients(design, initial(design, seed, np.float64), images.astype(np.float64), labels)
    return np.array([np.linalg.norm(layer.weights) for layer in gradient])


def shrinkage(norms: Sequence[float]) -> float:
    """Return how many times smaller the first layer's gradient is than the last hidden one's; may be inf."""
    first, last = float(norms[0]), float(norms[-2])
    return last / first if first else np.inf
