"""The network as a picture: what each box stands for, how large it is drawn, and what is marked."""

import itertools
import xml.etree.ElementTree as ET
from math import log2, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SpecError
from core.figures.network.boxes import Box, boxes, boxes_of
from core.figures.network.pair import paired
from core.figures.network.picture import network_svg, one_scale, told
from core.figures.network.slots import plan
from core.figures.network.solids import BACK, PIXEL, solid, standing
from core.model import layers as L
from core.model.marks import Mark, marks
from core.model.presets import PRESETS
from core.model.shapes import layer_costs, network_cost
from tests.stacks import BLOCKS

SVG = "{http://www.w3.org/2000/svg}"
QUICK = PRESETS["quick-start"].spec.layers
STACKS = {name: preset.spec.layers for name, preset in PRESETS.items()} | {
    "blocks": BLOCKS,
    "one": (L.Flatten(),),
    "forty": (*[L.Conv2D(filters=8)] * 39, L.Flatten()),
}


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def groups(svg: str) -> list[ET.Element]:
    return [part for part in read(svg).iter(f"{SVG}g") if part.get("class") == "digits-box"]


@pytest.mark.parametrize("name", STACKS)
def test_there_is_one_box_a_layer_and_all_of_it_lies_inside_the_picture(name: str) -> None:
    found = boxes(STACKS[name])
    root = read(network_svg(found))
    assert len(groups(ET.tostring(root, encoding="unicode"))) == len(STACKS[name]) + 2
    width, height = (float(number) for number in str(root.get("viewBox")).split()[2:])
    for corner in (point for part in root.iter(f"{SVG}polygon") for point in part.get("points", "").split()):
        x, y = (float(number) for number in corner.split(","))
        assert 0 <= x <= width
        assert 0 <= y <= height
    for word in root.iter(f"{SVG}text"):
        assert 0 <= float(word.get("x", "nan")) <= width
        assert 0 <= float(word.get("y", "nan")) <= height


@pytest.mark.parametrize("name", STACKS)
def test_no_two_boxes_touch_and_each_is_inside_its_slot(name: str) -> None:
    slots = plan(boxes(STACKS[name])).slots
    for slot in slots:
        assert slot.left - 0.01 <= slot.first.left
        assert slot.last.end <= slot.left + slot.width + 0.01
    for one, other in itertools.pairwise(slots):
        assert one.left + one.width < other.left


@given(st.integers(1, 28), st.integers(1, 28), st.integers(1, 512))
def test_rows_and_columns_are_to_scale_and_channels_by_their_square_root(
    rows: int, columns: int, channels: int
) -> None:
    drawn, one = solid((rows, columns, channels)), solid((1, 1, 1))
    assert drawn.height == pytest.approx(rows * one.height) == rows * PIXEL
    assert drawn.back == pytest.approx((columns * BACK[0], columns * BACK[1]))
    assert drawn.width == pytest.approx(sqrt(channels) * one.width)


def test_a_vector_is_as_high_as_the_logarithm_of_its_numbers() -> None:
    assert solid((255,)).height / solid((3,)).height == pytest.approx(log2(256) / log2(4))


def test_a_window_on_the_face_has_its_true_size() -> None:
    face = standing(solid((28, 28, 1)), 100, 100)
    (left, top), (right, _), _, (_, bottom) = face.on_face(0, 0, 5 / 28, 5 / 28)
    assert (right - left, bottom - top) == pytest.approx((5 * BACK[0], 5 * PIXEL))


def test_the_words_give_shapes_parameters_and_work_of_every_layer() -> None:
    said = told(boxes(QUICK))
    for row in network_cost(QUICK).layers:
        assert not row.parameters or f"{row.parameters:,} parameters" in said
    assert "1 · Conv2D 16 · 5×5 · valid padding · ReLU → 24×24×16" in said
    assert 'role="img"' in network_svg(boxes(QUICK))
    assert "24×24×16, 416 parameters" in network_svg(boxes(QUICK))


