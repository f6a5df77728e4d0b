"""What the pages on ideas compute is what SciPy computes, or what can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import approx_fprime
from scipy.signal import convolve2d, correlate2d
from scipy.special import log_softmax
from scipy.special import softmax as theirs

from core.concepts import convolution as conv
from core.concepts import pooling
from core.concepts.descent import descend, distance
from core.concepts.dropout import answers, mask
from core.concepts.dying import dying
from core.concepts.normalise import descent
from core.concepts.receptive import Window, field, paths, weights
from core.concepts.softmax import cross_entropy, jacobian, naive, softmax, squared_error_gradient
from core.concepts.spread import with_and_without
from core.concepts.surfaces import SURFACES
from core.concepts.vanishing import gradient_norms, shrinkage
from core.concepts.zigzag import inputs, surface, walk
from core.data import mnist
from core.model.optimizers import SGD, Adam

LOGITS = arrays(np.float64, 10, elements=st.floats(-30, 30))
IMAGES = arrays(np.float64, st.tuples(st.integers(7, 12), st.integers(7, 12)), elements=st.floats(-1, 1))


@given(IMAGES, st.sampled_from(conv.SIZES), st.sampled_from(["same", "valid"]), st.data())
def test_sliding_a_kernel_is_scipys_correlation(
    image: np.ndarray, size: int, padding: str, data: st.DataObject
) -> None:
    kernel = data.draw(arrays(np.float64, (size, size), elements=st.floats(-2, 2)))
    found = conv.convolve(image, kernel, padding)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, correlate2d(image, kernel, padding), atol=1e-9)
    row, column = (data.draw(st.integers(0, side - 1)) for side in found.shape)
    assert conv.position(image, kernel, padding, row, column).total == pytest.approx(
        found[row, column], abs=1e-9
    )  # type: ignore[arg-type]


def test_the_presentations_numbers_of_weights() -> None:
    found = conv.cost(28, 1, 5, 32)
    assert (found.neurons, found.per_neuron, found.shared, found.biases) == (28 * 28 * 32, 25, 32 * 25, 32)
    assert found.full == 25_088 * 784
    assert found.local == 25_088 * 25


@pytest.mark.parametrize("size", conv.SIZES)
def test_kernels_of_edges_see_nothing_on_even_ground(size: int) -> None:
    for name in ("vertical edges", "horizontal edges", "outline"):
        assert conv.kernels(size)[name].sum() == pytest.approx(0)
    for name in ("blur", "sharpen"):
        assert conv.kernels(size)[name].sum() == pytest.approx(1)


def test_two_small_kernels_see_what_a_large_one_sees_with_fewer_weights() -> None:
    two, one = [Window(3)] * 2, [Window(5)]
    assert field(two) == field(one) == 5
    np.testing.assert_array_equal(paths(two), convolve2d(np.ones((3, 3)), np.ones((3, 3))))
    assert (weights(two, 1, [True] * 2), weights(one, 1, [True])) == (18, 25)


def test_a_kernel_behind_pooling_takes_steps_of_two() -> None:
    stack = [Window(5), Window(2, 2), Window(3)]
    assert field(stack) == 5 + 1 + 2 * 2
    assert paths(stack).shape == (10, 10)
    assert paths(stack).sum() == (5 * 2 * 3) ** 2
    assert field([]) == paths([]).sum() == 1


@given(IMAGES, st.integers(2, 4))
def test_pooling_takes_the_largest_of_each_whole_square(image: np.ndarray, size: int) -> None:
    rows, columns = (side // size for side in image.shape)
    slow = [
        [image[r * size : (r + 1) * size, c * size : (c + 1) * size] for c in range(columns)]
        for r in range(rows)
    ]
    np.testing.assert_array_equal(pooling.pool(image, size), [[part.max() for part in row] for row in slow])
    row, column = pooling.winner(slow[0][0])
    assert slow[0][0][row, column] == slow[0][0].max()


def test_a_shift_moves_the_picture_and_pooled_maps_change_less() -> None:
    image = np.zeros((28, 28))
    image[10:20, 10:14] = 1
    np.testing.assert_array_equal(pooling.shifted(image, 2)[10:20, 12:16], 1)
    assert pooling.shifted(image, 2).sum() == image.sum()
    np.testing.assert_array_equal(pooling.shifted(image, 0), image)
    digits = mnist.training().images[:50] / 255
    change = [
        np.mean([pooling.change(of(d), of(pooling.shifted(d, 1))) for d in digits])
        for of in (lambda d: d, lambda d: pooling.pool(d, 2))
    ]
    assert change[1] < change[0]


@given(LOGITS, st.floats(0.2, 5))
def test_softmax_is_scipys(logits: np.ndarray, temperature: float) -> None:
    np.testing.assert_allclose(softmax(logits, temperature), theirs(logits / temperature), atol=1e-12)
    assert cross_entropy(logits[None], np.array([3])) == pytest.approx(-log_softmax(logits)[3], abs=1e-9)


@given(arrays(np.float64, 10, elements=st.floats(-4, 4)), st.integers(0, 9))
def test_gradients_of_softmax_are_its_differences(logits: np.ndarray, label: int) -> None:
    p = softmax(logits)
    np.testing.assert_allclose(jacobian(p), approx_fprime(logits, softmax), atol=1e-5)
    found = approx_fprime(logits, lambda z: cross_entropy(z[None], np.array([label])))
    np.testing.assert_allclose(p - np.eye(10)[label], found, atol=1e-5)
    error = approx_fprime(logits, lambda z: float(np.sum((softmax(z) - np.eye(10)[label]) ** 2)))
    np.testing.assert_allclose(squared_error_gradient(p, label), error, atol=1e-5)


def test_softmax_as_written_overflows_and_ours_does_not() -> None:
    large = np.array([1001.0, 1002.0, 1003.0])
    assert np.isnan(naive(large)).all()
    np.testing.assert_allclose(softmax(large), theirs([1.0, 2.0, 3.0]))


@pytest.mark.parametrize("name", list(SURFACES))
def test_surfaces_have_their_gradients_and_minima(name: str) -> None:
    ground = SURFACES[name]
    rng = np.random.default_rng(0)
    for point in rng.uniform(ground.low, ground.high, (20, 2)):
        slope = approx_fprime(point, lambda p: float(ground.value(*p)), 1e-7)
        np.testing.assert_allclose(ground.gradient(*point), slope, rtol=1e-3, atol=1e-2)
    for minimum in ground.minima:
        assert ground.value(*minimum) == pytest.approx(0, abs=1e-8)
        assert distance(ground, np.array(minimum)) == 0
    assert ground.shows(np.array(ground.starts)).all()


def test_a_descent_on_the_ravine_is_the_closed_form_and_a_wild_one_is_cut_off() -> None:
    ravine = SURFACES["Ravine"]
    path = descend(ravine, (-9.0, 1.0), SGD(learning_rate=0.01), 50)
    np.testing.assert_allclose(path.points[-1], [-9 * 0.99**50, 0.0], atol=1e-12)
    assert path.lost is None
    wild = descend(ravine, (-9.0, 1.0), SGD(learning_rate=1.0), 50)
    assert wild.lost is not None
    assert np.isfinite(wild.points).all()
    noisy = [
        descend(ravine, (-9.0, 1.0), Adam(learning_rate=0.2), 20, 0.3, seed).points for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(noisy[0], noisy[1])
    assert not np.array_equal(noisy[0], noisy[2])


def test_sigmoid_loses_the_gradient_on_its_way_and_relu_keeps_it() -> None:
    lost, kept = (shrinkage(gradient_norms(kind, 8, "glorot", 0)) for kind in ("sigmoid", "relu"))
    assert lost > 1000
    assert 0.1 < kept < 10


def test_large_initial_weights_carry_a_gradient_through_sigmoid_and_blow_relus_up() -> None:
    sigmoid = {
        init: shrinkage(gradient_norms("sigmoid", 8, init, 0)) for init in ("small", "glorot", "large")
    }
    assert sigmoid["small"] > 1000 * sigmoid["glorot"] > 100_000 * sigmoid["large"]
    relu = {init: gradient_norms("relu", 8, init, 0)[0] for init in ("glorot", "large")}
    assert relu["large"] > 1000 * relu["glorot"]


def test_positive_inputs_move_both_weights_the_same_way() -> None:
    sigmoid, tanh = walk("sigmoid", 0.6, 1, 40), walk("tanh", 0.6, 1, 40)
    assert sigmoid.together == 1
    assert tanh.together < 0.7
    x = inputs("tanh")
    by_hand = np.mean((x @ (tanh.weights[-1] - [1.5, -1.5])) ** 2) / 2
    assert surface(x, tanh.weights[-1]) == pytest.approx(by_hand)


def test_large_steps_kill_relu_units_and_small_ones_do_not() -> None:
    assert dying("relu", 0.01, 0).off[-1] < 0.1
    assert dying("relu", 1.0, 0).off[-1] > 0.3


def test_raw_pixels_do_worse_at_every_rate_of_the_page() -> None:
    usual = descent(1.0, 0.2, 0).accuracy
    assert usual > 0.8
    assert all(descent(255.0, rate, 0).accuracy < usual - 0.1 for rate in (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.2))


def test_batch_normalisation_lets_three_layers_of_sigmoid_learn() -> None:
    normed, plain = with_and_without("sigmoid", 0.3, 0)
    assert normed.losses[-20:].mean() < 0.7 < 1.5 < plain.losses[-20:].mean()


def test_dropout_drops_its_share_and_many_thinned_networks_agree_with_the_whole() -> None:
    assert mask(20_000, 0.3, 0).mean() == pytest.approx(0.7, abs=0.015)
    image = (mnist.training().images[1] / 255).astype(np.float32)
    found = answers(image, 0.5, 300, seed=0)
    alone = np.abs(found.thinned - found.whole).sum(axis=1) / 2
    assert found.distance[-1] < alone.mean()
    np.testing.assert_allclose(found.thinned.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(answers(image, 0.0, 3, seed=0).distance, 0, atol=1e-6)
