"""What a sweep may vary: values in and out of a spec, limits, and bad definitions in one sentence."""

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.model import layers as L
from core.model.optimizers import Adam, Nesterov
from core.model.recipes import LESSON
from core.model.specs import RunSpec
from core.sweeps.paths import Value, apply, overlaps, read
from core.sweeps.settings import Setting, spaced
from core.sweeps.settings import settings as settings_of
from core.sweeps.space import Range, parse_sweep, works

BASE = LESSON
SETTINGS = settings_of(BASE)
RATE = {"kind": "range", "path": "optimizer.learning_rate", "low": 1e-4, "high": 1e-2, "log": True}


def value_of(setting: Setting) -> st.SearchStrategy[Value]:
    if setting.kind == "choice":
        return st.sampled_from(setting.options)
    if setting.kind == "whole":
        return st.integers(int(setting.start[0]), int(setting.start[1]))
    return st.floats(setting.start[0], setting.start[1])


@st.composite
def some_values(draw: st.DrawFn) -> dict[str, Value]:
    """Draw values for a few settings that have nothing to do with each other."""
    alone = [path for path in SETTINGS if "*" not in path and not path.startswith(("optimizer", "schedule"))]
    paths = draw(st.lists(st.sampled_from([*alone, "optimizer.learning_rate"]), unique=True, max_size=6))
    return {path: draw(value_of(SETTINGS[path])) for path in paths}


@given(some_values())
@settings(max_examples=60, deadline=None)
def test_what_is_applied_is_read_back_and_nothing_else_changes(values: dict[str, Value]) -> None:
    assume(works(BASE, values) is None)  # not so where pooling shrinks the image below a kernel
    spec = apply(BASE, values)
    assert read(spec, values) == values
    others = [path for path in SETTINGS if path not in values and "*" not in path]
    assert read(spec, others) == read(BASE, others)


def test_every_setting_offered_can_be_set_to_the_ends_of_its_range_and_to_what_is_listed() -> None:
    spec = apply(BASE, {"early_stopping.patience": 4})
    for setting in settings_of(spec).values():
        for value in (*setting.options, *(setting.start if setting.kind == "number" else ())):
            assert read(apply(spec, {setting.path: value}), [setting.path]) == {setting.path: value}


def test_another_optimizer_comes_with_its_own_defaults_but_keeps_the_learning_rate() -> None:
    spec = apply(BASE.model_copy(update={"optimizer": Adam(learning_rate=0.003, beta_1=0.5)}), {})
    assert apply(spec, {"optimizer.kind": "nesterov"}).optimizer == Nesterov(learning_rate=0.003)
    assert apply(spec, {"optimizer.kind": "adam"}) == spec
    both = {"optimizer.learning_rate": 0.1, "optimizer.momentum": 0.7, "optimizer.kind": "nesterov"}
    assert apply(spec, both).optimizer == Nesterov(learning_rate=0.1, momentum=0.7)


def test_a_star_sets_a_field_of_all_layers_that_have_it() -> None:
    spec = apply(BASE, {"layers.*.activation": "elu"})
    assert [layer.activation for layer in spec.layers if isinstance(layer, L.Activated)] == ["elu"] * 3
    assert read(spec, ["layers.*.activation", "layers.6.activation"]) == {
        "layers.*.activation": "elu",
        "layers.6.activation": "elu",
    }
    assert overlaps("layers.*.activation", "layers.6.activation")
    assert not overlaps("layers.*.activation", "layers.6.batch_norm")


def test_what_decides_the_validation_images_and_the_seed_is_not_offered() -> None:
    assert not [path for path in SETTINGS if "data" in path or "seed" in path]
    assert SETTINGS["optimizer.learning_rate"].start == (0.0002, 0.02)
    assert (SETTINGS["layers.0.kernel_size"].low, SETTINGS["layers.0.kernel_size"].high) == (1, 7)
    assert SETTINGS["early_stopping.patience"].current is None


@given(st.integers(1, 400), st.integers(2, 600), st.integers(2, 20), st.booleans())
def test_a_grid_of_whole_numbers_rises_from_end_to_end(low: int, width: int, steps: int, log: bool) -> None:
    numbers = spaced(low, low + width, steps, log, whole=True)
    assert numbers[0] == low
    assert numbers[-1] == low + width
    assert list(numbers) == sorted(set(numbers))
    assert len(numbers) <= steps


