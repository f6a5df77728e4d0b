"""Dead units counted by the worker are those that NumPy finds in hand-made weights."""

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from core.analysis.units import LayerUnits, Units
from core.data import mnist
from core.data.prepare import normalise
from core.errors import DataError
from core.model import layers as L
from core.model.build import build_model
from core.training.units import measure_units


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    return normalise(mnist.training().images[:250])[..., None]


def dense_weights(biases: list[float]) -> list[NDArray[np.float32]]:
    """Return weights of Flatten, Dense and softmax whose first layer has these biases."""
    rng = np.random.default_rng(0)
    units = len(biases)
    return [
        rng.normal(0, 0.01, (784, units)).astype(np.float32),
        np.array(biases, np.float32),
        np.zeros((units, 10), np.float32),
        np.zeros(10, np.float32),
    ]


def slope(activation: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the activation's slope by central differences of Keras' own function."""
    function, step = getattr(keras.activations, activation), 1e-3
    high, low = (keras.ops.convert_to_numpy(function(x + way)) for way in (step, -step))
    return (high - low) / (2 * step)


BIASES = [0.0, -100.0, 100.0, -7.5, 7.5, -0.5]
DEAD = {"relu": 3, "sigmoid": 4, "tanh": 4, "elu": 2, "gelu": 2, "silu": 1, "leaky_relu": 0}


@pytest.mark.parametrize("activation", DEAD)
def test_a_unit_is_dead_where_its_slope_is_nothing_for_every_image(
    activation: L.Activation, images: NDArray[np.float32]
) -> None:
    weights = dense_weights(BIASES)
    layers = (L.Flatten(), L.Dense(units=len(BIASES), activation=activation))
    (row,) = measure_units(layers, weights, weights, images).last
    inputs = images.reshape(len(images), -1).astype(np.float64) @ weights[0] + weights[1]
    dead = (np.abs(slope(activation, inputs)) < 1e-3).all(axis=0)
    assert (row.layer, row.units) == (2, len(BIASES))
    assert row.dead == int(dead.sum()) == DEAD[activation]


def test_a_channel_is_dead_only_if_it_is_so_everywhere_in_every_image(images: NDArray[np.float32]) -> None:
    kernel = np.zeros((1, 1, 1, 3), np.float32)
    kernel[..., 0], kernel[..., 1], kernel[..., 2] = 1, -1, 1  # ink 0…1, its negative, ink
    bias = np.array([-0.999, 0, -2], np.float32)  # some pixel of nearly every image is at full ink
    head = [np.zeros((3 * 784, 10), np.float32), np.zeros(10, np.float32)]
    layers = (L.Conv2D(filters=3, kernel_size=1), L.Flatten())
    (row,) = measure_units(layers, [kernel, bias, *head], [kernel, bias, *head], images).last
    outputs = np.maximum(images * kernel[0, 0, 0] + bias, 0)
    assert row.dead == int((outputs == 0).all(axis=(0, 1, 2)).sum()) == 2


@pytest.mark.parametrize(("where", "dead"), [("none", 1), ("before", 0), ("after", 1)])
def test_batch_normalisation_counts_where_it_stands(
    where: L.BatchNorm, dead: int, images: NDArray[np.float32]
) -> None:
    layers = (L.Flatten(), L.Dense(units=2, batch_norm=where))
    model = build_model(layers)
    model.get_layer("dense_2").bias.assign([0.0, -100.0])
    if where == "before":  # its running mean brings the unit back
        model.get_layer("dense_2_batch_norm").moving_mean.assign([0.0, -100.0])
    (row,) = measure_units(layers, model.get_weights(), model.get_weights(), images).last
    hidden = keras.ops.convert_to_numpy(model.get_layer("dense_2")(images.reshape(len(images), -1)))
    shifted = hidden + np.array([0.0, 100.0]) if where == "before" else hidden
    assert row.dead == int((shifted <= 0).all(axis=0).sum()) == dead


def test_of_a_residual_block_the_sum_counts(images: NDArray[np.float32]) -> None:
    layers = (L.Residual(filters=2, convolutions=1), L.GlobalPooling2D())
    model = build_model(layers)
    model.get_layer("residual_1").get_layer("residual_1_conv_1").bias.assign([-100.0, -100.0])
    model.get_layer("residual_1").get_layer("residual_1_projection").bias.assign([0.0, 200.0])
    (row,) = measure_units(layers, model.get_weights(), model.get_weights(), images).last
    assert (row.layer, row.units, row.dead) == (1, 2, 1)


def test_last_and_best_weights_are_both_counted_and_broken_ones_count_nothing(
    images: NDArray[np.float32],
) -> None:
    layers = (L.Flatten(), L.Dense(units=2))
    alive, half = dense_weights([1.0, 1.0]), dense_weights([1.0, -100.0])
    units = measure_units(layers, half, alive, images)
    assert ([row.dead for row in units.last], [row.dead for row in units.best]) == ([1], [0])
    broken = [np.full_like(part, np.nan) for part in half]
    assert [row.dead for row in measure_units(layers, broken, half, images).last] == [0]


def test_the_counts_travel_as_bytes_and_other_bytes_are_refused() -> None:
    units = Units(images=5, last=(LayerUnits(layer=1, units=8, dead=2),), best=())
    assert Units.from_bytes(units.to_bytes()) == units
    for content in (b"", b"[]", b'{"images": 0, "last": [], "best": []}', b"\xff"):
        with pytest.raises(DataError, match=r"units\.json"):
            Units.from_bytes(content)
