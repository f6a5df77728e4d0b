"""Submissions: the file Kaggle wants, the mean of networks and views, the score to expect and its worth."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.augment import warp
from core.data.dataset import Dataset, digests
from core.data.kaggle import PIXELS
from core.data.submission import check_submission, read_test, seen, submission_csv
from core.errors import DataError
from core.inference.ensemble import CHUNK, Floats, Images, ensemble, views
from core.inference.submission import expected, in_mnist, known, named
from core.model.build import build_model, model_bytes
from core.model.specs import Data, RunSpec
from core.runs.artifacts import MODEL, TEST, VALIDATION
from core.runs.records import Results, Run
from core.runs.store import RunStore

DIGITS = np.random.default_rng(0).integers(0, 10, 28_000)


def answered(store: RunStore, spec: RunSpec, seed: int) -> tuple[Run, Predictions]:
    """Save a run that answered 200 validation and 50 test images at random."""
    rng = np.random.default_rng(seed)
    run = store.create(spec, f"run {seed}")
    first = spec.data.split_seed
    for name, pool, index in (
        (TEST, mnist.test(), range(50)),
        (VALIDATION, mnist.training(), range(first, first + 200)),
    ):
        chances = rng.dirichlet(np.ones(10), len(index)).astype(np.float32)
        kept = Predictions(np.array(index), pool.labels[list(index)], chances)
        store.put_artifact(run.id, name, kept.to_bytes())
    return store.get(run.id), kept


def test_the_submission_is_exactly_what_kaggle_wants() -> None:
    content = submission_csv(DIGITS)
    assert content.startswith(b"ImageId,Label\n1,")
    table = pd.read_csv(io.BytesIO(content))
    assert list(table.columns) == ["ImageId", "Label"]
    np.testing.assert_array_equal(table["ImageId"], np.arange(1, 28_001))
    np.testing.assert_array_equal(table["Label"], DIGITS)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("ImageId,Label", "ImageId,label", "begins with ImageId,label"),
        ("\n28000,", "\n28000,1\n28001,", "has 28,001 rows"),
        ("\n5,", "\n6,", "Line 6 of the submission is 6,"),
        ("\n7,", "\n7,1", "Line 8 of the submission is 7,1"),
    ],
)
def test_a_wrong_submission_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        check_submission(submission_csv(DIGITS).decode().replace(old, new, 1).encode())


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        (["label", *PIXELS], "0," * 784 + "0", "column label"),
        (PIXELS[:-1], "0," * 782 + "0", "lacks the column pixel783"),
        (PIXELS, "0," * 783 + "0", "images in test.csv is 1, expected 28,000"),
    ],
)
def test_another_file_than_test_csv_is_refused_in_a_sentence(
    header: list[str], row: str, sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence) as refused:
        read_test(io.BytesIO(f"{','.join(header)}\n{row}\n".encode()), "test.csv")
    assert str(refused.value).count("\n") == 0


def test_networks_answer_as_the_mean_of_their_probabilities_chunk_by_chunk() -> None:
    images = mnist.test().images[: CHUNK + 200]
    tables = {
        name: np.random.default_rng(n).dirichlet(np.ones(10), len(images)) for n, name in enumerate("ab")
    }
    places = {image.tobytes(): n for n, image in enumerate(images)}
    shares: list[float] = []

    def answer(_url: str, name: str, _ended: float, chunk: Images, _copies: int) -> Floats:
        assert len(chunk) <= CHUNK
        return tables[name][[places[image.tobytes()] for image in chunk]].astype(np.float32)

    said = ensemble([("", "a", 0.0), ("", "b", 0.0)], images, 0, answer, shares.append)
    np.testing.assert_allclose(said, (tables["a"] + tables["b"]) / 2, atol=1e-6)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_copies_are_the_same_every_time_and_come_in_opposite_pairs() -> None:
    np.testing.assert_array_equal(views(4), views(4))
    assert views(0).shape == (0, 2, 3)
    assert views(3).shape == (3, 2, 3)
    assert not np.array_equal(views(4), views(4, seed=1))
    image = np.zeros((1, 28, 28, 1), np.float32)
    image[0, 13:15, 13:15] = 1
    rows, columns = np.indices((28, 28))
    centres = []
    for view in views(8):
        moved = warp(image, view[None])[0, ..., 0]
        centres.append([(moved * axis).sum() / moved.sum() - 13.5 for axis in (rows, columns)])
    assert np.abs(centres).max() < 28 * 0.03 + 0.1
    np.testing.assert_allclose(np.array(centres[::2]), -np.array(centres[1::2]), atol=0.1)


def test_a_network_with_copies_answers_as_the_mean_of_its_views(store: RunStore, small_spec: RunSpec) -> None:
    import keras

    keras.utils.set_random_seed(2)
    model = build_model(small_spec.layers)
    run = store.create(small_spec, "x")
    with pytest.raises(DataError, match="is not there"):
        named(store, run)
    store.put_artifact(run.id, MODEL, model_bytes(model))
    images = mnist.test().images[:20]
    given = images[..., None] / np.float32(255)
    seen_by_model = [given, *(warp(given, np.repeat(view[None], 20, axis=0)) for view in views(2))]
    wanted = np.mean([model.predict(one, verbose=0) for one in seen_by_model], axis=0)
    np.testing.assert_allclose(ensemble([named(store, run)], images, 2), wanted, atol=1e-5)


def test_the_expected_score_is_that_of_the_averaged_probabilities(
    store: RunStore, small_spec: RunSpec
) -> None:
    kept = [answered(store, small_spec, seed) for seed in (1, 2, 3)]
    found = expected(store, [run for run, _ in kept], 0)
    averaged = np.mean([predictions.probabilities for _, predictions in kept], axis=0)
    right = (averaged.argmax(axis=1) == kept[0][1].labels).mean()
    assert (found.on, found.why) == ("validation", "")
    assert found.predictions.accuracy == right


def test_runs_without_common_validation_images_are_measured_on_the_test_set_and_it_is_said_why(
    store: RunStore, small_spec: RunSpec
) -> None:
    other = small_spec.model_copy(update={"data": small_spec.data.model_copy(update={"split_seed": 9})})
    upload = small_spec.model_copy(update={"data": Data(source="csv-0123456789abcdef")})
    first, second, third = (answered(store, spec, n)[0] for n, spec in enumerate((small_spec, other, upload)))
    found = expected(store, [first, second], 0)
    assert (found.on, len(found.predictions.labels)) == ("test", 50)
    assert "one was trained on images that another validates on" in found.why
    assert "different files" in expected(store, [first, third], 0).why
    bare = store.create(small_spec, "bare")
    with pytest.raises(DataError, match="kept no predictions"):
        expected(store, [first, bare], 0)


def test_a_network_that_fails_on_mnist_is_not_expected_to_do_better_on_kaggle(
    store: RunStore, small_spec: RunSpec
) -> None:
    run, _ = answered(store, small_spec, 1)
    far = replace(run, results=Results(3, 0.1, 0.98, 200, 2.0, 0.41, 10_000))
    near = replace(run, results=Results(3, 0.1, 0.98, 200, 0.1, 0.97, 10_000))
    assert expected(store, [near], 0).on == "validation"
    found = expected(store, [near, far], 0)
    assert (found.on, len(found.predictions.labels)) == ("test", 50)
    assert "far worse on MNIST's images" in found.why


def test_test_images_that_were_trained_on_are_found(store: RunStore, small_spec: RunSpec) -> None:
    pool = mnist.training()
    small = Dataset("x", pool.images[:200], pool.labels[:200])
    data = Data(images=200, validation_share=0.2)
    images = np.concatenate([pool.images[150:260], mnist.test().images[:5], mnist.test().images[:1] // 2])
    found = seen(digests(images), small, data)
    assert found.training.sum() + found.validation.sum() == 50
    assert found.validation.sum() > 0
    assert not (found.training & found.validation).any()
    assert not (found.training | found.validation)[50:].any()
    assert in_mnist(images) == 115
    run = store.create(small_spec, "x")
    other = small_spec.model_copy(update={"data": small_spec.data.model_copy(update={"split_seed": 9})})
    both = known(store, [run, store.create(other, "y")], pool.images)
    assert 480 < both.training.sum() < 960
    assert known(store, [run], pool.images).training.sum() == 480
