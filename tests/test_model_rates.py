"""Optimizers and schedules tell of themselves: in words, in Keras and in the exported script alike."""

import ast
import json
import math
from dataclasses import replace
from typing import Any

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from core.errors import SpecError
from core.export.script import script
from core.model import layers as L
from core.model.build import build_optimizer, made
from core.model.changes import changes
from core.model.kind import control, controls, members, titles
from core.model.optimizers import OPTIMIZERS, Adam, AdamW, Lion, Optimizer
from core.model.schedules import SCHEDULES, Cosine, Exponential, Schedule
from core.model.specs import Data, EarlyStopping, RunSpec, parse
from core.runs.records import Run
from core.runs.store import RunStore
from core.sweeps.paths import apply
from core.sweeps.settings import settings as settings_of
from core.sweeps.settings import shown
from core.sweeps.space import parse_sweep

BASE = RunSpec(layers=(L.Flatten(),))
OWNERS: list[type[BaseModel]] = [*OPTIMIZERS.values(), *SCHEDULES.values(), RunSpec, Data, EarlyStopping]


@pytest.mark.parametrize("owner", OWNERS)
def test_a_person_is_told_of_every_field(owner: type[BaseModel]) -> None:
    assert [name for name in owner.model_fields if name != "kind"] == list(controls(owner))
    for name in controls(owner):
        told = control(owner, name)
        assert told.label
        single = owner.model_fields[name].annotation in (int, float)
        assert told.help or not single, f"{name} is edited without a word of what it is"


@pytest.mark.parametrize("owner", OWNERS)
def test_a_sweep_first_tries_what_the_field_allows(owner: type[Any]) -> None:
    needed = {"layers": BASE.layers} if owner is RunSpec else {}
    for name, told in controls(owner).items():
        if told.tries:
            low, high = told.tries
            assert 0 <= low < high
            assert low > 0 or not told.by_factors
            for end in told.tries:
                whole = owner.model_fields[name].annotation is int
                assert getattr(owner(**needed | {name: int(end) if whole else end}), name) == end


def test_no_two_kinds_are_called_the_same() -> None:
    for union in (Optimizer, Schedule):
        assert len(set(titles(union).values())) == len(members(union))