def test_ranges_are_divided_evenly_or_by_a_constant_factor() -> None:
    assert Range(path="x", low=1e-4, high=1, log=True, steps=5).listed() == (1e-4, 1e-3, 1e-2, 0.1, 1)
    assert Range(path="x", low=0, high=0.5, steps=3).listed() == (0, 0.25, 0.5)
    assert Range(path="x", low=8, high=64, log=True, integer=True, steps=4).listed() == (8, 16, 32, 64)


def swept(*parameters: dict[str, Any], base: RunSpec = BASE, **more: Any) -> dict[str, Any]:
    return {"base": json.loads(base.to_json()), "parameters": list(parameters)} | more


def listing(path: str, *values: Value) -> dict[str, Any]:
    return {"kind": "list", "path": path, "values": list(values)}


def test_a_sweep_survives_json_and_counts_its_combinations() -> None:
    sweep = parse_sweep(swept(RATE, listing("batch_size", 32, 64, 64)))
    assert parse_sweep(sweep.model_dump_json()) == sweep
    assert sweep.combinations is None
    grid = parse_sweep(swept(RATE, listing("batch_size", 32, 64, 64), sampler="grid"))
    assert grid.combinations == 10
    epochs = {"kind": "range", "path": "epochs", "low": 1, "high": 10, "integer": True}
    assert parse_sweep(swept(epochs, listing("batch_size", 32, 64))).combinations == 20


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "nothing varies": (swept(), "Nothing varies yet"),
    "no end": (swept(RATE, runs=None), "never end"),
    "one value": (swept(listing("batch_size", 32, 32)), "Batch size: give at least two"),
    "unknown path": (swept(listing("data.images", 500, 900)), "“data.images” is no setting"),
    "the seed": (swept(listing("seed", 1, 2)), "“seed” is no setting"),
    "upside down": (swept(RATE | {"high": 1e-5}), "must begin below its end"),
    "factors from zero": (swept(RATE | {"low": 0.0}), "above 0"),
    "out of limits": (swept(RATE | {"high": 1000.0}), "Learning rate cannot be 1000: invalid value"),
    "not whole": (swept(RATE | {"path": "epochs", "low": 1, "high": 9}), "whole numbers only"),
    "too whole": (swept(RATE | {"low": 1, "high": 9, "integer": True}), "all numbers"),
    "a range of kinds": (swept(RATE | {"path": "optimizer.kind"}), "Optimizer has no range"),
    "a word": (swept(listing("batch_size", 32, "many")), "Batch size cannot be many"),
    "foreign field": (
        swept(listing("optimizer.kind", "adam", "sgd"), listing("optimizer.beta_1", 0.8, 0.9)),
        "Optimizer cannot be SGD",
    ),
    "twice": (
        swept(listing("layers.*.activation", "elu", "relu"), listing("layers.0.activation", "elu", "relu")),
        "set the same thing",
    ),
    "endless grid": (
        swept(*(RATE | {"path": f"augmentation.{a}", "low": 0.1, "high": 0.2, "steps": 20} for a in
                ("rotation", "zoom", "width_shift", "height_shift")), sampler="grid"),
        "The grid has 160,000 combinations",
    ),
    "not finite": (swept(RATE | {"high": float("inf")}), "Invalid value"),
    "unknown key": (swept(RATE, colour="red"), "Unknown key “colour”"),
    "a bad base": ({"base": {"layers": []}, "parameters": [RATE]}, "no layer"),
    "no sampler": (swept(RATE, sampler="luck"), "Invalid value for “sampler”"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_sweep_that_cannot_work_is_refused_in_one_sentence(case: str) -> None:
    definition, words = BAD[case]
    with pytest.raises(SpecError) as caught:
        parse_sweep(definition)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000])
def test_what_is_no_sweep_at_all_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse_sweep(text)


def test_combinations_of_which_only_some_work_are_allowed_and_said() -> None:
    sweep = parse_sweep(swept(listing("layers.1.pool_size", 2, 7), listing("layers.2.kernel_size", 3, 5)))
    assert sweep.doubt is not None  # 28 / 7 leaves 4×4, which is too small for 5×5 alone
    assert "Layer 3 (Conv2D): its 5×5 kernel" in sweep.doubt
    assert parse_sweep(swept(RATE)).doubt is None
