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
from core.data.prepare import Prepared, normalise, prepare
from core.errors import SpecError
from core.model.build import compile_model
from core.model.course import stages
from core.model.specs import RunSpec, parse
from core.runs.status import Command, RunStatus
from core.training.answers import predict
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
    assert fitted.kept is not None
    assert fitted.kept.val_loss == pytest.approx(plain, rel=1e-5)


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
            images = augment(normalise(data.x_train[rows]), spec.augmentation, rng)
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
    notes, data = Notes({14: Command.STOP}), prepare(mnist.training(), spec.data)
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
    for typed in ("3; 6, 20", "3 6  20", "\uff13\uff0c\uff16\uff0c\uff12\uff10", "\u0663\u060c \u0666 20,"):
        spec = with_values(small_spec, epochs=9, batch_doublings=typed)
        assert spec.batch_doublings == (3, 6, 20)
    assert [spec.batch_size_in(epoch) for epoch in (1, 3, 4, 6, 7, 9)] == [48, 48, 96, 96, 192, 192]
    assert stages(spec) == [(0, 3), (3, 6), (6, 9)]


def averaged_by_hand(spec: RunSpec, data: Prepared, momentum: float) -> tuple[Any, list[Any]]:
    """Return the plainly trained model after each epoch's batches, and NumPy's average of its weights."""
    keras.utils.set_random_seed(spec.seed)
    model, averages = compile_model(with_values(spec, weight_averaging=None)), []
    for epoch in range(spec.epochs):
        batches = Batches(
            data.x_train, data.y_train, spec.batch_size, spec.augmentation, spec.seed, epochs_before=epoch
        )
        batches.on_epoch_begin()
        for place in range(len(batches)):
            model.train_on_batch(*batches[place])
            now = [weight.numpy().astype(np.float64) for weight in model.trainable_variables]
            pairs = zip(averages or now, now, strict=True)
            averages = [momentum * mean + (1 - momentum) * weight for mean, weight in pairs]
    return model, averages


DENSE = [{"kind": "flatten"}, {"kind": "dense", "units": 8}]
NORMAL = [
    {"kind": "conv2d", "filters": 3, "batch_norm": "before"},
    {"kind": "dropout", "rate": 0.2},
    {"kind": "max_pooling2d", "pool_size": 4},
    {"kind": "flatten"},
    {"kind": "dense", "units": 8, "batch_norm": "after"},
]