def test_where_boxes_can_be_clicked_each_is_a_button_with_its_own_words() -> None:
    found = boxes(QUICK)
    parts = groups(network_svg(found, clickable=True))
    assert [part.get("role") for part in parts] == ["button"] * len(found)
    assert [part.get("aria-label") for part in parts] == [box.told() for box in found]
    assert {part.get("tabindex") for part in parts} == {"0"}


def test_a_layer_that_does_not_fit_is_marked_with_its_sentence_and_none_after_it_has_a_shape() -> None:
    layers = (*QUICK[:2], L.Dense(units=3), L.Flatten())
    rows: list[L.LayerCost] = []
    with pytest.raises(SpecError, match="Layer 3") as refused:
        rows.extend(layer_costs(layers))
    found = boxes_of(layers, rows, str(refused.value))
    assert [bool(box.problem) for box in found] == [False, False, False, True, False, False]
    assert [box.shape for box in found[3:]] == [(), (), ()]
    assert "needs a vector" in network_svg(found)
    assert "does not fit" in network_svg(found)


def test_a_residual_block_shows_its_layers_and_how_its_input_goes_around_them() -> None:
    kept, projected = boxes((L.Conv2D(filters=8), L.Residual(filters=8), L.Residual(filters=9), L.Flatten()))[
        2:4
    ]
    assert (kept.slabs, kept.way, projected.slabs, projected.way) == (2, "as it is", 2, "1×1")
    assert len(plan([Box(0, "", "", "input", (28, 28, 1)), kept]).slots[1].solids) == 2


def test_changed_and_new_layers_are_marked_and_each_side_marks_what_the_other_has_not() -> None:
    other = (QUICK[0].model_copy(update={"filters": 8}), *QUICK[1:4], L.Dropout(), *QUICK[4:])
    assert marks(other, QUICK) == [
        Mark("changed", "filters 16 → 8"), None, None, None, Mark("new"), None, None, None,
    ]  # fmt: skip
    first, second = paired(QUICK, other)
    assert [box.place for box in first if box.mark] == [1]
    assert [box.place for box in second if box.mark] == [1, 5]
    assert "filters 16 → 8" in network_svg(second, clickable=True)
    assert one_scale(first, second).parameters == max(row.parameters for row in network_cost(other).layers)


def test_what_means_nothing_is_no_change() -> None:
    plain = L.Conv2D(filters=4)
    assert marks([plain.model_copy(update={"batch_norm_momentum": 0.5})], [plain]) == [None]


def test_ribbons_are_as_wide_as_shares_of_the_largest_layer() -> None:
    root = read(network_svg(boxes(PRESETS["mlp"].spec.layers)))
    paths = [part.get("d", "") for part in root.iter(f"{SVG}path")]
    assert len(paths) == 2
    levels = [float(piece.split()[-1]) for piece in paths[0].split("L")[0].split("H")[:-1]]
    widths = [2 * (levels[0] - level) for level in levels]  # the input has none
    parameters = [0, *(row.parameters for row in network_cost(PRESETS["mlp"].spec.layers).layers)]
    for width, count in zip(widths, parameters, strict=True):
        wanted = max(1.2, 26 * count / max(parameters)) - 1.2
        assert width == pytest.approx(wanted, abs=0.21)


def test_a_file_of_its_own_is_dark_on_white() -> None:
    root = read(network_svg(boxes(QUICK), alone=True))
    assert root[0].get("fill") == "#ffffff"
    assert root.get("color")


def test_two_pictures_on_one_scale_are_equally_wide_and_their_ribbons_can_be_compared() -> None:
    small, large = boxes(PRESETS["mlp"].spec.layers), boxes(PRESETS["final"].spec.layers)
    scale = one_scale(small, large)
    roots = [read(network_svg(found, scale=scale)) for found in (small, large)]
    assert roots[0].get("width") == roots[1].get("width")
    assert scale.multiply_adds == max(box.multiply_adds for box in large)
