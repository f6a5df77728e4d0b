"""What a run may do besides plain training, held against Keras and NumPy."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import mnist
from core.data.prepare import Prepared, prepare
from core.errors import SpecError
from core.model.build import compile_model
from core.model.specs import RunSpec, parse
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
