"""The presets: what they promise, without training any of them."""

import re

import pytest

from core.model import layers as L
from core.model import specs as S
from core.model.optimizers import SGD, Adam, RMSprop
from core.model.presets import PRESETS, Preset, preset_of
from core.model.schedules import ReduceOnPlateau
from core.model.shapes import network_cost

PRESENTATION = [
    "2conv2d-bn-rmsprop",
    "4conv2d-bn-rmsprop",
    "4conv2d-bn-leaky-relu",
    "4conv2d-rmsprop",
    "4conv2d-adam",
    "final",
]
every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
each_of_the_presentation = pytest.mark.parametrize("name", PRESENTATION)


def convolutions(name: str) -> list[L.Conv2D]:
    return [layer for layer in PRESETS[name].spec.layers if isinstance(layer, L.Conv2D)]


def test_presets_come_in_the_order_of_a_lesson() -> None:
    ours = ["quick-start", "fast-99-5", "fast-99-6", "best-single"]
    others = ["lenet-5", "keras-example", "mlp", "broken-on-purpose"]
    assert list(PRESETS) == [*ours, *PRESENTATION, *others]


@every_preset
def test_a_preset_stands_under_its_name_and_has_words_for_a_learner(preset: Preset) -> None:
    assert PRESETS[preset.name] is preset
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", preset.name)
    assert 5 <= len(preset.title) <= 60
    assert 40 <= len(preset.description) <= 250
    assert preset.description.endswith(".")
    assert 0 < preset.minutes <= 120


def test_titles_differ() -> None:
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)


@every_preset
def test_a_preset_survives_json_there_and_back(preset: Preset) -> None:
    assert S.parse(preset.spec.to_json()) == preset.spec


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("2conv2d-bn-rmsprop", 825_354),
        ("4conv2d-bn-rmsprop", 888_298),
        ("4conv2d-bn-leaky-relu", 888_298),
        ("4conv2d-rmsprop", 887_530),
        ("4conv2d-adam", 887_530),
        ("final", 888_298),
        ("lenet-5", 61_706),
        ("keras-example", 34_826),
    ],
)
def test_known_networks_have_their_known_number_of_parameters(name: str, parameters: int) -> None:
    assert network_cost(PRESETS[name].spec.layers).parameters == parameters


@each_of_the_presentation
def test_the_presentations_data_setting_is_kept(name: str) -> None:
    spec = PRESETS[name].spec
    validation = round(spec.data.images * spec.data.validation_share)
    assert (spec.data.images - validation, validation, spec.batch_size) == (37_800, 4_200, 86)


@each_of_the_presentation
def test_the_presentations_layers_are_kept(name: str) -> None:
    kinds = [layer.kind for layer in PRESETS[name].spec.layers if layer.kind != "conv2d"]
    block = ["max_pooling2d", "dropout"]
    assert kinds == [*block, *block, "flatten", "dense", "dropout"]
    assert [layer.rate for layer in PRESETS[name].spec.layers if isinstance(layer, L.Dropout)] == [
        0.25,
        0.25,
        0.5,
    ]
    assert {(conv.filters, conv.kernel_size, conv.padding) for conv in convolutions(name)} == {
        (32, 5, "same"),
        (64, 3, "same"),
    }
    assert len(convolutions(name)) == int(name[0] if name != "final" else "4")


@each_of_the_presentation
def test_batch_normalisation_follows_the_activation_where_the_name_has_it(name: str) -> None:
    expected = "after" if "bn" in name or name == "final" else "none"
    assert {conv.batch_norm for conv in convolutions(name)} == {expected}


@each_of_the_presentation
def test_the_presentations_optimizers_are_kept(name: str) -> None:
    adam = Adam(learning_rate=0.001)
    rmsprop = RMSprop(learning_rate=0.001, rho=0.9, epsilon=1e-8)
    assert PRESETS[name].spec.optimizer == (adam if name.endswith("adam") else rmsprop)


def test_leaky_relu_has_the_presentations_slope() -> None:
    assert {(c.activation, c.negative_slope) for c in convolutions("4conv2d-bn-leaky-relu")} == {
        ("leaky_relu", 0.01)
    }


def test_the_final_network_trains_30_epochs_on_augmented_images() -> None:
    spec = PRESETS["final"].spec
    assert spec.epochs == 30
    assert spec.augmentation == S.Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
    assert spec.schedule == ReduceOnPlateau(factor=0.5, patience=3, min_learning_rate=1e-5)


@pytest.mark.parametrize("name", PRESENTATION[:-1])
def test_descriptions_say_that_the_presentation_tells_no_epochs(name: str) -> None:
    assert "does not tell its number of epochs" in PRESETS[name].description
    assert PRESETS[name].spec.epochs == 10


def test_what_is_broken_on_purpose_is_deep_and_sigmoid_all_through() -> None:
    spec = PRESETS["broken-on-purpose"].spec
    dense = [layer for layer in spec.layers if isinstance(layer, L.Dense)]
    assert len(dense) >= 5
    assert {layer.activation for layer in dense} == {"sigmoid"}
    assert isinstance(spec.optimizer, SGD)


@every_preset
def test_a_preset_is_known_again_on_other_images_and_changed_is_none(preset: Preset) -> None:
    assert preset_of(preset.spec) == preset.name
    assert preset_of(preset.spec.drawn_from("csv-1", 600)) == preset.name
    assert preset_of(preset.spec.model_copy(update={"seed": 7})) is None
