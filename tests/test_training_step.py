"""The compiled step held against Keras' own: gradients, weights after many steps, what the loop tells."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.data import mnist
from core.data.prepare import normalise, one_hot, prepare
from core.model import layers as L
from core.model.build import compile_model
from core.model.optimizers import SGD
from core.model.specs import RunSpec
from core.training.answers import BATCH
from core.training.fit import fit
from core.training.parts import cut, normalised, train, whole
from core.training.step import Step, forward, put_in_order
from core.training.updates import fused
from tests.stacks import BLOCKS
from tests.test_training_fit import Notes

POOL = mnist.training()
X, Y = normalise(POOL.images[:640])[..., None], one_hot(POOL.labels[:640])
SMALL = (
    L.Conv2D(filters=6, kernel_size=5, batch_norm="before", activation="silu"),
    L.MaxPooling2D(),
    L.Conv2D(filters=4, padding="valid", strides=2, batch_norm="after"),
    L.Dropout(rate=0.3),
    L.Flatten(),
    L.Dense(units=9, batch_norm="before", activation="tanh"),
)
STACKS = [pytest.param(SMALL, id="small"), pytest.param(BLOCKS, id="blocks")]
every_stack = pytest.mark.parametrize("layers", STACKS)
in_parts = pytest.mark.parametrize("parts", [1, 2])


def made(layers: tuple[L.Layer, ...], **values: object) -> keras.Model:
    keras.utils.set_random_seed(5)
    return compile_model(RunSpec(layers=layers, **values))  # type: ignore[arg-type]


@every_stack
@in_parts
def test_loss_and_gradients_are_keras_own(layers: tuple[L.Layer, ...], parts: int) -> None:
    plain, ours = made(layers), made(layers)
    weights = [w.value for w in plain.trainable_variables], [w.value for w in ours.trainable_variables]
    with tf.GradientTape() as tape:  # a value next to ReLU's bend may fall on its other side
        loss = plain.compute_loss(y=Y[:33], y_pred=plain(X[:33], training=True), training=True)
    wanted = tape.gradient(loss, weights[0])
    with tf.GradientTape() as tape:
        again = ours.compute_loss(y=Y[:33], y_pred=forward(ours, X[:33], parts), training=True)
    assert float(again) == pytest.approx(float(loss), rel=1e-5)
    for mine, keras_own, weight in zip(
        tape.gradient(again, weights[1]), wanted, plain.trainable_variables, strict=True
    ):
        scale = max(0.1, float(np.abs(keras_own).max()))
        np.testing.assert_allclose(mine, keras_own, atol=5e-4 * scale, err_msg=weight.path)


@every_stack
@in_parts
def test_fifty_steps_leave_the_weights_and_statistics_of_keras_own(
    layers: tuple[L.Layer, ...], parts: int
) -> None:
    """By plain SGD: where a gradient is close to zero, Adam would make much of its rounding."""
    plain, ours = (made(layers, optimizer=SGD(learning_rate=0.05)) for _ in range(2))
    step = Step(ours, parts=parts)
    for at in range(50):
        chosen = slice(12 * at, 12 * at + (12 if at % 5 else 7))
        rate = 0.05 / (1 + at / 25)
        plain.optimizer.learning_rate = rate
        wanted = plain.train_on_batch(X[chosen], Y[chosen], return_dict=True)
        plain.reset_metrics()
        loss, accuracy = step(X[chosen], Y[chosen], rate)
        assert loss == pytest.approx(float(wanted["loss"]), rel=1e-3)
        assert accuracy == pytest.approx(float(wanted["accuracy"]), abs=1e-6)
        assert float(ours.optimizer.learning_rate) == pytest.approx(rate)
    for mine, keras_own in zip(ours.variables, plain.variables, strict=True):
        np.testing.assert_allclose(mine.numpy(), keras_own.numpy(), atol=1e-3, err_msg=mine.path)


@pytest.mark.parametrize(
    ("shape", "parts"), [((1, 1, 1, 3), 1), ((2, 1, 1, 3), 1), ((2, 1, 1, 3), 2), ((3, 4, 5, 2), 2)], ids=str
)
def test_the_moving_variance_is_that_of_the_batch_itself(shape: tuple[int, ...], parts: int) -> None:
    """Where few values are normalised, Bessel's correction would double their variance."""
    plain, ours = (keras.layers.BatchNormalization(momentum=0.6, epsilon=0.01) for _ in range(2))
    values = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    plain.build(shape)
    ours.build(shape)
    wanted = plain(values, training=True)
    found = whole(normalised(ours, cut(tf.constant(values), parts)))
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    for mine, keras_own in zip(ours.weights, plain.weights, strict=True):
        np.testing.assert_allclose(mine.numpy(), keras_own.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.Adam(0.01, beta_2=0.99),
        keras.optimizers.Adam(0.01, epsilon=1e-3, amsgrad=True),
        keras.optimizers.AdamW(0.01, weight_decay=0.02, clipnorm=1.0, use_ema=True),
        keras.optimizers.RMSprop(0.01),
        keras.optimizers.RMSprop(0.01, rho=0.8, momentum=0.7, epsilon=1e-3, weight_decay=0.02),
        keras.optimizers.RMSprop(0.01, momentum=0.7, centered=True),
    ],
    ids=lambda optimizer: optimizer.name,
)
def test_fifty_updates_by_one_operation_each_are_keras_own(optimizer: keras.Optimizer) -> None:
    random = np.random.default_rng(3)
    start, gradients = random.normal(size=(4, 5)), random.normal(size=(50, 4, 5))
    found = []
    for made_so in (lambda one: one, fused):
        weight = keras.Variable(start, dtype="float32")
        mine = type(optimizer).from_config(optimizer.get_config())
        mine.build([weight])
        update = tf.function(made_so(mine).apply)
        for at, gradient in enumerate(gradients):
            mine.learning_rate = 0.01 / (1 + at)
            update([tf.constant(gradient, tf.float32)])
        found.append([weight.numpy(), *(variable.numpy() for variable in mine.variables)])
    for own, plain in zip(found[1], found[0], strict=True):
        np.testing.assert_allclose(own, plain, rtol=1e-5, atol=1e-6)


