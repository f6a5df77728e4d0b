"""A spec in words says everything that is in the spec, and tells two specs apart by what was changed."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import layers as L
from core.model import specs as S
from core.model.changes import changes
from core.model.course import longer
from core.model.describe import describe, differences
from core.model.optimizers import OPTIMIZER_NAMES, Adam, Optimizer
from core.model.presets import PRESETS
from core.model.schedules import SCHEDULE_NAMES, Cosine, Schedule

BASE = S.RunSpec(layers=(L.Conv2D(filters=4), L.Flatten(), L.Dense(units=16)))
OPTIMIZERS = get_args(get_args(Optimizer)[0])
SCHEDULES = get_args(get_args(Schedule)[0])


def changed(spec: S.RunSpec, **settings: Any) -> S.RunSpec:
    return S.RunSpec.model_validate({**spec.model_dump(), **settings})


def dumped_paths(value: Any, path: str = "") -> set[str]:
    """Return the dotted places of all settings of a dumped spec that are not layers."""
    if not isinstance(value, dict):
        return {path}
    places = (dumped_paths(inner, f"{path}.{key}".lstrip(".")) for key, inner in value.items())
    return set().union(*places)


SINGLE_CHANGES: list[tuple[str, dict[str, Any], dict[str, list[str]]]] = [
    ("epochs", {"epochs": 12}, {"epochs": ["10", "12"]}),
    ("batch size", {"batch_size": 86}, {"batch_size": ["64", "86"]}),
    ("seed", {"seed": 7}, {"seed": ["0", "7"]}),
    ("weights kept", {"kept_epoch": "last"}, {"kept_epoch": ["best", "last"]}),
    ("images", {"data": S.Data(images=600)}, {"data.images": ["42000", "600"]}),
    (
        "validation share",
        {"data": S.Data(validation_share=0.2)},
        {"data.validation_share": ["0.1", "0.2"]},
    ),
    ("split seed", {"data": S.Data(split_seed=5)}, {"data.split_seed": ["0", "5"]}),
    (
        "source",
        {"data": S.Data(source="csv-0123456789abcdef")},
        {"data.source": ["mnist", "csv-0123456789abcdef"]},
    ),
    ("rotation", {"augmentation": S.Augmentation(rotation=10)}, {"augmentation.rotation": ["0", "10"]}),
    (
        "learning rate",
        {"optimizer": Adam(learning_rate=0.01)},
        {"optimizer.learning_rate": ["0.001", "0.01"]},
    ),
    ("epsilon", {"optimizer": Adam(epsilon=1e-8)}, {"optimizer.epsilon": ["1e-07", "1e-08"]}),
    (
        "schedule",
        {"schedule": Cosine()},
        {
            "schedule": ["Constant", "Cosine"],
            "schedule.final_share": ["–", "0"],
            "schedule.warmup_share": ["–", "0"],
        },
    ),
    (
        "a layer",
        {"layers": (L.Conv2D(filters=8), *BASE.layers[1:])},
        {"layer 1": ["Conv2D 4 · 3×3 · ReLU", "Conv2D 8 · 3×3 · ReLU"]},
    ),
    (
        "one layer more",
        {"layers": (*BASE.layers, L.Dropout(rate=0.5))},
        {"layer 4": ["–", "Dropout 0.5"]},
    ),
]


@pytest.mark.parametrize(
    ("settings", "rows"), [c[1:] for c in SINGLE_CHANGES], ids=[c[0] for c in SINGLE_CHANGES]
)
def test_a_single_change_is_the_only_difference(settings: dict[str, Any], rows: dict[str, list[str]]) -> None:
    assert differences([BASE, changed(BASE, **settings)]) == rows


def test_early_stopping_shows_when_it_is_switched_on_and_when_its_patience_changes() -> None:
    patient, hasty = (changed(BASE, early_stopping=S.EarlyStopping(patience=p)) for p in (5, 2))
    assert "off" in differences([BASE, patient])["early_stopping"]
    assert differences([patient, hasty]) == {"early_stopping.patience": ["5", "2"]}


def test_equal_specs_and_a_single_spec_have_no_differences() -> None:
    assert differences([BASE, changed(BASE), BASE]) == {}
    assert differences([BASE]) == {}
    assert differences([]) == {}


def test_each_spec_has_its_value_in_the_order_given() -> None:
    specs = [changed(BASE, epochs=epochs) for epochs in (3, 1, 2, 1)]
    assert differences(specs) == {"epochs": ["3", "1", "2", "1"]}


small_numbers = st.floats(1e-9, 1)
base_settings: dict[str, st.SearchStrategy[Any]] = {
    "epochs": st.integers(1, 500),
    "batch_size": st.integers(1, 4096),
    "seed": st.integers(0, 2**31 - 1),
    "optimizer": st.builds(Adam, learning_rate=small_numbers, epsilon=small_numbers),
    "augmentation": st.builds(S.Augmentation, rotation=st.floats(0, 180), zoom=st.floats(0, 0.5)),
    "data": st.builds(S.Data, validation_share=st.floats(0.01, 0.9), images=st.integers(100, 1_000_000)),
    "schedule": st.builds(Cosine, final_share=st.floats(0, 1)),
}
specs = st.fixed_dictionaries(base_settings).map(lambda values: S.RunSpec(layers=BASE.layers, **values))


@given(specs, specs)
def test_differences_name_exactly_the_settings_that_differ(one: S.RunSpec, other: S.RunSpec) -> None:
    def flat(spec: S.RunSpec) -> dict[str, Any]:
        dump = spec.model_dump(exclude={"layers"})
        values = {}
        for path in dumped_paths(dump):
            inner: Any = dump
            for key in path.split("."):
                inner = inner[key]
            values[path] = inner
        return values

    a, b = flat(one), flat(other)
    assert set(differences([one, other])) == {path for path in a if a[path] != b[path]}


def test_two_rates_that_differ_in_their_last_digit_do_differ() -> None:
    rates = (0.001234567, 0.001234568)
    runs = [changed(BASE, optimizer=Adam(learning_rate=rate)) for rate in rates]
    assert differences(runs) == {"optimizer.learning_rate": ["0.001234567", "0.001234568"]}
    dropouts = [changed(BASE, layers=(*BASE.layers, L.Dropout(rate=r))) for r in (0.1234567, 0.1234568)]
    assert list(differences(dropouts)) == ["layer 4"]


def examples() -> list[S.RunSpec]:
    """Return every preset, and specs that together hold every optimizer, schedule and optional part."""
    kinds = [changed(BASE, optimizer=kind()) for kind in OPTIMIZERS]
    kinds += [changed(BASE, schedule=kind()) for kind in SCHEDULES]
    kinds += [changed(BASE, early_stopping=S.EarlyStopping())]
    return [*(preset.spec for preset in PRESETS.values()), *kinds]


@pytest.mark.parametrize("spec", examples())
def test_every_setting_of_a_spec_has_its_line_and_every_line_is_text(spec: S.RunSpec) -> None:
    pairs = describe(spec)
    assert all(isinstance(text, str) and text for text in (*pairs, *pairs.values()))
    expected = {path.removesuffix(".kind") for path in dumped_paths(spec.model_dump(exclude={"layers"}))}
    expected |= {f"layer {place}" for place in range(1, len(spec.layers) + 1)}
    assert set(pairs) == expected


def test_every_kind_of_layer_optimizer_and_schedule_has_a_name() -> None:
    layer_kinds = get_args(get_args(L.Layer)[0])
    assert {kind().kind for kind in layer_kinds} == set(L.LAYER_NAMES) == set(L.LAYER_CLASSES)
    assert {kind().kind for kind in OPTIMIZERS} == set(OPTIMIZER_NAMES)
    assert {kind().kind for kind in SCHEDULES} == set(SCHEDULE_NAMES)
    assert set(get_args(L.Activation)) == set(L.ACTIVATION_NAMES)


def other_values(field: str) -> list[Any]:
    """Return two values for a field of a layer; a new one needs a line here."""
    return {
        "activation": ["relu", "tanh"],
        "negative_slope": [0.1, 0.2],
        "batch_norm": ["before", "after"],
        "padding": ["same", "valid"],
        "mode": ["average", "max"],
        "rate": [0.1, 0.2],
        "filters": [4, 8],
        "kernel_size": [3, 5],
        "pool_size": [2, 3],
        "units": [4, 8],
        "strides": [1, 2],
        "convolutions": [1, 2],
        "batch_norm_momentum": [0.9, 0.99],
        "batch_norm_epsilon": [0.001, 0.01],
        "use_bias": [True, False],
        "initial_weights": ["glorot", "small"],
        "scale": [2.0, 255.0],
        "offset": [-1.0, 1.0],
    }[field]


@pytest.mark.parametrize("kind", L.LAYER_CLASSES.values())
def test_a_layers_line_changes_with_each_of_its_fields(kind: type[L.LayerKind]) -> None:
    for field in set(kind.model_fields) - {"kind"}:
        always = {"activation": "leaky_relu", "batch_norm": "before"} if issubclass(kind, L.Activated) else {}
        lines = {kind(**(always | {field: value})).line() for value in other_values(field)}  # type: ignore[arg-type]
        assert len(lines) == 2, field


def test_a_slope_that_the_activation_does_not_use_is_not_mentioned() -> None:
    assert L.Dense(negative_slope=0.3).line() == "Dense 64 · ReLU"


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        (L.Conv2D(kernel_size=5, batch_norm="after"), "Conv2D 32 · 5×5 · ReLU · batch norm after"),
        (L.Conv2D(padding="valid", activation="tanh"), "Conv2D 32 · 3×3 · valid padding · Tanh"),
        (L.Dense(activation="leaky_relu", negative_slope=0.1), "Dense 64 · Leaky ReLU 0.1"),
        (L.Conv2D(strides=2, initial_weights="he"), "Conv2D 32 · 3×3 · stride 2 · ReLU · He start"),
        (
            L.Dense(batch_norm="before", use_bias=False, batch_norm_momentum=0.9),
            "Dense 64 · ReLU · batch norm before (momentum 0.9) · no bias",
        ),
        (L.Dense(use_bias=False), "Dense 64 · ReLU"),
        (L.Residual(filters=16), "Residual block 2 × 16 · 3×3 · ReLU"),
        (L.SeparableConv2D(), "Separable Conv2D 32 · 3×3 · ReLU"),
        (L.AveragePooling2D(pool_size=3), "Average pooling 3×3"),
        (L.MaxPooling2D(), "MaxPooling 2×2"),
        (L.Dropout(rate=0.5), "Dropout 0.5"),
        (L.Dropout(rate=0), "Dropout 0"),
        (L.GlobalPooling2D(mode="max"), "Global pooling · max"),
        (L.Rescaling(), "Rescaling × 2 − 1"),
        (L.Rescaling(scale=255, offset=0), "Rescaling × 255"),
        (L.Rescaling(scale=-1, offset=1), "Rescaling × -1 + 1"),
        (L.Flatten(), "Flatten"),
    ],
)
def test_layers_in_words(layer: L.Layer, line: str) -> None:
    assert layer.line() == line


def test_to_train_a_run_longer_is_one_change() -> None:
    spec = PRESETS["quick-start"].spec
    then = longer(spec, 5, 3)
    assert changes(spec, then) == ["epochs 5 → 8, continued after epoch 5"]
    assert changes(spec, spec.model_copy(update={"epochs": 8})) == ["epochs 5 → 8"]
    assert changes(then, spec) == ["epochs 8 → 5, continued after epoch 5 → none"]
    assert changes(longer(spec, 5, 1), longer(longer(spec, 5, 1), 6, 2)) == [
        "epochs 6 → 8, continued after epoch 6"
    ]
    assert changes(spec.model_copy(update={"epochs": 8}), then) == ["continued after epoch none → 5"]
