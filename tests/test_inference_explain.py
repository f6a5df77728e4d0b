"""What a network's answer rests on, against networks whose answer can be worked out by hand, and Keras."""

import keras
import numpy as np
import pytest

from core.analysis.embedding import embedded
from core.data import mnist
from core.data.disturb import DISTURBANCES, restroked, shifted, turned, zoomed
from core.data.prepare import normalise
from core.errors import DataError
from core.inference import explain, layers, networks, robustness
from core.model import layers as L
from core.model.build import build_model, model_bytes
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL
from core.runs.store import RunStore
from tests.stacks import BLOCKS

IMAGES = normalise(mnist.test().images[:40])
LABELS = mnist.test().labels[:40]
NETWORK = (L.Conv2D(filters=3, batch_norm="after"), L.MaxPooling2D(), L.Flatten(), L.Dense(units=6))


def made(*stack: L.Layer, seed: int = 0) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return build_model(stack)


@pytest.fixture
def saved(store: RunStore, small_spec) -> tuple[str, str, float]:  # type: ignore[no-untyped-def]
    run = store.create(small_spec.model_copy(update={"layers": NETWORK}), "saved")
    store.put_artifact(run.id, MODEL, model_bytes(made(*NETWORK)))
    return store.url, run.id, 1.0


def test_the_gradient_of_a_linear_network_is_its_weights() -> None:
    model = made(L.Flatten())
    weights, image = model.layers[-1].get_weights()[0], IMAGES[0]
    np.testing.assert_allclose(explain.gradient(model, image, 7), weights[:, 7].reshape(28, 28), atol=1e-6)


def test_the_gradient_is_the_slope_of_the_logit() -> None:
    model, image, step = made(*NETWORK), IMAGES[1], 1e-2
    found = explain.gradient(model, image, 3)
    for row, column in ((10, 12), (14, 14), (18, 9)):
        ends = []
        for sign in (1, -1):
            moved = image.copy()
            moved[row, column] += sign * step
            logits = np.log(networks.predict(model, moved[None])[0])
            ends.append(logits[3] - logits)  # differences of logits, free of softmax's common sum
        others = np.stack([explain.gradient(model, image, digit)[row, column] for digit in range(10)])
        slope = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(found[row, column] - others, slope, atol=2e-2)


def test_occlusion_finds_the_one_pixel_that_counts() -> None:
    model = made(L.Flatten())
    weights = np.zeros((784, 10), np.float32)
    weights[10 * 28 + 20, 4] = 5
    model.layers[-1].set_weights([weights, np.zeros(10, np.float32)])
    image = np.ones((28, 28), np.float32)
    found = explain.occlusion(model, image, 4)
    lost = np.exp(5) / (np.exp(5) + 9) - 0.1
    assert found[10, 20] == pytest.approx(lost, abs=1e-5)
    assert found.max() == found[10, 20]
    assert found[0, 0] == pytest.approx(0, abs=1e-6)


def test_grad_cam_of_global_pooling_is_the_class_activation_map() -> None:
    model = made(L.Conv2D(filters=4, kernel_size=3), L.GlobalPooling2D(mode="average"))
    maps = model.layers[1](model.layers[0](IMAGES[:1, ..., None])).numpy()[0]
    by_hand = np.maximum(maps @ model.layers[-1].get_weights()[0][:, 5] / (28 * 28), 0)
    np.testing.assert_allclose(explain.grad_cam(model, IMAGES[0], 5), by_hand, atol=1e-6)


def test_grad_cam_is_as_large_as_the_image_and_needs_a_convolution() -> None:
    deep = made(L.MaxPooling2D(), L.Conv2D(filters=4, padding="valid"), L.MaxPooling2D(), L.Flatten())
    heat = explain.grad_cam(deep, IMAGES[0], 5)
    assert (heat.shape, heat.dtype, heat.min() >= 0) == ((28, 28), np.float32, True)
    with pytest.raises(DataError, match="convolution"):
        explain.grad_cam(made(L.Flatten()), IMAGES[0], 5)


def test_every_layer_gives_what_keras_gives(saved: tuple[str, str, float]) -> None:
    model = made(*NETWORK)
    keras_own = keras.Model(model.inputs, [layer.output for layer in model.layers])
    expected = keras_own(IMAGES[:1, ..., None], training=False)
    found = layers.outputs(*saved, IMAGES[0])
    assert [output.layer for output in found] == [layer.name for layer in model.layers]
    for output, values in zip(found, expected, strict=True):
        np.testing.assert_allclose(output.values, values.numpy()[0], atol=1e-5)
    assert [f.kernel.shape for f in layers.filters(*saved)] == [(3, 3, 1, 3)]
    before_softmax = layers.hidden(*saved, IMAGES)
    np.testing.assert_allclose(
        model.layers[-1](before_softmax).numpy(), networks.probabilities(*saved, IMAGES), atol=1e-6
    )


