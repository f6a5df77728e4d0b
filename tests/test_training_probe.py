"""What is seen of the layers while a network trains, held against plain Keras and hand-worked numbers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.analysis.vitals import QUANTILES, Vitals
from core.data import mnist
from core.data.prepare import normalise, one_hot, prepare
from core.model import layers as L
from core.model.build import compile_model
from core.model.optimizers import SGD
from core.model.specs import RunSpec
from core.runs.artifacts import VITALS
from core.runs.store import RunStore
from core.training import loop, probe
from core.training.fit import fit
from core.training.inner import Inner, flat_share
from core.training.job import run_job
from core.training.step import Step
from tests.stacks import BLOCKS
from tests.test_training_fit import Notes

POOL = mnist.training()
X, Y = normalise(POOL.images[:32])[..., None], one_hot(POOL.labels[:32])
TINY = (
    L.Conv2D(filters=5, padding="valid", strides=2),
    L.Flatten(),
    L.Dense(units=30),
    L.Dense(units=7, activation="tanh"),
    L.Dense(units=6, activation="gelu"),
)


def made(layers: tuple[L.Layer, ...]) -> keras.Model:
    keras.utils.set_random_seed(5)
    return compile_model(RunSpec(layers=layers, optimizer=SGD(learning_rate=0.1)))


def looked_at(layers: tuple[L.Layer, ...]) -> tuple[list[float], list[float]]:
    model = made(layers)
    _, _, gradients, silent = Step(model, Inner(model, layers)).looked_at(X, Y, 0.1)
    return gradients.tolist(), silent.tolist()


def test_norms_of_gradients_are_those_of_a_plain_gradient_tape() -> None:
    for layers, places in ((TINY, [1, 3, 4, 5, 6]), (BLOCKS, None)):
        model = made(layers)
        by_layer = probe.kernels(model, layers)
        with tf.GradientTape() as tape:
            loss = model.compute_loss(y=Y, y_pred=model(X, training=True), training=True)
        flat = [[model.trainable_variables[at].value for at in found] for found in by_layer.values()]
        wanted = [
            np.sqrt(sum(float(tf.reduce_sum(gradient**2)) for gradient in gradients))
            for gradients in tape.gradient(loss, flat)
        ]
        np.testing.assert_allclose(looked_at(layers)[0], wanted, rtol=1e-3)
        assert places is None or list(by_layer) == places


def test_a_unit_is_flat_whose_activation_is_flat_for_the_whole_batch() -> None:
    outputs = tf.constant([[0.0, 0.0, 2.0, 0.0], [0.0, 1.0, 3.0, 0.0]])
    assert float(flat_share(outputs, 0.0, np.inf)) == 0.5
    model = made(TINY)
    relu, tanh = (model.get_layer(f"dense_{place}_activation").output for place in (3, 4))
    seen = keras.Model(model.inputs, [relu, tanh]).predict(X, verbose=0)
    wanted = [(seen[0] <= 0).all(axis=0).mean(), (np.abs(seen[1]) >= 0.9995).all(axis=0).mean()]
    silent = looked_at(TINY)[1]
    assert 0 < wanted[0] < 1
    np.testing.assert_allclose(silent[1:3], wanted, atol=1e-6)
    assert np.isnan(silent[3:]).all(), "GELU is flat on one side only, and softmax is never asked"


def test_updates_and_spread_are_worked_out_by_hand() -> None:
    before, after = np.array([3, 4, 0], np.float32), np.array([3, 4, 0.5], np.float32)
    nothing = np.full(1, np.nan, np.float32)
    found = probe.vitals((1,), 8, [before], [after], nothing, nothing)
    assert (found.steps.tolist(), float(found.updates[0, 0])) == ([8], pytest.approx(0.1))
    assert float(found.means[0, 0]) == pytest.approx(2.5)
    assert float(found.deviations[0, 0]) == pytest.approx(np.std([3, 4, 0.5]))
    many = np.random.default_rng(1).permutation(np.linspace(-1, 1, 40_001)).astype(np.float32)
    np.testing.assert_allclose(probe.quantiles(many), 2 * np.array(QUANTILES) - 1, atol=0.05)


def test_a_network_that_diverges_is_looked_at_to_the_end() -> None:
    lost = np.array([np.nan, np.inf], np.float32)
    found = probe.vitals((1,), 1, [np.ones(2, np.float32)], [lost], lost[:1], lost[:1])
    assert np.isinf([found.updates, found.means, found.deviations]).all()


def test_a_run_that_is_looked_at_has_the_same_numbers_to_the_last_digit(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, seen, unseen = prepare(POOL, small_spec.data), Notes(), Notes()
    watched = fit(small_spec, data, seen)
    monkeypatch.setattr(loop.Loop, "_compiled", lambda self: Step(self._model))
    monkeypatch.setattr(probe, "is_looked_at", lambda step, price: False)
    plain = fit(small_spec, data, unseen)
    assert [one.steps.tolist() for one in seen.vitals] == [[n] for n in (1, 2, 4, 8, 16)]
    assert not unseen.vitals
    assert [(p.loss, p.accuracy) for p in seen.steps] == [(p.loss, p.accuracy) for p in unseen.steps]
    for mine, other in zip(watched.last_weights, plain.last_weights, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_keras_own_loop_tells_of_weights_and_updates_alone(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = small_spec.model_copy(update={"epochs": 1})
    data, ours, plain = prepare(POOL, spec.data), Notes(), Notes()
    fit(spec, data, ours)
    monkeypatch.setenv("DIGITS_PLAIN_FIT", "yes")
    fit(spec, data, plain)
    for mine, keras_own in zip(ours.vitals, plain.vitals, strict=True):
        for name in ("updates", "means", "deviations", "quantiles"):
            np.testing.assert_allclose(getattr(mine, name), getattr(keras_own, name), rtol=0.02, atol=1e-4)
        assert np.isfinite(mine.gradients).all()
        assert np.isnan(keras_own.gradients).all()


def test_a_run_keeps_what_was_seen_of_its_layers(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "looked at")
    run_job(store, run.id)
    kept = Vitals.from_bytes(store.artifact(run.id, VITALS) or b"")
    assert kept.places == (1, 4, 5)
    assert kept.steps[-1] == 16
    assert kept.gradients.shape == (5, 3)
