"""The sum behind a pixel of a feature map is Keras' own."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from scipy.signal import correlate2d

from core.analysis.film import Pixels
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.convolved import convolved, convolved_so_far
from core.inference.film import parts_of
from core.inference.learning import NOT_YET
from core.inference.networks import network
from core.model import layers as L
from core.model.build import build_model, compile_model, model_bytes
from core.model.optimizers import Adam
from core.model.specs import RunSpec
from core.runs.artifacts import CHECKPOINT, MODEL
from core.runs.store import RunStore
from core.training.checkpoint import Checkpoints
from tests.stacks import BLOCKS

LAYERS = (
    L.Conv2D(filters=3, kernel_size=3, strides=2),
    L.Conv2D(filters=2, kernel_size=4, padding="valid", batch_norm="before", use_bias=False),
    L.Conv2D(filters=4, kernel_size=2, strides=3, activation="tanh"),
    L.Flatten(),
)
SEPARABLE = (
    L.SeparableConv2D(filters=3, kernel_size=5, activation="tanh"),
    L.SeparableConv2D(filters=4, kernel_size=4, strides=3, batch_norm="before", use_bias=False),
    L.SeparableConv2D(filters=2, kernel_size=2, strides=2, padding="valid", batch_norm="after"),
    L.Flatten(),
)


@pytest.mark.parametrize(
    ("place", "pixels"), [(1, [(0, 0), (13, 13), (5, 8)]), (3, [(0, 0), (3, 3), (2, 1)])]
)
def test_seen_times_weights_and_the_bias_are_what_the_layer_hands_on(
    store: RunStore, small_spec: RunSpec, place: int, pixels: list[tuple[int, int]]
) -> None:
    run_id = with_model(store, small_spec)
    act = {1: lambda value: max(0.0, value), 3: np.tanh}[place]
    for row, column in pixels:
        found = convolved(store.url, run_id, 0.0, noise(0), place, 1, row, column)
        assert found.made == pytest.approx(act(found.total), abs=1e-5)
        assert found.parts.sum() + found.bias == pytest.approx(found.total)


def test_without_padding_the_sum_is_scipys_correlation(store: RunStore, small_spec: RunSpec) -> None:
    layers = (L.Conv2D(filters=2, kernel_size=5, padding="valid"), L.Flatten())
    run_id, image = with_model(store, small_spec, layers), noise(1)
    kernel = parts_of(network(store.url, run_id, 0.0), layers, 1)[0].get_weights()[0]
    wanted = correlate2d(image / 255, kernel[:, :, 0, 1], "valid")
    found = convolved(store.url, run_id, 0.0, image, 1, 1, 7, 11)
    assert found.total - found.bias == pytest.approx(wanted[7, 11], abs=1e-5)


@pytest.mark.parametrize(
    ("place", "pixels"),
    [(1, [(0, 0), (27, 27), (9, 14)]), (2, [(0, 0), (9, 9), (3, 5)]), (3, [(0, 0), (4, 4), (2, 1)])],
)
def test_a_separable_convolution_is_a_window_of_each_map_and_a_mix_of_these(
    store: RunStore, small_spec: RunSpec, place: int, pixels: list[tuple[int, int]]
) -> None:
    run_id = with_model(store, small_spec, SEPARABLE)
    model = network(store.url, run_id, 0.0)
    given = given_to(model, f"separable_conv2d_{place}", noise(2))
    weighing, *after = parts_of(model, SEPARABLE, place)
    way = {"strides": weighing.strides, "padding": weighing.padding}
    windows = array(keras.ops.depthwise_conv(given, weighing.depthwise_kernel, **way))
    sums, made = array(weighing(given)), array(through(after, weighing(given)))
    for row, column in pixels:
        found = convolved(store.url, run_id, 0.0, noise(2), place, 1, row, column)
        np.testing.assert_allclose(found.windows, windows[row, column], rtol=1e-4, atol=1e-4)
        assert found.mix is not None
        assert found.total == close(sums[row, column, 1])
        assert found.made == close(made[row, column, 1])


@pytest.mark.parametrize("place", [2, 3, 6])
def test_a_block_is_its_last_convolutions_sum_and_what_the_shortcut_adds(
    store: RunStore, small_spec: RunSpec, place: int
) -> None:
    run_id = with_model(store, small_spec, BLOCKS)
    model, name, layer = network(store.url, run_id, 0.0), f"residual_{place}", BLOCKS[place - 1]
    assert isinstance(layer, L.Residual)
    block = model.get_layer(name)
    last, added = block.get_layer(f"{name}_conv_{layer.convolutions}"), block.get_layer(f"{name}_add")
    parts = keras.Model(block.inputs, [last.output, *added.input, added.output, block.output])
    sums, path, shortcut, together, made = map(array, parts(given_to(model, name, noise(3)), training=False))
    side = made.shape[0] - 1
    for at in [(0, 0, 0), (side, side, 3), (side // 2, 1, 2)]:
        row, column, channel = at
        found = convolved(store.url, run_id, 0.0, noise(3), place, channel, row, column)
        assert found.total == close(sums[at])
        assert found.addition is not None
        assert found.addition.path == close(path[at])
        assert found.addition.shortcut == close(shortcut[at])
        assert found.addition.total == close(together[at])
        assert found.made == close(made[at])
    normalised = layer.batch_norm == "before"
    assert (np.abs(path - sums).max() > 0.01) == normalised, "the numbers above can tell both apart"


def test_while_a_run_trains_its_last_checkpoint_answers_and_says_its_epoch(
    store: RunStore, small_spec: RunSpec
) -> None:
    spec = small_spec.model_copy(update={"layers": BLOCKS, "optimizer": Adam()})
    run, pixel = store.create(spec, "learns"), (2, 1, 5, 6)
    with pytest.raises(DataError) as refused:
        convolved_so_far(store.url, run.id, noise(4), *pixel)
    assert str(refused.value) == NOT_YET
    for epoch in (3, 4):
        model = scattered(compile_model(spec), epoch)
        store.put_artifact(run.id, CHECKPOINT, checkpoint(model, epoch))
        ended = with_model(store, spec, BLOCKS, model)
        said, found = convolved_so_far(store.url, run.id, noise(4), *pixel)
        assert said == epoch
        wanted = convolved(store.url, ended, 0.0, noise(4), *pixel)
        np.testing.assert_array_equal(found.kernel, wanted.kernel)
        assert (found.total, found.made) == (close(wanted.total), close(wanted.made))


def test_a_checkpoint_of_a_smaller_network_or_a_damaged_one_is_refused_in_a_sentence(
    store: RunStore, small_spec: RunSpec
) -> None:
    run, small = store.create(small_spec, "learns"), (L.Flatten(), L.Dense(units=2))
    store.put_artifact(
        run.id, CHECKPOINT, checkpoint(compile_model(small_spec.model_copy(update={"layers": small})), 1)
    )
    with pytest.raises(DataError, match="does not fit this network"):
        convolved_so_far(store.url, run.id, noise(5), 1, 0, 0, 0)
    store.put_artifact(run.id, CHECKPOINT, b"x")
    with pytest.raises(DataError, match="The checkpoint is no zip file"):
        convolved_so_far(store.url, run.id, noise(5), 1, 0, 0, 0)


def test_another_layer_or_pixel_is_refused_in_a_sentence(store: RunStore, small_spec: RunSpec) -> None:
    run_id, image = with_model(store, small_spec), np.zeros((28, 28), np.uint8)
    for place in (0, 4, 5, 99):
        with pytest.raises(DataError, match="Only the pixels of convolutions and residual blocks"):
            convolved(store.url, run_id, 0.0, image, place, 0, 0, 0)
    for pixel in ((3, 0, 0), (0, 14, 0), (0, 0, -1)):
        with pytest.raises(DataError, match="no such pixel"):
            convolved(store.url, run_id, 0.0, image, 1, *pixel)


def noise(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (28, 28), np.uint8)


def with_model(
    store: RunStore, spec: RunSpec, layers: tuple[L.Layer, ...] = LAYERS, model: Any = None
) -> str:
    run = store.create(spec.model_copy(update={"layers": layers}), "net")
    store.put_artifact(run.id, MODEL, model_bytes(model or scattered(build_model(layers), 0)))
    return run.id


def scattered(model: Any, seed: int) -> Any:
    """Return a model with random weights, so that each of its numbers counts, batch normalisation's too."""
    draw = np.random.default_rng(seed)
    for weight in model.weights:
        is_spread = weight.name == "moving_variance"
        values = draw.uniform(0.5, 2, weight.shape) if is_spread else draw.normal(0.05, 0.15, weight.shape)
        weight.assign(values)
    return model


def checkpoint(model: Any, epoch: int) -> bytes:
    """Return what a training would write of a model that it has brought to the end of an epoch."""
    recorder: Any = SimpleNamespace(
        epochs=[SimpleNamespace(epoch=epoch, step=9, seconds=1.0)], kept=None, kept_weights=[]
    )
    watcher: Any = SimpleNamespace(on_checkpoint=lambda content: None)
    taking = Checkpoints(recorder, None, [], watcher)
    taking.set_model(model)
    taking.on_epoch_end(epoch - 1)
    assert taking.last is not None
    return taking.last.to_bytes()


def given_to(model: Any, name: str, image: Pixels) -> Any:
    """Return what a layer of a model is given, as Keras makes it."""
    at = [layer.name for layer in model.layers].index(name)
    return through(model.layers[:at], keras.ops.convert_to_tensor(normalise(image)[None, ..., None]))


def through(layers: list[Any], values: Any) -> Any:
    for layer in layers:
        values = layer(values, training=False)
    return values


def array(values: Any) -> Any:
    return keras.ops.convert_to_numpy(values)[0]


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-4, abs=1e-4)
