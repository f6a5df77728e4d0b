"""A worker's whole story with one run, in this process, against a real store."""

import sqlite3
import threading
import time
from pathlib import Path

import keras
import numpy as np
import pytest

from core.analysis.doctor import diagnose
from core.analysis.origin import Origin
from core.analysis.predictions import Predictions
from core.analysis.signs.findings import Kind
from core.analysis.units import Units
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import normalise, split
from core.model import layers as L
from core.model.optimizers import SGD
from core.model.specs import Data, RunSpec
from core.runs.artifacts import CHECKPOINT, FILM, FRAMES, MODEL, TEST, UNITS, VALIDATION, VITALS
from core.runs.pools import add_pool, load_pool
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training.answers import predict
from core.training.job import run_job, short
from tests.patience import until


def test_a_finished_run_keeps_results_predictions_and_a_model_that_loads(
    store: RunStore, small_spec: RunSpec, tmp_path: Path
) -> None:
    run = store.create(small_spec, "x")
    run_job(store, run.id)
    ended = store.get(run.id)
    assert (ended.status, ended.is_live) == (RunStatus.FINISHED, False)
    assert ended.results is not None
    assert (ended.results.val_images, ended.results.test_images) == (120, 10_000)
    assert ended.environment["keras"] == keras.__version__
    assert ended.data["training images"] == 480

    validation = Predictions.from_bytes(store.artifact(run.id, VALIDATION) or b"")
    tested = Predictions.from_bytes(store.artifact(run.id, TEST) or b"")
    np.testing.assert_array_equal(mnist.training().labels[validation.index], validation.labels)
    np.testing.assert_array_equal(tested.labels, mnist.test().labels)
    assert (validation.accuracy, tested.accuracy) == (ended.results.val_accuracy, ended.results.test_accuracy)

    units = Units.from_bytes(store.artifact(run.id, UNITS) or b"")
    assert [(row.layer, row.units) for row in units.last] == [(1, 4), (4, 16)]

    path = tmp_path / MODEL
    path.write_bytes(store.artifact(run.id, MODEL) or b"")
    images = normalise(mnist.test().images[:100])[..., None]
    again = predict(keras.saving.load_model(path), images)
    np.testing.assert_allclose(again, tested.probabilities[:100], atol=1e-6)

    best = store.history(run.id).best_epoch
    assert best is not None
    assert best.epoch == ended.results.best_epoch
    assert best.val_accuracy == pytest.approx(ended.results.val_accuracy)
    assert best.val_loss == pytest.approx(ended.results.val_loss, rel=1e-4)


def test_validation_images_are_never_trained_on(small_spec: RunSpec) -> None:
    train, validation = split(mnist.training().labels, small_spec.data)
    assert not set(train) & set(validation)
    assert len(set(train)) + len(set(validation)) == small_spec.data.images


