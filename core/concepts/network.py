"""A small fully connected network in NumPy: forward, backward, and a step of mini-batch gradient descent.

The pages on ideas train it live, in the server's own process, which never imports TensorFlow. Its loss and
its gradients are held equal to Keras' by a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.concepts.activations import SLOPE, activate, derivative
from core.concepts.batch_norm import Normalised, batch_norm
from core.concepts.batch_norm import gradients as batch_norm_gradients
from core.concepts.softmax import loss_and_gradient, softmax
from core.concepts.threads import use_one_thread
from core.data.prepare import CLASSES
from core.model.layers import Activation, InitialWeights
from core.model.layers.activated import DEVIATIONS

Floats = NDArray[np.floating]
Init = InitialWeights
PIXELS = 784


@dataclass(frozen=True)
class Design:
    """What is chosen of a network: the hidden layers' units, what they do, and how their weights begin.

    Attributes:
        batch_norm: whether each hidden layer normalises its weighted sums before the activation.
    """

    hidden: tuple[int, ...] = (64, 64)
    activation: Activation = "relu"
    slope: float = SLOPE
    batch_norm: bool = False
    init: Init = "he"


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer learns, or the gradient of the loss by it, in the same shapes.

    Attributes:
        weights: (inputs, units).
        bias: (units,).
        gamma, beta: batch normalisation's scale and shift, (units,), where the layer has it.
    """

    weights: Floats
    bias: Floats
    gamma: Floats | None = None
    beta: Floats | None = None


Network = tuple[Layer, ...]


@dataclass(frozen=True, eq=False)
class Pass:
    """What one layer took and made of a mini-batch.

    Attributes:
        inputs: (m, inputs).
        normalised: of the weighted sums, where the layer has batch normalisation.
        received: what the activation received, (m, units).
        outputs: what it gave, (m, units); of the last layer the probabilities.
    """

    inputs: Floats
    normalised: Normalised | None
    received: Floats
    outputs: Floats


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a training: the network before it, and the loss of its mini-batch."""

    number: int
    network: Network
    loss: float


def initial(design: Design, seed: int, dtype: type[np.floating] = np.float32) -> Network:
    """Return a network of random weights, biases 0, γ 1 and β 0; the last layer has the ten digits' units."""
    rng = np.random.default_rng(seed)
    sizes = (PIXELS, *design.hidden, CLASSES)
    return tuple(
        _layer(_weights(design.init, rng, sizes[i], sizes[i + 1]).astype(dtype), normed)
        for i, normed in enumerate([design.batch_norm] * len(design.hidden) + [False])
    )


def _layer(weights: Floats, normed: bool) -> Layer:
    zeros: Floats = np.zeros(weights.shape[1], weights.dtype)
    return Layer(weights, zeros, *((zeros + 1, zeros) if normed else ()))


def _weights(init: Init, rng: np.random.Generator, inputs: int, units: int) -> Floats:
    """Return weights (inputs, units): He et al. 2015 eq. 10, Glorot & Bengio 2010 eq. 16, small or large."""
    if init == "glorot":
        limit = np.sqrt(6 / (inputs + units))
        return rng.uniform(-limit, limit, (inputs, units))
    return rng.normal(0, np.sqrt(2 / inputs) if init == "he" else DEVIATIONS[init], (inputs, units))


def forward(design: Design, network: Network, images: Floats) -> tuple[Pass, ...]:
    """Return what every layer makes of images (m, 784), in their order."""
    passes = hidden(design, network, images)
    inputs = passes[-1].outputs
    logits = _sums(network[-1], inputs)
    return (*passes, Pass(inputs, None, logits, softmax(logits)))


def hidden(design: Design, network: Network, images: Floats) -> tuple[Pass, ...]:
    """Return what every hidden layer makes of images (m, 784), in their order."""
    passes: list[Pass] = []
    for layer in network[:-1]:
        passes.append(_hidden(design, layer, passes[-1].outputs if passes else images))
    return tuple(passes)


def _sums(layer: Layer, inputs: Floats) -> Floats:
    sums: Floats = inputs @ layer.weights
    sums += layer.bias
    return sums


def _hidden(design: Design, layer: Layer, inputs: Floats) -> Pass:
    received = _sums(layer, inputs)
    normalised = None
    if layer.gamma is not None and layer.beta is not None:
        normalised = batch_norm(received, layer.gamma, layer.beta)
        received = normalised.output
    return Pass(inputs, normalised, received, activate(design.activation, received, design.slope))


def gradients(
    design: Design, network: Network, images: Floats, labels: NDArray[np.integer]
) -> tuple[float, Network]:
    """Return the loss of a mini-batch, images (m, 784) and labels (m,), and its gradient by every layer."""
    passes = hidden(design, network, images)
    inputs = passes[-1].outputs
    loss, upstream = loss_and_gradient(_sums(network[-1], inputs), labels)
    found = [_outer(inputs, upstream)]
    for place in range(len(network) - 2, -1, -1):
        upstream = upstream @ network[place + 1].weights.T
        upstream, gradient = _backward(design, network[place], passes[place], upstream)
        found.append(gradient)
    return loss, tuple(reversed(found))


def _backward(design: Design, layer: Layer, made: Pass, upstream: Floats) -> tuple[Floats, Layer]:
    """Return the gradients by a hidden layer's weighted sums and by what it learns."""
    upstream = upstream * derivative(design.activation, made.received, design.slope)
    if made.normalised is None or layer.gamma is None:
        return upstream, _outer(made.inputs, upstream)
    through = batch_norm_gradients(upstream, made.normalised, layer.gamma)
    return through.inputs, _outer(made.inputs, through.inputs, through.gamma, through.beta)


def _outer(
    inputs: Floats, upstream: Floats, gamma: Floats | None = None, beta: Floats | None = None
) -> Layer:
    return Layer(inputs.T @ upstream, upstream.sum(axis=0), gamma, beta)


def descend(network: Network, gradient: Network, rate: float) -> Network:
    """Return the network after one step of gradient descent: θ − rate × gradient."""
    return tuple(_moved(layer, slope, rate) for layer, slope in zip(network, gradient, strict=True))


def _moved(layer: Layer, slope: Layer, rate: float) -> Layer:
    gamma = None if layer.gamma is None or slope.gamma is None else layer.gamma - rate * slope.gamma
    beta = None if layer.beta is None or slope.beta is None else layer.beta - rate * slope.beta
    return Layer(layer.weights - rate * slope.weights, layer.bias - rate * slope.bias, gamma, beta)


def train(
    design: Design,
    network: Network,
    images: Floats,
    labels: NDArray[np.integer],
    *,
    rate: float,
    steps: int,
    batch: int,
    seed: int,
) -> Iterator[Step]:
    """Yield `steps` steps of mini-batch gradient descent, then the network that they end with (loss NaN).

    The mini-batches are drawn by `seed`. Ends early, without that last network, once the loss is no longer
    finite.
    """
    use_one_thread()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for number, chosen in enumerate(_mini_batches(len(images), batch, steps, seed)):
            loss, gradient = gradients(design, network, images[chosen], labels[chosen])
            yield Step(number, network, loss)
            if not np.isfinite(loss):
                return
            network = descend(network, gradient, rate)
        yield Step(steps, network, float("nan"))


@lru_cache(maxsize=16)
def _mini_batches(images: int, batch: int, steps: int, seed: int) -> NDArray[np.int64]:
    """Return which images each step learns from, int64 (steps, batch): what is compared shares them."""
    rng = np.random.default_rng(seed)
    return np.array([rng.choice(images, batch, replace=False) for _ in range(steps)])