def test_filters_gradients_wait_for_those_that_other_layers_wait_for() -> None:
    model = made(SMALL)

    def gradients(x: tf.Tensor, y: tf.Tensor) -> list[tf.Tensor]:
        weights = [weight.value for weight in model.trainable_variables]
        with tf.GradientTape() as tape:
            loss = model.compute_loss(y=y, y_pred=forward(model, x, parts=2), training=True)
        found = tape.gradient(loss, weights)
        put_in_order(x.graph.get_operations())
        return found  # type: ignore[no-any-return]

    shapes = [tf.TensorSpec(shape, tf.float32) for shape in ((None, 28, 28, 1), (None, 10))]
    graph = tf.function(gradients).get_concrete_function(*shapes).graph
    waiting = [one for one in graph.get_operations() if one.type == "Conv2DBackpropFilter"]
    waited_for = [{before.type for before in one.control_inputs} for one in waiting]
    assert sorted(map(len, waited_for)) == [0, 0, 1, 1]  # nobody asks for the gradient by the images
    assert set().union(*waited_for) == {"Conv2DBackpropInput"}


def test_dropout_draws_its_mask_for_the_batch_whatever_the_layers_before_have_made() -> None:
    layers = keras.layers.Dropout(0.4, seed=3), keras.layers.Dropout(0.4, seed=3)
    values = tf.constant(np.random.default_rng(2).normal(size=(5, 3, 4)), tf.float32)
    wanted = layers[0](values, training=True)
    layers[1].build(values.shape)
    model = keras.Sequential([keras.Input((3, 4)), layers[1]])
    found = train(model.layers[0], cut(values, 2), 5)
    np.testing.assert_array_equal(whole(found), wanted)


def test_a_run_tells_the_points_that_keras_own_loop_tells(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = small_spec.model_copy(update={"batch_size": 100, "optimizer": SGD()})
    ours, plain = Notes(), Notes()
    data = prepare(POOL, spec.data)
    fit(spec, data, ours)
    monkeypatch.setenv("DIGITS_PLAIN_FIT", "yes")
    fit(spec, data, plain)
    for field in ("step", "loss", "accuracy"):
        mine, keras_own = ([getattr(point, field) for point in notes.steps] for notes in (ours, plain))
        np.testing.assert_allclose(mine, keras_own, rtol=5e-4, atol=1e-5, err_msg=field)
    for field in ("epoch", "step", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"):
        mine, keras_own = ([getattr(point, field) for point in notes.epochs] for notes in (ours, plain))
        np.testing.assert_allclose(mine, keras_own, rtol=5e-4, atol=1e-5, err_msg=field)
    asked_for_frames = len(plain.frames) * math.ceil(len(data.x_val) / BATCH)  # ours keep what was validated
    assert ours.calls == plain.calls - asked_for_frames