@pytest.mark.parametrize("layers", [DENSE, NORMAL], ids=["plain", "batch norm"])
def test_averaged_weights_are_numpys_and_training_goes_on_from_the_plain_ones(
    small_spec: RunSpec, layers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_PLAIN_FIT", "yes")  # as by hand
    # Not with Adam: a bias before batch normalisation has no gradient but rounding, which Adam enlarges.
    sgd = {"kind": "momentum", "learning_rate": 0.05}
    spec = with_values(small_spec, layers=layers, optimizer=sgd, weight_averaging={"momentum": 0.9})
    fitted, notes, data = trained(spec)
    plain, averages = averaged_by_hand(spec, data, 0.9)
    for mine, by_hand in zip(fitted.last_weights, plain.get_weights(), strict=True):
        np.testing.assert_allclose(mine, by_hand, atol=2e-4)
    assert fitted.kept is not None
    if fitted.kept.epoch == 2:
        for mine, average in zip(fitted.model.trainable_variables, averages, strict=True):
            np.testing.assert_allclose(mine.numpy(), average, atol=2e-4)
    plain_loss = plain.evaluate(data.x_val, data.y_val, verbose=0)[0]
    loss, accuracy = fitted.model.evaluate(data.x_val, data.y_val, verbose=0)
    assert (fitted.kept.val_loss, fitted.kept.val_accuracy) == pytest.approx((loss, accuracy), rel=1e-5)
    assert fitted.epochs[-1].val_loss != pytest.approx(plain_loss, rel=1e-3)
    truth = notes.frames[fitted.kept.epoch - 1].truth
    answered = predict(fitted.model, data.x_val)[np.arange(120), data.val_labels]
    np.testing.assert_allclose(truth, answered, atol=2e-3)  # the frame is of the averaged weights too


def test_statistics_that_match_are_those_of_the_averaged_network_on_its_batches(small_spec: RunSpec) -> None:
    layers = [layer for layer in NORMAL if layer["kind"] != "dropout"]
    spec = with_values(
        small_spec, epochs=1, layers=layers, weight_averaging={"momentum": 0.8}, augmentation={"zoom": 0.1}
    )
    fitted, _, data = trained(spec)
    model = fitted.model
    batches = batches_of(spec, data)
    batches.on_epoch_begin()
    means: dict[str, list[Any]] = {}
    for place in range(len(batches)):
        values = batches[place][0]
        for layer in model.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                values = np.asarray(values, np.float64)
                axes = tuple(range(values.ndim - 1))
                mean, variance = values.mean(axes), values.var(axes)
                means.setdefault(layer.name, []).append((mean, variance))
                gamma, beta = layer.gamma.numpy(), layer.beta.numpy()
                values = ((values - mean) / np.sqrt(variance + layer.epsilon) * gamma + beta).astype("f4")
            else:
                values = keras.ops.convert_to_numpy(layer(values))
    for name, rows in means.items():
        layer = model.get_layer(name)
        np.testing.assert_allclose(
            layer.moving_mean.numpy(), np.mean([m for m, _ in rows], 0), rtol=2e-3, atol=1e-3
        )
        np.testing.assert_allclose(
            layer.moving_variance.numpy(), np.mean([v for _, v in rows], 0), rtol=2e-3, atol=1e-3
        )
    assert len(means) == 2


@pytest.mark.slow
def test_averaging_disturbs_neither_dropout_nor_what_is_trained(small_spec: RunSpec) -> None:
    spec = with_values(small_spec, layers=NORMAL, schedule={"kind": "reduce_on_plateau"})
    with_averages, _, _ = trained(with_values(spec, weight_averaging={"momentum": 0.9}))
    without, _, _ = trained(spec)
    assert [p.loss for p in with_averages.epochs] == [p.loss for p in without.epochs]
    for mine, plain in zip(with_averages.last_weights, without.last_weights, strict=True):
        np.testing.assert_array_equal(mine, plain)


@pytest.mark.slow
@pytest.mark.parametrize("call", [8, 11], ids=["in the first epoch", "validating"])
def test_a_stop_keeps_averaged_weights_and_tells_the_plain_ones(small_spec: RunSpec, call: int) -> None:
    spec = with_values(small_spec, layers=NORMAL, weight_averaging={"momentum": 0.9})
    notes, data = Notes({call: Command.STOP}), prepare(mnist.training(), spec.data)
    fitted = fit(spec, data, notes)
    assert fitted.status is RunStatus.STOPPED
    assert fitted.kept is not None
    loss, _ = fitted.model.evaluate(data.x_val, data.y_val, verbose=0)
    assert fitted.kept.val_loss == pytest.approx(loss, rel=1e-5)
    plain, _ = trained_until(with_values(spec, weight_averaging=None), call)
    for mine, other in zip(fitted.last_weights, plain.last_weights, strict=True):
        np.testing.assert_array_equal(mine, other)


def trained_until(spec: RunSpec, call: int) -> tuple[Fitted, Notes]:
    notes = Notes({call: Command.STOP})
    return fit(spec, prepare(mnist.training(), spec.data), notes), notes


@pytest.mark.parametrize("momentum", [0, 1, -0.5, 2])
def test_a_momentum_that_averages_nothing_or_never_is_refused(small_spec: RunSpec, momentum: float) -> None:
    with pytest.raises(SpecError, match="momentum"):
        parse(small_spec.model_dump(mode="json") | {"weight_averaging": {"momentum": momentum}})