def fields(owner: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Return values of a kind over the whole of what its fields allow."""
    values = {}
    for name, info in owner.model_fields.items():
        if name == "kind":
            continue
        limits: dict[str, Any] = {"allow_nan": False}
        for item in info.metadata:
            for word in ("ge", "gt", "le", "lt"):
                if hasattr(item, word):
                    side = "min" if word[0] == "g" else "max"
                    limits[f"{side}_value"] = getattr(item, word)
                    limits |= {f"exclude_{side}": True} if word[1] == "t" else {}
        if info.annotation is int:
            values[name] = st.integers(limits["min_value"], limits["max_value"])
        else:
            values[name] = st.floats(**limits)
    return st.fixed_dictionaries(values).map(lambda drawn: owner(**drawn))


optimizers = st.sampled_from(list(OPTIMIZERS.values())).flatmap(fields)
schedules = st.sampled_from(list(SCHEDULES.values())).flatmap(fields)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose configuration a test replaces."""
    return RunStore(f"sqlite:///{tmp_path_factory.mktemp('store') / 'runs.sqlite'}").create(BASE, "x")


def exported(run: Run, **values: Any) -> dict[str, Any]:
    """Return what the exported script of a run with other settings defines, its training left out."""
    spec = BASE.model_copy(update=values)
    tree = ast.parse(script(replace(run, spec_json=spec.to_json()), None))
    wanted = [node for node in tree.body if is_wanted(node)]
    names: dict[str, Any] = {"keras": keras, "math": math, "kept": object()}
    exec(compile(ast.Module(wanted, []), "script", "exec"), names)
    return names


def is_wanted(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef):
        return node.name in ("cosine", "one_cycle", "exponential", "ramp")
    if isinstance(node, ast.ClassDef):
        return node.name == "ScheduledRate"
    wanted = ("LEARNING_RATE", "SCHEDULE", "optimizer", "best", "callbacks")
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in wanted


@settings(max_examples=60, deadline=None)
@given(optimizers)
def test_an_optimizer_is_the_same_as_data_in_keras_and_in_the_script(saved: Run, optimizer: Any) -> None:
    data = optimizer.keras()
    built = build_optimizer(BASE.model_copy(update={"optimizer": optimizer}))
    printed = exported(saved, optimizer=optimizer)["optimizer"]
    assert type(built) is type(printed) is getattr(keras.optimizers, data.class_name)
    configs = [made.get_config() | {"name": ""} for made in (built, printed)]
    assert configs[0] == configs[1]
    rate = pytest.approx(optimizer.learning_rate, rel=1e-6)
    assert {key: configs[0][key] for key in data.config} == dict(data.config) | {"learning_rate": rate}
    assert (configs[0]["weight_decay"] or 0.0) == optimizer.weight_decay
    assert configs[0]["global_clipnorm"] == (optimizer.clip_norm or None)


@settings(max_examples=60, deadline=None)
@given(schedules, st.floats(1e-6, 100), st.integers(1, 5000), st.data())
def test_a_schedule_is_the_same_in_the_run_and_in_the_script(
    saved: Run, schedule: Any, peak: float, steps: int, data: st.DataObject
) -> None:
    names = exported(saved, schedule=schedule, optimizer=Adam(learning_rate=peak))
    kinds = [type(callback).__name__ for callback in names["callbacks"][2:]]
    if callback := schedule.callback():
        assert kinds == [callback.class_name]
        plateau = names["callbacks"][2]
        assert {key: getattr(plateau, key) for key in callback.config} == dict(callback.config)
        assert vars(made(callback)) | {"_model": None} == vars(plateau) | {"_model": None}
    elif schedule.formula:
        step, epoch = data.draw(st.integers(0, steps - 1)), data.draw(st.integers(0, 499))
        formula = names[schedule.formula.__name__]
        theirs = formula(step, steps, epoch, names["LEARNING_RATE"], **names["SCHEDULE"])
        assert theirs == schedule.rate(peak, step, steps, epoch)
        assert kinds == ["ScheduledRate"]
    else:
        assert kinds == []


def test_what_is_off_by_default_changes_no_optimizer_of_before() -> None:
    for kind in OPTIMIZERS.values():
        config = made(kind().keras()).get_config()
        assert config["weight_decay"] == (0.004 if kind is AdamW else None)
        assert config["global_clipnorm"] is None
    assert made(AdamW(weight_decay=0).keras()).get_config()["weight_decay"] == 0


BAD = [
    ({"optimizer": {"kind": "sgd", "weight_decay": -0.1}}, "“optimizer.weight_decay”"),
    ({"optimizer": {"kind": "nadam", "clip_norm": -1}}, "“optimizer.clip_norm”"),
    ({"optimizer": {"kind": "lion", "beta_1": 0}}, "“optimizer.beta_1”"),
    ({"schedule": {"kind": "cosine", "warmup_share": 1}}, "“schedule.warmup_share”"),
    ({"schedule": {"kind": "exponential", "decay": 1}}, "“schedule.decay”"),
]


@pytest.mark.parametrize(("values", "place"), BAD)
def test_a_bad_value_costs_one_sentence_that_names_it(values: dict[str, Any], place: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse({"layers": [{"kind": "flatten"}]} | values)
    assert place in str(caught.value)
    assert str(caught.value).endswith(".")


def test_what_was_changed_is_said_in_the_words_of_the_fields() -> None:
    old = BASE.model_copy(update={"optimizer": Adam(), "schedule": Cosine()})
    new = BASE.model_copy(
        update={"optimizer": Adam(beta_1=0.8, clip_norm=1.0), "schedule": Cosine(warmup_share=0.1)}
    )
    assert changes(old, new) == ["β₁ 0.9 → 0.8", "gradient clipping 0 → 1", "warm-up share 0 → 0.1"]


def test_a_switch_is_swept_as_on_and_off_and_a_choice_in_the_words_of_its_field() -> None:
    layer = L.Dense(batch_norm="before", initial_weights="he")
    base = BASE.model_copy(update={"layers": (L.Flatten(), layer)})
    path = "layers.1.use_bias"
    assert settings_of(base)[path].options == (False, True)
    parameter = {"kind": "list", "path": path, "values": [True, False]}
    sweep = parse_sweep({"base": json.loads(base.to_json()), "parameters": [parameter], "sampler": "grid"})
    again = parse_sweep(sweep.model_dump_json())
    assert again == sweep
    assert {shown(values[path]) for values in again.grid()} == {"on", "off"}
    assert {apply(base, values).layers[1].use_bias for values in again.grid()} == {True, False}  # type: ignore[union-attr]
    assert shown("he") == "He"
    assert shown("leaky_relu") == "Leaky ReLU"


def test_a_sweep_offers_all_fields_of_the_kinds_at_hand_in_their_words() -> None:
    spec = BASE.model_copy(update={"optimizer": Lion(), "schedule": Exponential()})
    labels = {path: setting.label for path, setting in settings_of(spec).items()}
    assert labels["optimizer.weight_decay"] == "Lion: weight decay"
    assert labels["optimizer.clip_norm"] == "Lion: gradient clipping"
    assert labels["schedule.decay"] == "Exponential: factor per epoch"
    assert labels["early_stopping.patience"] == "Early stopping: patience"
    for owner, part in ((Lion, "optimizer"), (Exponential, "schedule")):
        assert {f"{part}.{name}" for name in controls(owner)} <= set(labels)