def test_what_is_inside_a_block_is_looked_at_like_any_layer(store: RunStore, small_spec: RunSpec) -> None:
    model = made(*BLOCKS)
    run = store.create(small_spec.model_copy(update={"layers": BLOCKS}), "saved")
    store.put_artifact(run.id, MODEL, model_bytes(model))
    question = (store.url, run.id, 2.0)
    found = {output.layer: output.values for output in layers.outputs(*question, IMAGES[0])}
    assert list(found)[3:9] == [
        "residual_2_conv_1",
        "residual_2_conv_1_batch_norm",
        "residual_2_conv_1_activation",
        "residual_2_conv_2",
        "residual_2_conv_2_batch_norm",
        "residual_2_add",
    ]
    upper = keras.Model(model.inputs, model.get_layer("conv2d_1_activation").output)
    block = model.get_layer("residual_2")
    given = upper(IMAGES[:1, ..., None], training=False)
    for name in ("residual_2_conv_1", "residual_2_add", "residual_2_activation"):
        part = keras.Model(block.inputs, block.get_layer(name).output)
        np.testing.assert_allclose(found[name], part(given, training=False).numpy()[0], atol=1e-5)
    np.testing.assert_allclose(found["softmax"], networks.predict(model, IMAGES[:1])[0], atol=1e-6)
    shapes = {f.layer: f.kernel.shape for f in layers.filters(*question)}
    assert list(shapes.values())[:4] == [(3, 3, 1, 4), (3, 3, 4, 4), (3, 3, 4, 4), (3, 3, 4, 6)]
    assert shapes["residual_3_projection"] == (1, 1, 4, 6)
    assert shapes["separable_conv2d_5"] == (3, 3, 1, 6)
    spread = {one.layer: one for one in layers.spreads(*question, IMAGES)}
    assert spread["residual_2"].units == spread["residual_2_conv_1"].units == 4


def test_grad_cam_looks_at_the_maps_of_the_last_block() -> None:
    model = made(L.Conv2D(filters=3), L.Residual(filters=4), L.GlobalPooling2D())
    maps = keras.Sequential(model.layers[:-2])(IMAGES[:1, ..., None]).numpy()[0]
    by_hand = np.maximum(maps @ model.layers[-1].get_weights()[0][:, 5] / (28 * 28), 0)
    np.testing.assert_allclose(explain.grad_cam(model, IMAGES[0], 5), by_hand, atol=1e-6)


def test_the_spread_of_activations_is_numpys(saved: tuple[str, str, float]) -> None:
    model = made(*NETWORK)
    part = keras.Model(model.inputs, model.get_layer("conv2d_1_activation").output)
    values = part(IMAGES[..., None], training=False).numpy()
    first, second = layers.spreads(*saved, IMAGES)
    assert (first.layer, first.units, second.layer, second.units) == ("conv2d_1", 3, "dense_4", 6)
    assert (first.mean, first.deviation) == pytest.approx((values.mean(), values.std()), abs=1e-5)
    assert first.quantiles == pytest.approx(np.quantile(values, layers.QUANTILES), abs=1e-5)
    assert first.zeros == pytest.approx((values == 0).mean())
    assert first.silent == sum(not values[..., unit].any() for unit in range(3))


def test_disturbances_do_what_they_say() -> None:
    padded = np.pad(IMAGES[:, 6:22, 6:22], ((0, 0), (6, 6), (6, 6)))
    np.testing.assert_allclose(shifted(padded, 4), np.roll(padded, 4, axis=2), atol=1e-6)
    np.testing.assert_allclose(turned(padded, 90), np.rot90(padded, -1, axes=(1, 2)), atol=1e-5)
    assert zoomed(padded, 1.25).sum() == pytest.approx(1.25**2 * padded.sum(), rel=0.02)
    thick = restroked(padded, 1)
    around = np.stack([np.roll(padded, (i, j), (1, 2)) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    np.testing.assert_array_equal(thick, around.max(axis=0))
    np.testing.assert_array_equal(restroked(padded, -1), around.min(axis=0))
    for disturbance in DISTURBANCES.values():
        same = disturbance.apply(padded, disturbance.neutral)
        np.testing.assert_allclose(same, padded, atol=1e-6)
        assert disturbance.neutral in disturbance.amounts
        for amount in disturbance.amounts:
            changed = disturbance.apply(padded, amount)
            assert (changed.shape, changed.dtype) == (padded.shape, np.float32)
            assert changed.min() >= 0
            assert changed.max() <= 1


def test_undisturbed_images_are_read_as_ever(saved: tuple[str, str, float]) -> None:
    right = int((networks.probabilities(*saved, IMAGES).argmax(axis=1) == LABELS).sum())
    assert robustness.right_answers(*saved, IMAGES, LABELS, "rotation", 0) == right


def test_principal_components_are_those_of_the_singular_values() -> None:
    values = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    points, share = embedded(values, "PCA")
    u, s, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(points), np.abs(u[:, :2] * s[:2]), atol=1e-4)
    assert share == pytest.approx((s[:2] ** 2).sum() / (s**2).sum(), abs=1e-5)


def test_t_sne_keeps_far_groups_apart() -> None:
    rng = np.random.default_rng(0)
    groups = np.concatenate([rng.normal(place, 0.1, size=(30, 8)) for place in (0, 10)]).astype(np.float32)
    points, share = embedded(groups, "t-SNE")
    centres = points.reshape(2, 30, 2).mean(axis=1)
    spread = points.reshape(2, 30, 2).std(axis=1).max()
    assert share is None
    assert np.linalg.norm(centres[0] - centres[1]) > 3 * spread


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_images_have_no_map(count: int) -> None:
    assert embedded(np.zeros((count, 5), np.float32), "t-SNE")[0].shape == (count, 2)
    assert not embedded(np.ones((9, 5), np.float32), "PCA")[0].any()
