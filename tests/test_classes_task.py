"""What a class asks for: each rule against a configuration, and what pupils may touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.classes.settings import SETTINGS
from core.classes.sweeping import uncounted
from core.classes.task import Task, task
from core.errors import UserError
from core.model import layers as L
from core.model.course import longer
from core.model.optimizers import SGD
from core.model.presets import PRESETS
from core.model.shapes import network_cost
from core.model.specs import RunSpec, parse
from core.sweeps.paths import apply
from core.sweeps.settings import settings
from core.sweeps.space import Choices, Range, Sweep

QUICK = PRESETS["quick-start"].spec
ISSUE = Task(accuracy=0.985, parameters=50_000, epochs=3)


def said(asked: Task, spec: RunSpec, minutes: float | None = None) -> dict[str, bool | None]:
    return {check.sentence: check.kept for check in asked.checks(spec, minutes)}


def test_every_field_of_a_configuration_is_in_one_group_of_settings() -> None:
    fields = [field for group in SETTINGS.values() for field in group.fields]
    assert sorted(fields) == sorted(RunSpec.model_fields)


def test_what_is_asked_is_said_in_one_sentence() -> None:
    assert ISSUE.sentence() == (
        "Reach at least 98.5% on the validation images with under 50,000 parameters and at most 3 epochs."
    )
    assert Task(accuracy=0.9).sentence() == "Reach at least 90% on the validation images."
    every = Task(accuracy=0.99, parameters=9, epochs=1, minutes=0.5, images=10_000)
    assert every.sentence().endswith(
        "with under 9 parameters, at most 1 epoch, at most 0.5 minutes of training and at most 10,000 images."
    )


def test_a_draft_hears_of_each_rule_what_it_keeps() -> None:
    assert said(ISSUE, QUICK) == {
        "It is “Quick start”, changed only where the class allows it.": True,
        "46,730 parameters: the class asks for under 50,000.": True,
        "5 epochs: the class asks for at most 3.": False,
    }


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_begun_within_the_limits_where_pupils_may_touch_them(name: str) -> None:
    preset = PRESETS[name].spec
    assert Task().begun(preset) == preset
    asked = Task(epochs=1, images=100)
    begun = asked.begun(preset)
    assert (begun.epochs, begun.data.images) == (1, 100)
    assert parse(begun.model_dump()) == begun
    assert not asked.broken(begun)
    assert Task(epochs=1, images=100, settings=("layers",)).begun(preset) == preset


def test_rules_that_nobody_could_keep_are_refused_with_what_to_do() -> None:
    few = Task(images=10_000, presets=("quick-start", "broken-on-purpose"), settings=("epochs", "layers"))
    assert few.stuck("quick-start") == ["42,000 images: the class asks for at most 10,000."]
    assert few.stuck("broken-on-purpose") == []
    few.check_possible()
    with pytest.raises(UserError, match=r"“Quick start” has 42,000 images: .* let pupils touch that setting"):
        few.model_copy(update={"presets": ("quick-start",)}).check_possible()
    small = Task(parameters=100, presets=("quick-start",), settings=("epochs",))
    with pytest.raises(UserError, match="46,730 parameters"):
        small.check_possible()
    small.model_copy(update={"settings": ("layers",)}).check_possible()


def test_minutes_are_known_once_it_was_trained() -> None:
    asked = Task(minutes=2)
    assert (
        said(asked, QUICK)["Minutes are known after the training: the class asks for at most 2 minutes."]
        is None
    )
    assert said(asked, QUICK, 1.999)["2 minutes of training: the class asks for at most 2 minutes."] is True
    assert said(asked, QUICK, 2.5)["2.5 minutes of training: the class asks for at most 2 minutes."] is False


def test_under_is_under_and_at_most_is_at_most() -> None:
    parameters = network_cost(QUICK.layers).parameters
    for limit, kept in ((parameters, False), (parameters + 1, True)):
        assert [check.kept for check in Task(parameters=limit).checks(QUICK)] == [True, kept]
    for name, value in (("epochs", QUICK.epochs), ("images", QUICK.data.images)):
        for limit, kept in ((value - 1, False), (value, True)):
            assert [check.kept for check in task({name: limit}).checks(QUICK)] == [True, kept]


def test_a_run_that_was_trained_longer_is_held_against_the_limit_with_all_its_epochs() -> None:
    asked = Task(epochs=7, presets=("quick-start",), settings=("epochs",))
    assert asked.broken(longer(QUICK, 5, 2)) == []
    assert asked.broken(longer(QUICK, 5, 3)) == ["8 epochs: the class asks for at most 7."]
    fixed = Task(presets=("quick-start",), settings=("more",))
    assert "leaves epochs, batch size" in fixed.broken(longer(QUICK, 5, 1))[0]


def test_only_what_the_class_leaves_to_pupils_may_differ_from_a_preset() -> None:
    asked = Task(presets=("quick-start", "mlp"), settings=("epochs", "augmentation"))
    assert asked.fixed == ("layers", "optimizer", "seed", "more", "data")
    longer = QUICK.model_copy(update={"epochs": 9, "batch_size": 32})
    assert asked.refusal(longer) is None
    assert asked.refusal(PRESETS["mlp"].spec) is None
    slower = longer.model_copy(update={"optimizer": SGD(), "seed": 3})
    assert asked.refusal(slower) == (
        "This class leaves optimizer and learning rate and the seed as the preset has them: choose one of "
        "its presets, the nearest is “Quick start”."
    )
    assert "the layers of the network" in str(asked.refusal(PRESETS["lenet-5"].spec))


@given(st.sets(st.sampled_from(sorted(SETTINGS))), st.sampled_from(sorted(SETTINGS)))
def test_a_change_is_refused_just_where_its_group_is_not_left_to_pupils(left: set[str], name: str) -> None:
    other = PRESETS["broken-on-purpose"].spec.model_copy(
        update={"seed": 7, "label_smoothing": 0.1, "augmentation": PRESETS["final"].spec.augmentation}
    )
    changed = QUICK.model_copy(update={f: getattr(other, f) for f in SETTINGS[name].fields})
    refused = Task(presets=("quick-start",), settings=tuple(left)).refusal(changed)
    assert (refused is None) == (name in left)
    assert refused is None or SETTINGS[name].title in refused


@pytest.mark.parametrize("free", SETTINGS)
def test_a_sweep_may_vary_just_what_is_not_refused_when_it_is_changed(free: str) -> None:
    asked = Task(presets=("quick-start",), settings=(free,))
    for path, setting in settings(QUICK).items():
        other = next(value for value in setting.options if value != setting.current)
        assert asked.leaves(path) == (asked.refusal(apply(QUICK, {path: other})) is None), path


def test_a_sweep_hears_how_many_of_its_runs_would_count() -> None:
    def heard(*epochs: int, limit: int = 3, base: RunSpec = QUICK) -> tuple[bool, str]:
        sizes = Range(path="batch_size", low=32, high=64, integer=True)
        sweep = Sweep(base=base, parameters=(Choices(path="epochs", values=epochs), sizes))
        return uncounted(Task(epochs=limit), sweep)

    assert heard(1, 3) == (False, "")  # though it starts from five epochs
    assert heard(3, 4) == (False, "4 epochs: the class asks for at most 3.")
    assert heard(4, 9) == (True, "4 epochs: the class asks for at most 3.")
    assert heard(4, 9, limit=9) == (False, "")


@given(
    st.builds(
        Task,
        accuracy=st.floats(0.01, 1),
        parameters=st.none() | st.integers(1, 10**9),
        epochs=st.none() | st.integers(1, 500),
        minutes=st.none() | st.floats(0.01, 1e6),
        images=st.none() | st.integers(2, 60_000),
        presets=st.lists(st.sampled_from(sorted(PRESETS)), min_size=1, unique=True).map(tuple),
        settings=st.lists(st.sampled_from(sorted(SETTINGS)), unique=True).map(tuple),
        sweeps=st.booleans(),
    )
)
def test_a_task_is_the_same_after_the_store(asked: Task) -> None:
    assert task(asked.model_dump(mode="json")) == asked
    assert asked.sentence().count(".") >= 1


def test_what_no_class_can_ask_for_is_one_sentence() -> None:
    for values, words in (
        ({"presets": ()}, "at least one preset"),
        ({"presets": ("gone",)}, "at least one preset"),
        ({"accuracy": 1.5}, "accuracy"),
        ({"epochs": 0}, "epochs"),
    ):
        with pytest.raises(UserError, match=words) as refused:
            task(values)
        assert "\n" not in str(refused.value)
    assert task({"presets": ("gone", "mlp"), "settings": ("gone",)}) == Task(presets=("mlp",), settings=())


def test_a_network_of_many_layers_is_held_against_the_parameters_it_has() -> None:
    wide = QUICK.model_copy(update={"layers": (L.Flatten(), L.Dense(units=64))})
    assert said(ISSUE, wide)["50,890 parameters: the class asks for under 50,000."] is False
