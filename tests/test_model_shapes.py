"""Shapes and costs, held against Keras' own numbers and TensorFlow's profiler."""

from collections import defaultdict

import keras
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from core.errors import SpecError
from core.model import layers as L
from core.model.build import build_model
from core.model.presets import PRESETS
from core.model.shapes import INPUT_SHAPE, NetworkCost, network_cost

slow = settings(max_examples=20, deadline=None)
activations = st.sampled_from(list(L.ACTIVATION_NAMES))
norms = st.sampled_from(["none", "before", "after"])
slopes = st.floats(0, 1)
COUNTED = {"Conv2D", "MatMul", "DepthwiseConv2dNative"}


def convolutions(largest_kernel: int) -> SearchStrategy[L.Conv2D]:
    return st.builds(
        L.Conv2D,
        filters=st.integers(1, 9),
        kernel_size=st.integers(1, largest_kernel),
        padding=st.sampled_from(["same", "valid"]),
        activation=activations,
        negative_slope=slopes,
        batch_norm=norms,
        strides=st.integers(1, 3),
    )


def others(largest_kernel: int) -> SearchStrategy[L.Layer]:
    """Return convolutions that have others inside."""
    kernels = {"filters": st.integers(1, 9), "kernel_size": st.integers(1, largest_kernel)}
    norm = {"batch_norm": norms, "use_bias": st.booleans()}
    separable = st.builds(L.SeparableConv2D, strides=st.integers(1, 2), **kernels, **norm)
    return separable | st.builds(L.Residual, convolutions=st.integers(1, 3), **kernels, **norm)


def poolings(largest: int) -> SearchStrategy[L.Layer]:
    return st.builds(L.MaxPooling2D, pool_size=st.integers(2, largest)) | st.builds(
        L.AveragePooling2D, pool_size=st.integers(2, largest)
    )


dropouts = st.builds(L.Dropout, rate=st.floats(0, 0.95))
to_vector = st.builds(L.Flatten) | st.builds(L.GlobalPooling2D, mode=st.sampled_from(["average", "max"]))
denses = st.builds(
    L.Dense, units=st.integers(1, 30), activation=activations, negative_slope=slopes, batch_norm=norms
)


@st.composite
def stacks(draw: st.DrawFn) -> tuple[L.Layer, ...]:
    """Draw layers that fit together: up to five on the image, one that flattens, up to three after it."""
    side, layers = INPUT_SHAPE[0], []
    for _ in range(draw(st.integers(0, 5))):
        choices = [convolutions(min(side, 7)), others(min(side, 7)), dropouts] + (
            [poolings(min(side, 7))] if side > 1 else []
        )
        layer = draw(st.one_of(choices))
        layers.append(layer)
        side = keras_side(layer, side)
    return (*layers, draw(to_vector), *draw(st.lists(denses | dropouts, max_size=3)))


def keras_side(layer: L.Layer, side: int) -> int:
    """Return the side of what a layer makes of a square image, from its formula."""
    match layer:
        case L.MaxPooling2D() | L.AveragePooling2D():
            return side // layer.pool_size
        case L.Convolution(padding="valid"):
            return (side - layer.kernel_size) // layer.strides + 1
        case L.Convolution():
            return (side - 1) // layer.strides + 1
    return side


def keras_costs(model: keras.Sequential) -> list[tuple[tuple[int, ...], int]]:
    """Return output shape and parameters of each spec layer: those of its Keras layers, taken together."""
    shapes: dict[str, tuple[int, ...]] = {}
    parameters: dict[str, int] = defaultdict(int)
    for layer in model.layers:
        name = layer.name.removesuffix("_batch_norm").removesuffix("_activation")
        shapes[name] = tuple(layer.output.shape[1:])
        parameters[name] += layer.count_params()
    return [(shape, parameters[name]) for name, shape in shapes.items()]


def profiled_multiply_adds(model: keras.Sequential) -> int:
    """Return what TensorFlow's profiler counts for one image; it counts a multiply-add as two operations."""
    step = tf.function(lambda image: model(image, training=False))
    graph = step.get_concrete_function(tf.TensorSpec((1, *INPUT_SHAPE))).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options |= {"output": "none"}
    profile = tf.compat.v1.profiler.profile(graph, options=options, cmd="op")
    return sum(op.total_float_ops - _below(op) for op in _flat(profile) if op.name in COUNTED) // 2


def _flat(node):
    return [node, *(below for child in node.children for below in _flat(child))]


def _below(node) -> int:
    return sum(child.total_float_ops for child in node.children)


@slow
@given(stacks())
def test_shapes_and_parameters_of_every_layer_are_those_of_keras(layers: tuple[L.Layer, ...]) -> None:
    ours = [(row.output_shape, row.parameters) for row in network_cost(layers).layers]
    assert ours == keras_costs(build_model(layers))


@pytest.mark.parametrize("name", ["quick-start", "4conv2d-bn-rmsprop", "lenet-5", "mlp"])
def test_multiply_adds_are_those_of_tensorflows_profiler(name: str) -> None:
    layers = PRESETS[name].spec.layers
    assert network_cost(layers).multiply_adds == profiled_multiply_adds(build_model(layers))


@settings(max_examples=8, deadline=None)
@given(stacks())
def test_multiply_adds_of_any_stack_are_those_of_the_profiler(layers: tuple[L.Layer, ...]) -> None:
    assert network_cost(layers).multiply_adds == profiled_multiply_adds(build_model(layers))


