"""From spec to Keras: every value arrives, every activation is its formula."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import correlate
from scipy.special import erf

from core.model import layers as L
from core.model import specs as S
from core.model.build import build_model, build_optimizer, compile_model, made
from core.model.kind import members
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
from core.model.presets import PRESETS
from core.model.shapes import network_cost

GRID = np.linspace(-6, 6, 28 * 28, dtype=np.float32)
IMAGE = GRID.reshape(1, 28, 28, 1)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


FORMULAS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(0, x),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "gelu": lambda x: x * (1 + erf(x / np.sqrt(2))) / 2,
    "silu": lambda x: x * sigmoid(x),
}


def activated(**settings: Any) -> np.ndarray:
    """Return what the activation of a layer that passes its input through makes of GRID."""
    conv = L.Conv2D(filters=1, kernel_size=1, **settings)
    model = build_model([conv, L.Flatten()])
    model.get_layer("conv2d_1").set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
    return keras.Sequential(model.layers[:-1])(IMAGE).numpy()[0]


def names(*layers: L.Layer) -> list[str]:
    return [layer.name for layer in build_model(layers).layers]


@pytest.mark.parametrize("activation", L.ACTIVATION_NAMES)
def test_an_activation_equals_its_formula(activation: str) -> None:
    expected = FORMULAS[activation](GRID.astype(np.float64))
    np.testing.assert_allclose(activated(activation=activation), expected, rtol=1e-5, atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.floats(0, 1))
def test_leaky_relu_has_the_slope_that_was_asked_for(slope: float) -> None:
    outputs = activated(activation="leaky_relu", negative_slope=slope)
    np.testing.assert_allclose(outputs, np.where(GRID > 0, GRID, slope * GRID), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("layer", [L.Conv2D, L.SeparableConv2D, L.Residual, L.Dense])
@pytest.mark.parametrize("batch_norm", ["none", "before", "after"])
def test_leaky_relu_keeps_its_slope_in_a_graph(layer: type[L.Conv2D], batch_norm: str) -> None:
    """oneDNN, asked for a convolution, a sum and a leaky ReLU in one, takes 0.2."""
    spread = {"activation": "leaky_relu", "negative_slope": 0.01, "batch_norm": batch_norm}
    parts = (L.Conv2D(filters=4), L.Flatten()) if layer is L.Dense else (L.Conv2D(filters=4),)
    model = build_model((*parts, layer(**spread)))  # type: ignore[arg-type]
    shown = keras.Sequential([keras.Input((28, 28, 1)), *model.layers[:-1]])
    images = np.random.default_rng(0).random((4, 28, 28, 1), np.float32)
    layer_by_layer = keras.ops.convert_to_numpy(shown(images))
    assert layer_by_layer.min() < 0
    np.testing.assert_allclose(shown.predict(images, verbose=0), layer_by_layer, atol=1e-5)


def test_rescaling_gives_the_grey_values_back_and_turns_black_and_white_around() -> None:
    grey = np.arange(256, dtype=np.float32).reshape(1, 256, 1, 1)
    share = grey / 255
    for layer, wanted in (
        (L.Rescaling(scale=255, offset=0), grey),
        (L.Rescaling(scale=-1, offset=1), 1 - share),
    ):
        (part,) = layer.keras((256, 1, 1))
        np.testing.assert_allclose(made(part)(share), wanted, rtol=1e-6, atol=1e-6)


def test_layers_are_named_by_kind_and_place() -> None:
    layers = (L.Conv2D(), L.MaxPooling2D(), L.Dropout(), L.Flatten(), L.Dense())
    assert names(*layers) == [
        "conv2d_1",
        "conv2d_1_activation",
        "max_pooling2d_2",
        "dropout_3",
        "flatten_4",
        "dense_5",
        "dense_5_activation",
        "softmax",
    ]


def test_batch_normalisation_stands_where_it_was_asked_for() -> None:
    flat = L.Flatten()
    before = ["conv2d_1", "conv2d_1_batch_norm", "conv2d_1_activation", "flatten_2", "softmax"]
    after = ["conv2d_1", "conv2d_1_activation", "conv2d_1_batch_norm", "flatten_2", "softmax"]
    assert names(L.Conv2D(batch_norm="before"), flat) == before
    assert names(L.Conv2D(batch_norm="after"), flat) == after
    assert names(flat, L.Dense(batch_norm="before"))[1:4] == [
        "dense_2",
        "dense_2_batch_norm",
        "dense_2_activation",
    ]


def test_the_values_of_every_layer_arrive() -> None:
    conv = L.Conv2D(filters=5, kernel_size=3, padding="valid")
    layers = (conv, L.MaxPooling2D(pool_size=3), L.Dropout(rate=0.4), L.Flatten(), L.Dense(units=7))
    model = build_model(layers)
    assert model.input_shape == (None, 28, 28, 1)
    assert model.get_layer("conv2d_1").padding == "valid"
    assert model.get_layer("conv2d_1").output.shape == (None, 26, 26, 5)
    assert model.get_layer("max_pooling2d_2").output.shape == (None, 8, 8, 5)
    assert model.get_layer("dropout_3").rate == 0.4
    assert model.get_layer("dense_5").units == 7
    assert model.output_shape == (None, 10)


def test_a_convolution_is_the_sum_that_its_picture_shows() -> None:
    model = build_model([L.Conv2D(filters=1, kernel_size=3, padding="valid"), L.Flatten()])
    kernel = np.arange(9, dtype=np.float32).reshape(3, 3)
    model.get_layer("conv2d_1").set_weights([kernel[..., None, None], np.array([0.5])])
    out = model.get_layer("conv2d_1")(IMAGE).numpy()[0, ..., 0]
    assert out[4, 7] == pytest.approx(float((IMAGE[0, 4:7, 7:10, 0] * kernel).sum()) + 0.5, rel=1e-5)


@pytest.mark.parametrize(("mode", "reduce"), [("average", np.mean), ("max", np.max)])
def test_global_pooling_makes_one_number_of_each_channel(mode: str, reduce: Any) -> None:
    model = build_model([L.GlobalPooling2D.model_validate({"mode": mode})])
    noise = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
    pooled = model.layers[0](noise).numpy()
    np.testing.assert_allclose(pooled[:, 0], reduce(noise, axis=(1, 2, 3)), rtol=1e-5)


def test_probabilities_of_every_image_add_up_to_one() -> None:
    model = build_model(PRESETS["lenet-5"].spec.layers)
    images = np.random.default_rng(1).random((32, 28, 28, 1), np.float32)
    probabilities = model(images).numpy()
    assert probabilities.shape == (32, 10)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


OPTIMIZERS = [
    (SGD(learning_rate=0.3), "SGD", {"momentum": 0, "nesterov": False}),
    (Momentum(learning_rate=0.3, momentum=0.8), "SGD", {"momentum": 0.8, "nesterov": False}),
    (Nesterov(learning_rate=0.3, momentum=0.7), "SGD", {"momentum": 0.7, "nesterov": True}),
    (
        Adagrad(learning_rate=0.3, initial_accumulator_value=0.2, epsilon=1e-5),
        "Adagrad",
        {"initial_accumulator_value": 0.2, "epsilon": 1e-5},
    ),
    (
        RMSprop(learning_rate=0.3, rho=0.8, momentum=0.1, epsilon=1e-8),
        "RMSprop",
        {"rho": 0.8, "momentum": 0.1, "epsilon": 1e-8, "centered": False},
    ),
    (
        Adam(learning_rate=0.3, beta_1=0.8, beta_2=0.99, epsilon=1e-6),
        "Adam",
        {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6, "amsgrad": False, "weight_decay": None},
    ),
    (
        AdamW(learning_rate=0.3, weight_decay=0.01, beta_1=0.7, beta_2=0.98, epsilon=1e-6),
        "AdamW",
        {"weight_decay": 0.01, "beta_1": 0.7, "beta_2": 0.98, "epsilon": 1e-6},
    ),
    (
        Nadam(learning_rate=0.3, beta_1=0.8, beta_2=0.99, epsilon=1e-6, weight_decay=0.02),
        "Nadam",
        {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6, "weight_decay": 0.02, "global_clipnorm": None},
    ),
    (
        Lion(learning_rate=0.3, beta_1=0.8, beta_2=0.98, clip_norm=2.5),
        "Lion",
        {"beta_1": 0.8, "beta_2": 0.98, "weight_decay": None, "global_clipnorm": 2.5},
    ),
]


@pytest.mark.parametrize(
    ("spec", "name", "expected"), OPTIMIZERS, ids=[spec.kind for spec, _, _ in OPTIMIZERS]
)
def test_an_optimizer_arrives_with_all_its_hyper_parameters(
    spec: Optimizer, name: str, expected: dict[str, Any]
) -> None:
    optimizer = build_optimizer(S.RunSpec(layers=(L.Flatten(),), optimizer=spec))
    assert type(optimizer).__name__ == name
    config = optimizer.get_config()
    assert config["learning_rate"] == pytest.approx(0.3)
    assert {key: config[key] for key in expected} == expected


def test_each_kind_of_optimizer_was_tried() -> None:
    assert {spec.kind for spec, _, _ in OPTIMIZERS} == set(members(Optimizer))


def test_a_compiled_model_knows_optimizer_loss_and_accuracy() -> None:
    model = compile_model(PRESETS["4conv2d-adam"].spec)
    assert isinstance(model.optimizer, keras.optimizers.Adam)
    assert model.loss == "categorical_crossentropy"
    labels = keras.utils.to_categorical([3, 4], 10)
    measured = model.evaluate(np.zeros((2, 28, 28, 1), np.float32), labels, verbose=0, return_dict=True)
    assert set(measured) == {"loss", "accuracy"}


def test_the_global_seed_decides_the_initial_weights(small_spec: S.RunSpec) -> None:
    def weights(seed: int) -> np.ndarray:
        keras.utils.set_random_seed(seed)
        return np.concatenate([w.ravel() for w in build_model(small_spec.layers).get_weights()])

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))


def test_the_defaults_begin_as_plain_keras_does() -> None:
    keras.utils.set_random_seed(5)
    ours = build_model([L.Conv2D(filters=3, batch_norm="before"), L.Dropout(), L.Flatten(), L.Dense(units=4)])
    keras.utils.set_random_seed(5)
    plain = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(3, 3, padding="same"),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.Dropout(0.25),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    for mine, theirs in zip(ours.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("initial", "deviation"),
    [("glorot", np.sqrt(2 / (784 + 500))), ("he", np.sqrt(2 / 784)), ("small", 0.01), ("large", 1)],
)
def test_initial_weights_spread_as_their_formula_says(initial: L.InitialWeights, deviation: float) -> None:
    model = build_model([L.Flatten(), L.Dense(units=500, initial_weights=initial)])
    assert np.std(model.get_layer("dense_2").kernel) == pytest.approx(deviation, rel=0.01)


def test_a_residual_block_adds_its_input_to_its_convolutions() -> None:
    model = build_model([L.Residual(filters=2, convolutions=1), L.GlobalPooling2D()])
    block = model.get_layer("residual_1")
    kernel, projection = np.random.default_rng(0).normal(size=(3, 3, 1, 2)), np.array([[[[2.0, -3.0]]]])
    block.get_layer("residual_1_conv_1").set_weights([kernel, np.array([0.5, 0.25])])
    block.get_layer("residual_1_projection").set_weights([projection, np.zeros(2)])
    noise = np.random.default_rng(1).normal(size=(1, 28, 28, 1)).astype(np.float32)
    for channel, bias in enumerate((0.5, 0.25)):
        convolved = correlate(noise[0, ..., 0], kernel[..., 0, channel], mode="constant") + bias
        wanted = np.maximum(0, convolved + projection[0, 0, 0, channel] * noise[0, ..., 0])
        np.testing.assert_allclose(block(noise)[0, ..., channel], wanted, atol=1e-5)


def test_a_block_without_another_number_of_channels_has_no_projection() -> None:
    model = build_model(
        [L.Conv2D(filters=4), L.Residual(filters=4), L.Residual(filters=5), L.GlobalPooling2D()]
    )
    inner = [[layer.name for layer in model.get_layer(f"residual_{place}").layers] for place in (2, 3)]
    assert ["residual_2_projection" in inner[0], "residual_3_projection" in inner[1]] == [False, True]


@pytest.mark.parametrize("activation", ["leaky_relu", "gelu"])
def test_a_saved_model_predicts_the_same_after_loading(activation: str, tmp_path: Any) -> None:
    conv = L.Conv2D.model_validate({"activation": activation, "negative_slope": 0.2, "batch_norm": "after"})
    model = build_model([conv, L.GlobalPooling2D()])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(IMAGE), model(IMAGE), rtol=1e-6)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_builds_with_the_parameters_of_its_cost(preset: Any) -> None:
    layers = preset.spec.layers
    assert build_model(layers).count_params() == network_cost(layers).parameters
