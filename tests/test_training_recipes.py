"""What a run may do besides plain training, held against Keras and NumPy."""

import re
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import mnist
from core.data.augment import augment
from core.data.prepare import Prepared, prepare
from core.errors import SpecError
from core.model.build import compile_model
from core.model.course import stages
from core.model.specs import RunSpec, parse
from core.runs.status import Command
from core.training.batches import Batches, smoothed
from core.training.fit import Fitted, fit
from tests.test_training_fit import Notes


def trained(spec: RunSpec) -> tuple[Fitted, Notes, Prepared]:
    notes, data = Notes(), prepare(mnist.training(), spec.data)
    return fit(spec, data, notes), notes, data


def batches_of(spec: RunSpec, data: Prepared) -> Batches:
    return Batches(data.x_train, data.y_train, spec.batch_size, spec.augmentation, spec.seed)


def with_values(spec: RunSpec, **values: Any) -> RunSpec:
    return RunSpec.model_validate(spec.model_dump() | values)


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 0.5), st.integers(0, 2**31 - 1))
def test_smoothed_labels_give_the_loss_and_the_gradient_of_keras_label_smoothing(
    share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    labels = np.eye(10, dtype=np.float32)[rng.integers(0, 10, 6)]
    scores = rng.normal(size=(6, 10)).astype(np.float32)
    wanted = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=share)(labels, scores)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)(smoothed(labels, share), scores)
    assert float(loss) == pytest.approx(float(wanted), rel=1e-5)
    # Of the scores, the gradient of the cross-entropy with any labels that sum to 1 is softmax less labels.
    np.testing.assert_allclose(smoothed(labels, share), labels * (1 - share) + share / 10, atol=1e-7)
    np.testing.assert_allclose(smoothed(labels, share).sum(axis=1), 1, atol=1e-6)


def test_label_smoothing_trains_as_keras_does_and_validates_plainly(small_spec: RunSpec) -> None:
    spec = with_values(small_spec, label_smoothing=0.2)
    fitted, _, data = trained(spec)
    keras.utils.set_random_seed(spec.seed)
    model = compile_model(spec)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.2)
    model.compile(optimizer=model.optimizer, loss=loss, metrics=["accuracy"])
    history = model.fit(batches_of(spec, data), epochs=spec.epochs, shuffle=False, verbose=0).history
    np.testing.assert_allclose([p.loss for p in fitted.epochs], history["loss"], rtol=1e-5)
    for mine, keras_own in zip(fitted.last_weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, keras_own, atol=1e-5)
    plain = fitted.model.evaluate(data.x_val, data.y_val, verbose=0)[0]
    assert fitted.best is not None
    assert fitted.best.val_loss == pytest.approx(plain, rel=1e-5)


@pytest.mark.parametrize("share", [-0.1, 0.6])
def test_a_share_that_smooths_too_much_is_refused_in_one_sentence(small_spec: RunSpec, share: float) -> None:
    with pytest.raises(SpecError, match="label_smoothing"):
        parse(small_spec.model_dump(mode="json") | {"label_smoothing": share})


def test_a_batch_that_doubles_trains_as_a_loop_over_its_batches_does(small_spec: RunSpec) -> None:
    spec = with_values(
        small_spec,
        epochs=4,
        batch_doublings=(1, 2),
        schedule={"kind": "cosine"},
        augmentation={"rotation": 10},
    )
    fitted, notes, data = trained(spec)
    keras.utils.set_random_seed(spec.seed)
    model, step, losses = compile_model(spec), 0, []
    for epoch, size in enumerate((48, 96, 192, 192)):
        order = np.random.default_rng((spec.seed, epoch)).permutation(480)
        for place, start in enumerate(range(0, 480, size)):
            model.optimizer.learning_rate = 0.001 * (1 + np.cos(np.pi * step / 21)) / 2  # 10 + 5 + 3 + 3
            rows, rng = order[start : start + size], np.random.default_rng((spec.seed, epoch + 1, place))
            images = augment(data.x_train[rows], spec.augmentation, rng)
            losses.append(float(model.train_on_batch(images, data.y_train[rows])[0]))
            model.reset_metrics()
            step += 1
    np.testing.assert_allclose([p.loss for p in notes.steps], losses, atol=2e-4)
    assert [p.step for p in fitted.epochs] == [10, 15, 18, 21]
    for mine, by_hand in zip(fitted.last_weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, by_hand, atol=1e-4)


def test_progress_tells_the_batches_of_the_epoch_under_way(small_spec: RunSpec) -> None:
    spec = with_values(small_spec, epochs=3, batch_doublings=(2,))
    fitted, notes, _ = trained(spec)
    assert [p.batches for p in notes.progress if p.stage == "training"] == [10] * 20 + [5] * 5
    assert [p.step for p in fitted.epochs] == [10, 20, 25]
    assert notes.progress[-1].seconds_left == pytest.approx(0, abs=1e-9)
    assert all(p.seconds_left is None or p.seconds_left > 0 for p in notes.progress[1:24])


@pytest.mark.parametrize("doublings", [(), (3,)])
def test_patience_outlasts_a_doubling(small_spec: RunSpec, doublings: tuple[int, ...]) -> None:
    # A rate this small changes no float32 weight, so that no epoch improves on the first.
    spec = with_values(
        small_spec,
        epochs=12,
        batch_doublings=doublings,
        optimizer={"kind": "sgd", "learning_rate": 1e-9},
        schedule={"kind": "reduce_on_plateau", "patience": 3, "min_learning_rate": 0},
        early_stopping={"patience": 4},
    )
    fitted, _, _ = trained(spec)
    rates = [point.learning_rate for point in fitted.epochs]
    assert rates == pytest.approx([1e-9, 1e-9, 1e-9, 1e-9, 5e-10])
    assert "4 epochs" in fitted.message


def test_a_stop_tells_whole_epochs_and_batches_of_any_size(small_spec: RunSpec) -> None:
    spec = with_values(small_spec, epochs=3, batch_doublings=(1,))
    notes, data = Notes({15: Command.STOP}), prepare(mnist.training(), spec.data)
    fitted = fit(spec, data, notes)
    assert fitted.message.startswith("Stopped after 1 whole epoch and 3 batches;")


@pytest.mark.parametrize(
    ("doublings", "sentence"),
    [
        ([2, 1], "after epochs 2, 1: name each once, in rising order"),
        ([1, 1], "name each once"),
        ([0], "batch_doublings"),
        (list(range(1, 12)), "at most 10"),
        ("8, x", "expected epochs such as 8, 12, received “8, x”"),
        ([1, 2, 3, 4, 5], "With a batch of 131,072 images"),
    ],
)
def test_doublings_that_cannot_be_are_refused_in_one_sentence(
    small_spec: RunSpec, doublings: object, sentence: str
) -> None:
    values = small_spec.model_dump(mode="json") | {"epochs": 9, "batch_size": 4096}
    with pytest.raises(SpecError, match=re.escape(sentence)):
        parse(values | {"batch_doublings": doublings})


def test_doublings_are_read_as_people_type_them_and_late_ones_have_no_effect(small_spec: RunSpec) -> None:
    spec = with_values(small_spec, epochs=9, batch_doublings="3; 6, 20")
    assert spec.batch_doublings == (3, 6, 20)
    assert [spec.batch_size_in(epoch) for epoch in (1, 3, 4, 6, 7, 9)] == [48, 48, 96, 96, 192, 192]
    assert stages(spec) == [(0, 3), (3, 6), (6, 9)]
