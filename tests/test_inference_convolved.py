"""The sum behind a pixel of a feature map is Keras' own."""

import numpy as np
import pytest
from scipy.signal import correlate2d

from core.errors import DataError
from core.inference.convolved import convolved
from core.inference.film import parts_of
from core.inference.networks import network
from core.model import layers as L
from core.model.build import build_model, model_bytes
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL
from core.runs.store import RunStore

LAYERS = (
    L.Conv2D(filters=3, kernel_size=3, strides=2),
    L.Conv2D(filters=2, kernel_size=4, padding="valid", batch_norm="before", use_bias=False),
    L.Conv2D(filters=4, kernel_size=2, strides=3, activation="tanh"),
    L.Flatten(),
)


@pytest.mark.parametrize(
    ("place", "pixels"), [(1, [(0, 0), (13, 13), (5, 8)]), (3, [(0, 0), (3, 3), (2, 1)])]
)
def test_seen_times_weights_and_the_bias_are_what_the_layer_hands_on(
    store: RunStore, small_spec: RunSpec, place: int, pixels: list[tuple[int, int]]
) -> None:
    run_id = with_model(store, small_spec)
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    act = {1: lambda value: max(0.0, value), 3: np.tanh}[place]
    for row, column in pixels:
        found = convolved(store.url, run_id, 0.0, image, place, 1, row, column)
        assert found.made == pytest.approx(act(found.total), abs=1e-5)
        assert found.parts.sum() + found.bias == pytest.approx(found.total)


def test_without_padding_the_sum_is_scipys_correlation(store: RunStore, small_spec: RunSpec) -> None:
    layers = (L.Conv2D(filters=2, kernel_size=5, padding="valid"), L.Flatten())
    run_id = with_model(store, small_spec.model_copy(update={"layers": layers}), layers)
    image = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)
    kernel = parts_of(network(store.url, run_id, 0.0), layers, 1)[0].get_weights()[0]
    wanted = correlate2d(image / 255, kernel[:, :, 0, 1], "valid")
    found = convolved(store.url, run_id, 0.0, image, 1, 1, 7, 11)
    assert found.total - found.bias == pytest.approx(wanted[7, 11], abs=1e-5)


def test_another_layer_or_pixel_is_refused_in_a_sentence(store: RunStore, small_spec: RunSpec) -> None:
    run_id, image = with_model(store, small_spec), np.zeros((28, 28), np.uint8)
    for place in (0, 4, 5, 99):
        with pytest.raises(DataError, match="Only the pixels of a Conv2D"):
            convolved(store.url, run_id, 0.0, image, place, 0, 0, 0)
    for pixel in ((3, 0, 0), (0, 14, 0), (0, 0, -1)):
        with pytest.raises(DataError, match="no such pixel"):
            convolved(store.url, run_id, 0.0, image, 1, *pixel)


def with_model(store: RunStore, spec: RunSpec, layers: tuple[L.Layer, ...] = LAYERS) -> str:
    run = store.create(spec.model_copy(update={"layers": layers}), "net")
    store.put_artifact(run.id, MODEL, model_bytes(build_model(layers)))
    return run.id
