"""How many threads a worker computes with, in how many parts a batch goes, and what is answered in parts."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from core.data import mnist
from core.data.prepare import normalise, one_hot
from core.model import layers as L
from core.model.build import compile_model
from core.model.specs import RunSpec
from core.training import threads
from core.training.answers import BATCH, answers, predict, validated
from core.training.step import Step
from core.training.threads import AT_ONCE, BEHIND, WITHIN, give_way, parts, set_threads

POOL = mnist.training()
X, Y = normalise(POOL.images[: 2 * BATCH + 5])[..., None], one_hot(POOL.labels[: 2 * BATCH + 5])
LAYERS = (
    L.Conv2D(filters=4, batch_norm="before"),
    L.Dropout(rate=0.3),
    L.Flatten(),
    L.Dense(units=5, batch_norm="after"),
)


@pytest.fixture
def nobody_chose(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing is set in the environment; what a test sets is forgotten after it."""
    for name in (WITHIN, AT_ONCE, "OMP_NUM_THREADS", "DIGITS_PLAIN_FIT"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def not_loaded(nobody_chose: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """TensorFlow looks as if it were still to be loaded, on a machine of two cores."""
    nobody_chose.delitem(sys.modules, "tensorflow", raising=False)
    nobody_chose.setattr(threads, "cores", lambda: 2)
    return nobody_chose


@pytest.mark.parametrize(
    ("count", "cores", "wanted"),
    [(1, 2, 1), (2, 4, 2), (2, 64, 2), (4, 8, 1), (None, 1, 1), (None, 2, 2), (None, 8, 1)],
)
def test_a_batch_goes_in_halves_where_a_worker_has_two_threads(
    not_loaded: pytest.MonkeyPatch, count: int | None, cores: int, wanted: int
) -> None:
    not_loaded.setattr(threads, "cores", lambda: cores)
    set_threads(count)
    assert parts() == wanted


def test_threads_that_somebody_chose_stay(not_loaded: pytest.MonkeyPatch) -> None:
    not_loaded.setenv(WITHIN, "2")
    set_threads(None)
    assert parts() == 1


def test_keras_own_loop_has_all_threads_for_each_operation(not_loaded: pytest.MonkeyPatch) -> None:
    not_loaded.setenv("DIGITS_PLAIN_FIT", "yes")
    set_threads(None)
    assert parts() == 1


def test_nothing_is_said_of_threads_that_tensorflow_has_already(nobody_chose: pytest.MonkeyPatch) -> None:
    nobody_chose.setattr(threads, "cores", lambda: 2)
    set_threads(2)
    assert parts() == 1
    assert WITHIN not in os.environ


def model(seed: int = 3) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return compile_model(RunSpec(layers=LAYERS))


@pytest.mark.parametrize("count", ["1", "2"])
def test_answers_are_keras_own_however_many_batches_are_under_way(
    nobody_chose: pytest.MonkeyPatch, count: str
) -> None:
    nobody_chose.setenv(WITHIN, "1")
    nobody_chose.setenv(AT_ONCE, count)
    assert parts() == int(count)
    network = model()
    np.testing.assert_allclose(predict(network, X), network.predict(X, BATCH, verbose=0), atol=1e-6)
    wanted = network.evaluate(X, Y, BATCH, verbose=0, return_dict=True)
    done: list[int] = []
    found = validated(network, X, Y, done.append)
    assert done == [0, 1, 2]
    assert found.loss == pytest.approx(wanted["loss"], rel=1e-5)
    assert found.accuracy == pytest.approx(wanted["accuracy"], abs=1e-6)
    np.testing.assert_array_equal(found.probabilities, predict(network, X))


def test_whoever_has_heard_enough_need_not_hear_all(nobody_chose: pytest.MonkeyPatch) -> None:
    nobody_chose.setenv(WITHIN, "1")
    nobody_chose.setenv(AT_ONCE, "2")
    said = answers(model(), X)
    assert next(said).shape == (BATCH, 10)
    said.close()
    assert list(said) == []


def test_halves_give_the_same_numbers_to_the_last_digit_each_time() -> None:
    found = []
    for _ in range(2):
        network = model()
        step = Step(network, parts=2)
        told = [step(X[at : at + 40], Y[at : at + 40], 0.1) for at in range(0, 400, 40)]
        found.append((told, [weight.numpy() for weight in network.variables]))
    assert found[0][0] == found[1][0]
    for first, second in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_batch_of_one_image_goes_as_one() -> None:
    ours, other = model(), model()
    in_halves, as_one = Step(ours, parts=2), Step(other)
    assert in_halves(X[:1], Y[:1], 0.1) == as_one(X[:1], Y[:1], 0.1)
    for mine, wanted in zip(ours.variables, other.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), wanted.numpy())


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere niceness is the process's.")
def test_only_the_thread_that_gives_way_is_nicer() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with ThreadPoolExecutor(1, initializer=give_way) as ahead:
        niceness = ahead.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result()
    assert niceness == min(19, before + BEHIND)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
