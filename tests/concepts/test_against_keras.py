"""What the pages on ideas compute in NumPy is what Keras computes."""

from typing import get_args

import numpy as np
import pytest

from core.concepts import batch_norm as bn
from core.concepts.activations import activate, derivative
from core.concepts.convolution import convolve
from core.concepts.dropout import drop
from core.concepts.network import Design, Network, gradients, initial
from core.concepts.optimizers import initial as begin
from core.concepts.optimizers import update
from core.concepts.pooling import pool
from core.data import mnist
from core.model.layers import Activation
from core.model.optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Lion,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSprop,
)

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
DIGIT = mnist.training().images[0].astype(np.float64) / 255
PLACES = np.array([-5.0, -1.3, -0.2, 0.4, 1.0, 4.2])


def through(layer: object, values: np.ndarray, **how: object) -> np.ndarray:
    return np.asarray(layer(tf.constant(values), **how))  # type: ignore[operator]


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("size", [3, 5])
def test_a_kernel_slides_as_keras_conv2d_does(padding: str, size: int) -> None:
    kernel = np.random.default_rng(size).normal(size=(size, size))
    found = keras.ops.conv(DIGIT[None, :, :, None], kernel[:, :, None, None], padding=padding)
    np.testing.assert_allclose(convolve(DIGIT, kernel, padding), np.asarray(found)[0, :, :, 0], atol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("mode", ["max", "average"])
def test_squares_are_pooled_as_keras_does(size: int, mode: str) -> None:
    found = np.asarray(keras.ops.max_pool(DIGIT[None, :, :, None], size))
    if mode == "average":
        found = np.asarray(keras.ops.average_pool(DIGIT[None, :, :, None], size))
    np.testing.assert_allclose(pool(DIGIT, size, mode), found[0, :, :, 0], atol=1e-12)  # type: ignore[arg-type]


def test_dropout_scales_what_is_kept_as_keras_does() -> None:
    values = np.linspace(1, 2, 1000, dtype=np.float32)
    found = through(keras.layers.Dropout(0.4, seed=1), values, training=True)
    np.testing.assert_allclose(drop(values, found != 0, 0.4), found, rtol=1e-6)


@pytest.mark.parametrize("kind", get_args(Activation))
def test_activations_and_their_derivatives_are_keras(kind: Activation) -> None:
    of = keras.activations.get(kind)
    x = tf.constant(PLACES)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = keras.activations.leaky_relu(x, 0.01) if kind == "leaky_relu" else of(x)
    np.testing.assert_allclose(activate(kind, PLACES), y, atol=1e-10)
    np.testing.assert_allclose(derivative(kind, PLACES), tape.gradient(y, x), atol=1e-10)


def test_batch_normalisation_and_its_moving_averages_are_keras() -> None:
    rng = np.random.default_rng(3)
    layer = keras.layers.BatchNormalization(dtype="float64")
    layer.build((None, 4))
    gamma, beta = rng.normal(1, 0.2, 4), rng.normal(size=4)
    layer.set_weights([gamma, beta, np.zeros(4), np.ones(4)])
    moving = bn.Moving.start(4)
    for batch in rng.normal(2, 3, (3, 16, 4)):
        found = bn.batch_norm(batch, gamma, beta)
        np.testing.assert_allclose(found.output, through(layer, batch, training=True), atol=1e-9)
        moving = moving.updated(found)
    np.testing.assert_allclose(moving.mean, layer.moving_mean, atol=1e-9)
    np.testing.assert_allclose(moving.variance, layer.moving_variance, atol=1e-9)


def keras_twin(design: Design, network: Network) -> object:
    """Return the same network in Keras, in float64, with the same weights."""
    model = keras.Sequential([keras.Input((784,), dtype="float64")])
    weights = []
    for layer in network[:-1]:
        model.add(keras.layers.Dense(layer.weights.shape[1], dtype="float64"))
        weights += [layer.weights, layer.bias]
        if layer.gamma is not None:
            model.add(keras.layers.BatchNormalization(dtype="float64"))
            units = len(layer.bias)
            weights += [layer.gamma, layer.beta, np.zeros(units), np.ones(units)]
        model.add(keras.layers.Activation(design.activation, dtype="float64"))
    model.add(keras.layers.Dense(10, dtype="float64"))
    model.set_weights([*weights, network[-1].weights, network[-1].bias])
    return model


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_small_network_has_keras_loss_and_gradients(activation: Activation, batch_norm: bool) -> None:
    design = Design(hidden=(12, 8), activation=activation, batch_norm=batch_norm, init="glorot")
    network = initial(design, 1, np.float64)
    images = mnist.training().images[:20].reshape(20, -1) / 255
    labels = mnist.training().labels[:20].astype(np.int64)
    loss, slopes = gradients(design, network, images, labels)
    twin = keras_twin(design, network)
    with tf.GradientTape() as tape:
        logits = twin(images, training=True)  # type: ignore[operator]
        theirs = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    ours = []
    for slope in slopes:
        ours += [slope.weights, slope.bias, *([slope.gamma, slope.beta] if slope.gamma is not None else [])]
    assert loss == pytest.approx(float(theirs), abs=1e-9)
    variables = [variable.value for variable in twin.trainable_variables]  # type: ignore[attr-defined]
    for mine, their in zip(ours, tape.gradient(theirs, variables), strict=True):
        np.testing.assert_allclose(mine, their, atol=1e-8)


RULES: list[tuple[Optimizer, object]] = [
    (SGD(learning_rate=0.1), lambda: keras.optimizers.SGD(0.1)),
    (Momentum(learning_rate=0.05, momentum=0.8), lambda: keras.optimizers.SGD(0.05, momentum=0.8)),
    (Nesterov(learning_rate=0.05, momentum=0.7), lambda: keras.optimizers.SGD(0.05, 0.7, nesterov=True)),
    (Adagrad(learning_rate=0.5), lambda: keras.optimizers.Adagrad(0.5)),
    (RMSprop(learning_rate=0.1, rho=0.8), lambda: keras.optimizers.RMSprop(0.1, rho=0.8)),
    (RMSprop(learning_rate=0.1, momentum=0.5), lambda: keras.optimizers.RMSprop(0.1, momentum=0.5)),
    (Adam(learning_rate=0.2, beta_1=0.7, beta_2=0.95), lambda: keras.optimizers.Adam(0.2, 0.7, 0.95)),
    (AdamW(learning_rate=0.2, weight_decay=0.1), lambda: keras.optimizers.AdamW(0.2, weight_decay=0.1)),
    (Nadam(learning_rate=0.2, beta_1=0.7, beta_2=0.95), lambda: keras.optimizers.Nadam(0.2, 0.7, 0.95)),
    (Lion(learning_rate=0.2, beta_1=0.7, beta_2=0.8), lambda: keras.optimizers.Lion(0.2, 0.7, 0.8)),
    (
        Momentum(learning_rate=0.05, weight_decay=0.3, clip_norm=0.5),
        lambda: keras.optimizers.SGD(0.05, 0.9, weight_decay=0.3, global_clipnorm=0.5),
    ),
    (Lion(weight_decay=0.9), lambda: keras.optimizers.Lion(0.0001, weight_decay=0.9)),
    (RMSprop(clip_norm=100), lambda: keras.optimizers.RMSprop(0.001, global_clipnorm=100.0)),
]


@pytest.mark.parametrize(
    ("rule", "make"), RULES, ids=[f"{rule.kind}-{n}" for n, (rule, _) in enumerate(RULES)]
)
def test_every_step_of_an_optimizer_is_keras(rule: Optimizer, make: object) -> None:
    gradients_ = np.random.default_rng(2).normal(size=(6, 3))
    state, theirs = begin(rule, np.array([1.0, -2.0, 0.5])), make()  # type: ignore[operator]
    weights = keras.Variable(state.weights, dtype="float64")
    for gradient in gradients_:
        state = update(rule, state, gradient)
        theirs.apply([tf.constant(gradient)], [weights])
        np.testing.assert_allclose(state.weights, weights, rtol=1e-5)