def test_the_presentations_network_has_888_298_parameters() -> None:
    assert network_cost(PRESETS["4conv2d-bn-rmsprop"].spec.layers).parameters == 888_298


def test_a_convolution_with_valid_padding_loses_a_border() -> None:
    cost = network_cost([L.Conv2D(filters=6, kernel_size=5, padding="valid"), L.Flatten()])
    assert cost.layers[0].output_shape == (24, 24, 6)
    assert cost.layers[0].multiply_adds == 24 * 24 * 25 * 6


def test_strides_shrink_the_image_and_its_cost() -> None:
    cost = network_cost(
        [L.Conv2D(filters=6, strides=2), L.Conv2D(filters=6, padding="valid", strides=3), L.Flatten()]
    )
    assert [row.output_shape for row in cost.layers[:2]] == [(14, 14, 6), (4, 4, 6)]
    assert cost.layers[0].multiply_adds == 14 * 14 * 9 * 6


def test_a_block_costs_what_is_inside_it() -> None:
    cost = network_cost(
        [L.Conv2D(filters=3), L.Residual(filters=5, batch_norm="before"), L.GlobalPooling2D()]
    )
    block = cost.layers[1]
    assert [row.name for row in block.inside] == ["Conv2D 1", "Conv2D 2", "Conv2D 1×1 of the input"]
    assert [row.parameters for row in block.inside] == [9 * 15 + 25, 9 * 25 + 25, 15 + 25]
    assert block.parameters == sum(row.parameters for row in block.inside)
    assert cost.activations == 28 * 28 * (3 + 3 * 5) + 5 + 10


def test_pooling_drops_the_rows_that_fill_no_square() -> None:
    cost = network_cost([L.MaxPooling2D(pool_size=3), L.GlobalPooling2D()])
    assert [row.output_shape for row in cost.layers] == [(9, 9, 1), (1,), (10,)]


def test_totals_include_the_final_softmax_layer() -> None:
    cost = network_cost([L.Flatten()])
    assert (cost.parameters, cost.multiply_adds) == (7_850, 7_840)
    assert cost.layers[-1].name == "Softmax"


def refusal(layers: list[L.Layer]) -> str:
    with pytest.raises(SpecError) as caught:
        network_cost(layers)
    return str(caught.value)


def test_no_layer_at_all_is_refused() -> None:
    assert refusal([]).startswith("The network has no layer")


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_a_kernel_larger_than_its_input_is_refused_by_place(padding: str) -> None:
    conv = L.Conv2D.model_validate({"kernel_size": 5, "padding": padding})
    sentence = refusal([L.MaxPooling2D(pool_size=7), conv, L.Flatten()])
    assert sentence.startswith("Layer 2 (Conv2D)")
    assert "5×5 kernel" in sentence
    assert "4×4 input" in sentence


def test_pooling_below_one_pixel_is_refused_by_place() -> None:
    sentence = refusal([L.MaxPooling2D()] * 5 + [L.Flatten()])
    assert sentence.startswith("Layer 5 (MaxPooling)")
    assert "below 1×1" in sentence


def takes_images_alone(layer: L.Layer) -> bool:
    try:
        layer.cost((784,), "Layer 3")
    except SpecError:
        return True
    return False


@pytest.mark.parametrize("layer", [cls() for cls in L.LAYER_CLASSES.values() if takes_images_alone(cls())])
def test_what_needs_an_image_is_refused_after_flatten(layer: L.Layer) -> None:
    sentence = refusal([L.Dropout(), L.Flatten(), layer])
    assert sentence.startswith(f"Layer 3 ({L.LAYER_NAMES[layer.kind]}) needs an image")
    assert "784 numbers" in sentence


def test_a_dense_layer_on_an_image_is_refused_by_place() -> None:
    assert refusal([L.Conv2D(), L.Dense()]).startswith("Layer 2 (Dense) needs a vector")


def test_a_network_that_ends_in_an_image_is_refused_by_its_last_layer() -> None:
    sentence = refusal([L.Conv2D(), L.MaxPooling2D()])
    assert sentence.startswith("Layer 2 (MaxPooling) leaves an image of 14×14×32")
    assert "Flatten" in sentence


def test_too_many_parameters_are_refused_with_the_layer_that_has_most() -> None:
    sentence = refusal([L.Conv2D(filters=64), L.Flatten(), L.Dense(units=4096)])
    assert "20,000,000" in sentence
    assert "layer 3 (Dense)" in sentence


def test_too_many_multiply_adds_are_refused_with_the_slowest_layer() -> None:
    convs: list[L.Layer] = [L.Conv2D(filters=300, kernel_size=5), L.Conv2D(filters=300, kernel_size=7)]
    sentence = refusal([*convs, L.GlobalPooling2D()])
    assert "multiply-adds" in sentence
    assert "layer 2 (Conv2D)" in sentence


def test_too_large_outputs_are_refused() -> None:
    assert "fewer filters" in refusal([L.Conv2D(filters=512, kernel_size=1)] * 6 + [L.GlobalPooling2D()])


@given(st.lists(convolutions(7) | others(7) | poolings(7) | dropouts | to_vector | denses, max_size=8))
def test_any_list_of_layers_gets_a_cost_or_one_sentence(layers: list[L.Layer]) -> None:
    try:
        cost = network_cost(layers)
    except SpecError as error:
        sentence = str(error)
        assert sentence.endswith(".") and "\n" not in sentence  # noqa: PT018
    else:
        assert isinstance(cost, NetworkCost)
        assert min(side for row in cost.layers for side in row.output_shape) >= 1