def test_a_run_stopped_before_it_began_is_left_alone(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.ask(run.id, Command.STOP)
    run_job(store, run.id)
    assert store.get(run.id).status is RunStatus.STOPPED
    assert store.history(run.id).epochs == ()


def test_a_stop_from_outside_ends_the_run_early(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec.model_copy(update={"epochs": 500}), "x")
    worker = threading.Thread(target=run_job, args=(store, run.id))
    worker.start()
    until(lambda: store.history(run.id).epochs or not worker.is_alive(), "an epoch")
    store.ask(run.id, Command.STOP)
    worker.join()
    ended = store.get(run.id)
    assert len(store.history(run.id).epochs) < 500
    assert (ended.status, ended.is_live) == (RunStatus.STOPPED, False)
    assert ended.results is not None


def test_a_diverged_run_says_what_to_change(store: RunStore, small_spec: RunSpec) -> None:
    layers = (L.Conv2D(filters=4, activation="leaky_relu"), L.Flatten(), L.Dense(activation="leaky_relu"))
    spec = small_spec.model_copy(update={"layers": layers, "optimizer": SGD(learning_rate=10.0)})
    run = store.create(spec, "x")
    run_job(store, run.id)
    assert store.get(run.id).status is RunStatus.DIVERGED
    assert "learning rate" in store.get(run.id).message


def test_a_missing_data_set_fails_in_one_sentence(store: RunStore, small_spec: RunSpec) -> None:
    data = small_spec.data.model_copy(update={"source": "csv-0123456789abcdef"})
    run = store.create(small_spec.model_copy(update={"data": data}), "x")
    run_job(store, run.id)
    assert store.get(run.id).status is RunStatus.FAILED
    assert "upload" in store.get(run.id).message


def test_an_uploaded_pool_is_trained_on_without_the_test_images(store: RunStore, small_spec: RunSpec) -> None:
    training, test = mnist.training(), mnist.test()
    mixed = Dataset(
        "mixed.csv",
        np.concatenate([training.images[:700], test.images[:50]]),
        np.concatenate([training.labels[:700], test.labels[:50]]),
    )
    record = add_pool(store, mixed)
    assert (record.images, record.dropped) == (700, 50)
    np.testing.assert_array_equal(load_pool(store, record.fingerprint).images, training.images[:700])
    data = small_spec.data.model_copy(update={"source": record.fingerprint})
    run = store.create(small_spec.model_copy(update={"data": data, "epochs": 1}), "x")
    run_job(store, run.id)
    assert store.get(run.id).status is RunStatus.FINISHED
    assert store.get(run.id).data["name"] == "mixed.csv"


def test_a_store_that_is_locked_while_the_results_are_measured_gets_them_later(
    tmp_path: Path, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.database.BUSY_SECONDS", 0.05)
    store = RunStore(f"sqlite:///{tmp_path / 'locked.sqlite'}")
    run = store.create(small_spec, "x")
    worker = threading.Thread(target=run_job, args=(store, run.id))
    worker.start()
    until(lambda: store.get(run.id).progress.stage == "measuring" or not worker.is_alive(), "the measuring")
    with sqlite3.connect(tmp_path / "locked.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(2.0)
        other.rollback()
    worker.join()
    assert store.get(run.id).status is RunStatus.FINISHED
    kept = [CHECKPOINT, FILM, FRAMES, MODEL, TEST, UNITS, VALIDATION, VITALS]
    assert store.artifact_names(run.id) == sorted(kept)


def test_a_store_that_is_locked_for_a_while_loses_nothing(
    tmp_path: Path, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.database.BUSY_SECONDS", 0.05)
    store = RunStore(f"sqlite:///{tmp_path / 'locked.sqlite'}")
    run = store.create(small_spec.model_copy(update={"epochs": 15}), "x")
    worker = threading.Thread(target=run_job, args=(store, run.id))
    worker.start()
    until(lambda: store.history(run.id).epochs or not worker.is_alive(), "an epoch")
    with sqlite3.connect(tmp_path / "locked.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1.0)
        other.rollback()
    worker.join()
    history = store.history(run.id)
    assert [p.epoch for p in history.epochs] == list(range(1, 16))
    np.testing.assert_array_equal(history.steps.step, np.arange(1, 151))
    assert store.get(run.id).status is RunStatus.FINISHED


def test_a_network_trained_on_turned_images_fails_the_test_and_is_told_why(store: RunStore) -> None:
    pool = mnist.training()
    turned = np.ascontiguousarray(255 - pool.images[:600].swapaxes(1, 2))
    record = add_pool(store, Dataset("mine.csv", turned, pool.labels[:600]))
    spec = RunSpec(
        layers=(L.Flatten(), L.Dense(units=64)),
        data=Data(source=record.fingerprint, images=600, validation_share=0.2),
        epochs=12,
        batch_size=16,
    )
    run = store.create(spec, "x")
    run_job(store, run.id)
    ended = store.get(run.id)
    assert "transposed" in ended.data["unlike MNIST"]
    origin = Origin.kept(ended.data)
    first = diagnose(spec, store.history(run.id), ended.status, None, ended.results, origin)[0]
    assert first.kind is Kind.TEST_FAR_BELOW
    assert "black on white" in first.shows


@pytest.mark.parametrize("count", [2, 10])
def test_a_handful_of_images_can_be_trained_on(store: RunStore, count: int) -> None:
    pool = mnist.training()
    places = [int(np.flatnonzero(pool.labels == digit)[0]) for digit in range(count)]
    record = add_pool(store, Dataset("few.csv", pool.images[places], pool.labels[places]))
    data = Data(source=record.fingerprint, images=count)
    run = store.create(RunSpec(layers=(L.Flatten(), L.Dense(units=4)), data=data, epochs=1), "x")
    run_job(store, run.id)
    ended = store.get(run.id)
    assert ended.status is RunStatus.FINISHED
    assert ended.results is not None
    assert ended.results.val_images == 1


def test_want_of_memory_is_told_where_it_is_hidden_behind_what_failed_because_of_it() -> None:
    def fails(hidden: BaseException) -> Exception:
        try:
            try:
                raise hidden
            finally:
                raise ValueError("I/O operation on closed file.") from None  # as Keras saves a network
        except ValueError as error:
            return error

    assert short(fails(MemoryError())).startswith("The memory did not suffice")
    refused = fails(RuntimeError("Graph execution error:\n\nOOM when allocating tensor"))
    assert short(refused).startswith("The memory did not suffice")
    told = "The training failed with ValueError: I/O operation on closed file."
    assert short(fails(KeyError("x"))) == told
