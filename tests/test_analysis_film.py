"""What each layer makes of a few images: taken while training, small, kept epoch by epoch."""

import re

import numpy as np
import pytest

from core.analysis.film import MOST_BYTES, NUMBERS, Film, Tile, film_of, from_bytes, picture, tiles, to_bytes
from core.analysis.predictions import Predictions
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.film import filmed
from core.inference.networks import network
from core.model import layers as L
from core.model.build import build_model
from core.model.presets import PRESETS
from core.model.shapes import network_cost
from core.model.specs import RunSpec
from core.runs.artifacts import FILM, VALIDATION
from core.runs.store import RunStore
from core.training.job import run_job
from tests.stacks import BLOCKS

DEEP = (*[L.Conv2D(filters=64)] * 60, L.Flatten(), L.Dense(units=4096))
RNG = np.random.default_rng(0)


def shapes(layers: tuple[L.Layer, ...]) -> list[tuple[int, ...]]:
    return [row.output_shape for row in network_cost(layers).layers]


@pytest.mark.parametrize("layers", [BLOCKS, DEEP, *(preset.spec.layers for preset in PRESETS.values())])
def test_a_frame_is_small_however_deep_the_network_is(layers: tuple[L.Layer, ...]) -> None:
    sizes = [(28, 28, 64)] * 60 + [(50_176,), (4096,), (10,)] if layers is DEEP else shapes(layers)
    kept = tiles(sizes)
    assert sum(tile.size for tile in kept) <= MOST_BYTES
    for tile, shape in zip(kept, sizes, strict=True):
        assert 1 <= tile.channels <= 8
        assert tile.rows == (-(-shape[0] // tile.step) if len(shape) == 3 else min(shape[0], NUMBERS))


def test_a_picture_is_scaled_from_its_lowest_number_or_zero_to_its_highest() -> None:
    values = np.array([[2.0, 4.0, 1.0], [-1.0, 3.0, 1.0], [0, 0, 0]], np.float32)
    pixels = picture(values, Tile(1, 3, 1, 1))
    np.testing.assert_array_equal(pixels, [[128, 255, 64], [0, 255, 128], [0, 0, 0]])
    np.testing.assert_array_equal(picture(values[:1] / 8, Tile(1, 3, 1, 1), top=1.0), [[64, 128, 32]])


def test_of_an_image_channels_follow_one_another_and_rows_are_left_out_by_steps() -> None:
    values = RNG.random((2, 5, 5, 9)).astype(np.float32)
    pixels = picture(values, Tile(1, 3, 3, 2, 2)).reshape(2, 2, 3, 3)
    high = values[1, ::2, ::2, :2].max()
    np.testing.assert_array_equal(pixels[1, 1], (255 * values[1, ::2, ::2, 1] / high).round())


def test_each_layer_is_shown_as_keras_itself_makes_it() -> None:
    import keras

    model, images = build_model(BLOCKS), RNG.integers(0, 256, (3, 28, 28), np.uint8)
    film = filmed(model, BLOCKS, images, np.zeros(3, np.uint8), 0)
    frame, at = film.frame(0), 0
    for place, tile in enumerate(film.tiles, start=1):
        ends = [n for n, layer in enumerate(model.layers, 1) if re.search(rf"_{place}(_|$)", layer.name)]
        until = keras.Sequential(
            [keras.Input((28, 28, 1)), *model.layers[: max(ends, default=len(model.layers))]]
        )
        top = None if ends else 1.0
        wanted = picture(until.predict(normalise(images)[..., None], verbose=0), tile, top)
        np.testing.assert_allclose(frame[:, at : at + tile.size].astype(int), wanted, atol=1)
        at += tile.size
    assert at == frame.shape[1]


def test_a_run_keeps_the_untrained_network_every_epoch_and_its_own_weights(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "filmed")
    run_job(store, run.id)
    film = from_bytes(store.artifact(run.id, FILM) or b"")
    ended, answers = store.get(run.id), Predictions.from_bytes(store.artifact(run.id, VALIDATION) or b"")
    assert ended.results is not None
    assert film.epochs == (0, 1, 2, ended.results.best_epoch)
    assert film.labels.tolist() == list(range(10))
    rows = [int(np.flatnonzero(answers.labels == digit)[0]) for digit in range(10)]
    said = film.frame(3)[:, -10:].astype(float) / 255
    np.testing.assert_allclose(said, answers.probabilities[rows], atol=1 / 255)
    assert (film.frame(0) != film.frame(1)).any()
    model = network(store.url, run.id, ended.ended_at or 0.0)
    again = filmed(model, small_spec.layers, film.images, film.labels, 2)
    np.testing.assert_allclose(again.frame(0).astype(int), film.frame(3), atol=1)


def short(epochs: tuple[int, ...]) -> Film:
    images, kept = np.zeros((1, 28, 28), np.uint8), (Tile(1, 2, 1, 1),)
    one, *others = (
        film_of(images, np.zeros(1, np.uint8), kept, e, np.full((1, 2), e, np.uint8)) for e in epochs
    )
    for other in others:
        one = one.with_last(other)
    return one


def test_a_film_travels_as_bytes_and_a_damaged_one_is_refused_in_a_sentence() -> None:
    whole = to_bytes(short((0, 1, 2, 1)))
    film = from_bytes(whole)
    assert [int(film.frame(at)[0, 0]) for at in range(4)] == [0, 1, 2, 1]
    for content in (b"", b"PK", whole[: len(whole) // 2]):
        with pytest.raises(DataError, match="feature maps are damaged"):
            from_bytes(content)
    with pytest.raises(DataError, match="feature maps are damaged"):
        Film(film.images, film.labels, film.tiles, (0,), (film.packed[0][:4],)).frame(0)


def test_a_run_that_goes_on_takes_what_it_would_have_kept() -> None:
    assert short((0, 1, 2, 3, 2)).until(2, 5).epochs == (0, 1, 2)
    assert short((0, 1, 2, 3, 4, 4)).until(4, 100).epochs == (0, 2, 4)
