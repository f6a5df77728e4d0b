"""The curve doctor finds what is in labelled curves, synthetic and real, and not its opposite."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.analysis.doctor import diagnose, main_epoch
from core.analysis.signs.findings import Finding, Kind, Severity
from core.analysis.signs.trends import early_stop
from core.analysis.units import LayerUnits, Units
from core.model import layers as L
from core.model.augmentations import Augmentation
from core.model.optimizers import SGD, Adam, Optimizer, RMSprop
from core.model.schedules import Cosine, Exponential, OneCycle, Schedule
from core.model.specs import Data, EarlyStopping, RunSpec, parse
from core.runs.records import EpochPoint, History, Steps
from core.runs.status import RunStatus

Floats = NDArray[np.float64]
HISTORIES = Path(__file__).parent / "histories"
NO_STEPS = Steps(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(3)))
BATCHES = 40


def spec_of(layers: tuple[L.Layer, ...] = (), optimizer: Optimizer | None = None, **more: object) -> RunSpec:
    values = {"layers": layers or (L.Flatten(), L.Dense()), "optimizer": optimizer or Adam(), "epochs": 200}
    return RunSpec(**values | more)  # type: ignore[arg-type]


def history(training: Floats, validation: Floats, rate: float = 0.001) -> History:
    """Return the epochs of two curves of losses, with the accuracy that usually goes with a loss."""
    pairs = zip(training, validation, strict=True)
    points = [
        EpochPoint(n, n * BATCHES, t, accuracy(t), v, accuracy(v), rate, float(n))
        for n, (t, v) in enumerate(pairs, start=1)
    ]
    return History(NO_STEPS, tuple(points))


def accuracy(loss: float) -> float:
    return max(0.1, math.exp(-loss)) if loss < 2.2 else 0.1


def kinds(findings: list[Finding]) -> set[Kind]:
    return {finding.kind for finding in findings}


# --- labelled synthetic histories -----------------------------------------------------------------


@dataclass(frozen=True)
class Label:
    """A kind of curves: how to make them, what must be found in them and what must not."""

    make: Callable[[np.random.Generator, int], tuple[Floats, Floats]]
    found: Kind
    absent: tuple[Kind, ...]
    least: int = 12
    spec: RunSpec = field(default_factory=spec_of)
    status: RunStatus = RunStatus.FINISHED


def noise(rng: np.random.Generator, count: int, size: float) -> Floats:
    return np.exp(rng.normal(0, size, count))


def falling(rng: np.random.Generator, count: int, floor: float = 0.05) -> Floats:
    """Return a loss that falls fast, then slowly, to about `floor`."""
    epoch = np.arange(count)
    return (floor + 1.2 * np.exp(-epoch / rng.uniform(1.0, 2.0))) * noise(rng, count, 0.01)


def healthy(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    training = falling(rng, count) + 0.2 * 0.96 ** np.arange(count)
    return training, training * rng.uniform(1.0, 1.3) * noise(rng, count, 0.01)


def over_fitting(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    turn = count // 3
    rise = rng.uniform(0.3, 1.5) * np.maximum(0, np.arange(count) - turn) / (count - turn)
    validation = (0.3 + 1.5 * np.exp(-np.arange(count) * 5 / turn)) * (1 + rise)
    training = 2 * np.exp(-np.arange(count) * 5 / count)
    return training * noise(rng, count, 0.02), validation * noise(rng, count, 0.03)


def oscillating(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    training = 0.3 + falling(rng, count)
    training[rng.choice(np.arange(5, count, 2), max(3, count // 5), replace=False)] *= rng.uniform(1.4, 3)
    return training, training * noise(rng, count, 0.1)


def exploding(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    training = falling(rng, count) + 0.4
    training[0] = 10 ** rng.uniform(1, 8)
    return training, training * noise(rng, count, 0.02)


def crawling(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    training = np.linspace(2.4, rng.uniform(1.2, 2.2), count) * noise(rng, count, 0.0005)
    return training, training * 1.005


def guessing(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    return tuple(math.log(10) * noise(rng, count, 0.001) for _ in range(2))  # type: ignore[return-value]


def flat_and_high(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    level = rng.uniform(0.5, 1.6)
    training = level + (2.3 - level) * np.exp(-np.arange(count) / 1.5)
    return training * noise(rng, count, 0.005), training * 1.05 * noise(rng, count, 0.01)


def unfinished(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    epoch = np.arange(count)
    training = 0.5 * rng.uniform(0.90, 0.95) ** epoch + 1.5 * np.exp(-epoch)
    return training * noise(rng, count, 0.01), training * 1.05 * noise(rng, count, 0.01)


def levelled_off(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    training, epoch = falling(rng, count), np.arange(count)
    validation = 0.15 + 1.2 * np.exp(-epoch) + 0.0005 * np.minimum(epoch, 12)
    return training, validation * noise(rng, count, 0.001)


def easier_validation(rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    training = 0.3 + falling(rng, count)
    return training, training * rng.uniform(0.4, 0.85) * noise(rng, count, 0.02)


TROUBLES = (
    Kind.DIVERGENCE,
    Kind.RATE_TOO_HIGH,
    Kind.RATE_TOO_LOW,
    Kind.STUCK_AT_CHANCE,
    Kind.OVER_FITTING,
    Kind.UNDER_FITTING,
)


def all_but(*kinds: Kind) -> tuple[Kind, ...]:
    return tuple(kind for kind in (*TROUBLES, Kind.HEALTHY) if kind not in kinds)


DEEP = spec_of((L.Flatten(), *[L.Dense(activation="sigmoid")] * 4), SGD())
AUGMENTED = spec_of((L.Flatten(), L.Dense(), L.Dropout()), augmentation=Augmentation(rotation=10))
LABELS: dict[str, Label] = {
    "healthy": Label(healthy, Kind.HEALTHY, TROUBLES),
    "over-fitting": Label(over_fitting, Kind.OVER_FITTING, all_but(Kind.OVER_FITTING), least=16),
    "oscillating": Label(oscillating, Kind.RATE_TOO_HIGH, (Kind.RATE_TOO_LOW, Kind.HEALTHY), least=14),
    "exploding": Label(exploding, Kind.RATE_TOO_HIGH, (Kind.RATE_TOO_LOW, Kind.HEALTHY)),
    "crawling": Label(crawling, Kind.RATE_TOO_LOW, all_but(Kind.RATE_TOO_LOW), least=5),
    "guessing": Label(guessing, Kind.STUCK_AT_CHANCE, all_but(Kind.STUCK_AT_CHANCE), least=6, spec=DEEP),
    "flat and high": Label(flat_and_high, Kind.UNDER_FITTING, all_but(Kind.UNDER_FITTING)),
    "unfinished": Label(unfinished, Kind.STILL_IMPROVING, (*TROUBLES, Kind.PLATEAU)),
    "levelled off": Label(levelled_off, Kind.PLATEAU, (*TROUBLES, Kind.STILL_IMPROVING), least=20),
    "easier validation": Label(easier_validation, Kind.VALIDATION_BETTER, TROUBLES[:5], spec=AUGMENTED),
}


@pytest.mark.parametrize("name", LABELS)
@given(seed=st.integers(0, 10_000), more=st.integers(0, 40))
@settings(max_examples=40, deadline=None, derandomize=True)  # noise may hide anything, once in thousands
def test_what_is_in_the_curves_is_found_and_its_opposite_is_not(name: str, seed: int, more: int) -> None:
    label = LABELS[name]
    curves = label.make(np.random.default_rng(seed), label.least + more)
    found = kinds(diagnose(label.spec, history(*curves), label.status))
    assert label.found in found
    assert not found & set(label.absent)


@pytest.mark.parametrize("schedule", [OneCycle(), Cosine(), Exponential(decay=0.9)], ids=lambda s: s.kind)
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_fall_that_a_planned_end_brings_about_is_no_sign_that_it_would_go_on(
    schedule: Schedule, share: float
) -> None:
    spec = spec_of(schedule=schedule, epochs=24)
    curves = history(*unfinished(np.random.default_rng(0), round(24 * share)))
    steps = 24 * BATCHES
    rates = [schedule.rate(0.001, e.step - 1, steps, e.epoch - 1) for e in curves.epochs]
    points = tuple(replace(e, learning_rate=r) for e, r in zip(curves.epochs, rates, strict=True))
    found = kinds(diagnose(spec, replace(curves, epochs=points), RunStatus.STOPPED))
    is_planned = schedule.kind != "exponential" and share == 1.0
    assert (Kind.STILL_IMPROVING in found) is not is_planned


@given(seed=st.integers(0, 10_000))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_onset_of_over_fitting_is_named_within_a_few_epochs(seed: int) -> None:
    curves = over_fitting(np.random.default_rng(seed), 36)
    (finding,) = [f for f in diagnose(spec_of(), history(*curves), RunStatus.FINISHED) if f.epoch]
    assert finding.epoch is not None
    assert abs(finding.epoch - 13) <= 6
    assert f"epoch {finding.epoch}" in finding.shows
    assert main_epoch([finding]) == (finding.epoch, "over-fitting")


@given(
    st.lists(st.tuples(*[st.floats(0, 1e9) | st.just(math.nan) | st.just(math.inf)] * 2), max_size=30),
    st.sampled_from(RunStatus),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_curves_get_an_answer_that_does_not_contradict_itself(
    losses: list[tuple[float, float]], status: RunStatus, normalised: bool
) -> None:
    spec = spec_of((L.Flatten(), L.Dense(batch_norm="before" if normalised else "none")))
    columns = np.array(losses, np.float64).reshape(-1, 2).T
    points = [
        EpochPoint(n, n * BATCHES, t, 0.5, v, 0.5, 0.001, 0.0) for n, (t, v) in enumerate(columns.T, start=1)
    ]
    findings = diagnose(spec, History(NO_STEPS, tuple(points)), status)
    assert findings
    assert len(kinds(findings)) == len(findings)
    assert len({Kind.HEALTHY, Kind.TOO_EARLY} & kinds(findings)) <= 1
    for opposites in (
        {Kind.RATE_TOO_HIGH, Kind.RATE_TOO_LOW},
        {Kind.OVER_FITTING, Kind.UNDER_FITTING},
        {Kind.OVER_FITTING, Kind.STILL_IMPROVING},
        {Kind.PLATEAU, Kind.STILL_IMPROVING},
        {Kind.HEALTHY, *TROUBLES},
    ):
        assert len(opposites & kinds(findings)) <= 1 or opposites >= set(TROUBLES)
    if kinds(findings) & set(TROUBLES):
        assert Kind.HEALTHY not in kinds(findings)


# --- real histories -------------------------------------------------------------------------------

REAL: dict[str, set[Kind]] = {
    "quick-start": {Kind.HEALTHY},
    "healthy-dense": {Kind.HEALTHY, Kind.STILL_IMPROVING},
    "healthy-batch-norm": {Kind.HEALTHY, Kind.STILL_IMPROVING, Kind.BATCH_NORM_WARM_UP},
    "still-improving": {Kind.HEALTHY, Kind.STILL_IMPROVING},
    "augmented": {Kind.HEALTHY, Kind.STILL_IMPROVING, Kind.VALIDATION_BETTER},
    "plateau": {Kind.PLATEAU},
    "over-fitting": {Kind.OVER_FITTING},
    "over-fitting-plateau": {Kind.OVER_FITTING},
    "over-fitting-batch-norm": {Kind.OVER_FITTING},
    "under-fitting": {Kind.UNDER_FITTING, Kind.DEAD_UNITS},
    "adam-too-low": {Kind.RATE_TOO_LOW},
    "adam-far-too-low": {Kind.RATE_TOO_LOW},
    "sgd-too-low": {Kind.RATE_TOO_LOW},
    "sgd-oscillates": {Kind.RATE_TOO_HIGH, Kind.DEAD_UNITS},
    "adam-oscillates": {Kind.RATE_TOO_HIGH, Kind.DEAD_UNITS, Kind.OVER_FITTING},
    "dead-units": {Kind.DEAD_UNITS, Kind.HEALTHY},
    "broken-on-purpose": {Kind.STUCK_AT_CHANCE},
    "relu-dies": {Kind.STUCK_AT_CHANCE, Kind.RATE_TOO_HIGH, Kind.DEAD_UNITS},
    "relu-dies-sgd": {Kind.STUCK_AT_CHANCE, Kind.RATE_TOO_HIGH, Kind.DEAD_UNITS},
    "tanh-saturates": {Kind.STUCK_AT_CHANCE, Kind.RATE_TOO_HIGH, Kind.DEAD_UNITS},
    "explodes": {Kind.STUCK_AT_CHANCE, Kind.RATE_TOO_HIGH, Kind.DEAD_UNITS},
    "diverges": {Kind.DIVERGENCE},
}
"""History in tests/histories (`make.py` trains it again) → all that is to be found in it."""


def recorded(name: str) -> tuple[RunSpec, History, RunStatus, Units | None]:
    value = json.loads((HISTORIES / f"{name}.json").read_text(encoding="utf-8"))
    columns = (np.array(value["steps"][key], np.float64) for key in ("loss", "accuracy", "seconds"))
    steps = Steps(np.array(value["steps"]["step"], np.int64), *columns)
    units = Units.model_validate(value["units"]) if value["units"] else None
    epochs = tuple(EpochPoint(**point) for point in value["epochs"])
    return parse(value["spec"]), History(steps, epochs), RunStatus(value["status"]), units


def test_every_recorded_history_has_a_label() -> None:
    assert {path.stem for path in HISTORIES.glob("*.json")} == set(REAL)


@pytest.mark.parametrize("name", REAL)
def test_real_runs_are_diagnosed_as_labelled(name: str) -> None:
    spec, curves, status, units = recorded(name)
    findings = diagnose(spec, curves, status, units)
    assert kinds(findings) == REAL[name]
    assert [f.severity for f in findings] == sorted((f.severity for f in findings), key=list(Severity).index)
    for finding in findings:
        assert finding.remedy or finding.severity not in (Severity.BAD, Severity.WARNING)
        if finding.remedy and finding.remedy.spec:
            assert finding.remedy.spec != spec
    without = kinds(diagnose(spec, curves, status))
    assert without - {Kind.RATE_TOO_HIGH} == REAL[name] - {Kind.DEAD_UNITS, Kind.RATE_TOO_HIGH}


@pytest.mark.parametrize("name", [name for name, found in REAL.items() if not found & set(TROUBLES)])
def test_a_sound_run_is_never_alarmed_at_while_it_lives(name: str) -> None:
    spec, curves, _, _ = recorded(name)
    for count in range(len(curves.epochs)):
        partial = replace(curves, epochs=curves.epochs[:count])
        for finding in diagnose(spec, partial, RunStatus.RUNNING):
            assert finding.severity in (Severity.NOTE, Severity.GOOD), (count, finding)


@pytest.mark.parametrize("name", [name for name, found in REAL.items() if found & set(TROUBLES)])
def test_a_broken_run_is_never_called_its_opposite_while_it_lives(name: str) -> None:
    spec, curves, _, _ = recorded(name)
    for count in range(len(curves.epochs)):
        found = kinds(diagnose(spec, replace(curves, epochs=curves.epochs[:count]), RunStatus.RUNNING))
        assert found & set(TROUBLES) <= REAL[name]


# --- what is said ---------------------------------------------------------------------------------


def the(kind: Kind, findings: list[Finding]) -> Finding:
    (found,) = [finding for finding in findings if finding.kind is kind]
    return found


def test_the_advice_for_vanishing_gradients_is_another_activation() -> None:
    found = the(Kind.STUCK_AT_CHANCE, diagnose(*recorded("broken-on-purpose")))
    assert "vanishing gradients" in found.shows
    assert found.remedy is not None
    assert found.remedy.spec is not None
    assert {layer.activation for layer in found.remedy.spec.layers[1:]} == {"relu"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "rate"), [("relu-dies", "from 1 to 0.001"), ("relu-dies-sgd", "from 0.5 to 0.1")]
)
def test_the_advice_for_units_that_died_at_once_is_a_lower_rate(name: str, rate: str) -> None:
    findings = diagnose(*recorded(name))
    for kind in REAL[name]:
        remedy = the(kind, findings).remedy
        assert remedy is not None
        assert rate in remedy.sentence
    assert "64 · ReLU" in the(Kind.DEAD_UNITS, findings).shows


@pytest.mark.parametrize(
    ("optimizer", "lower"),
    [(Adam(learning_rate=0.03), 0.001), (RMSprop(learning_rate=0.005), 0.001), (SGD(learning_rate=0.5), 0.1)],
)
def test_a_learning_rate_too_high_is_lowered_to_a_usual_one(optimizer: Optimizer, lower: float) -> None:
    curves = history(*oscillating(np.random.default_rng(1), 20))
    remedy = the(
        Kind.RATE_TOO_HIGH, diagnose(spec_of(optimizer=optimizer), curves, RunStatus.FINISHED)
    ).remedy
    assert remedy is not None
    assert remedy.spec is not None
    assert remedy.spec.optimizer.learning_rate == lower
    assert f"from {optimizer.learning_rate:g} to {lower:g}" in remedy.sentence


def test_over_fitting_that_keeps_its_accuracy_says_so() -> None:
    training, validation = over_fitting(np.random.default_rng(3), 30)
    curves = history(training, validation)
    points = tuple(replace(point, val_accuracy=0.9) for point in curves.epochs)
    found = the(Kind.OVER_FITTING, diagnose(spec_of(), replace(curves, epochs=points), RunStatus.FINISHED))
    assert "from 90.0% to 90.0%, which can go well even then" in found.shows


def test_over_fitting_matters_more_where_the_last_epoch_is_kept() -> None:
    curves = history(*over_fitting(np.random.default_rng(3), 30))
    for kept in ("best", "last"):
        found = the(Kind.OVER_FITTING, diagnose(spec_of(kept_epoch=kept), curves, RunStatus.FINISHED))
        assert ("keeps the weights of its last epoch" in found.shows) == (kept == "last")


@pytest.mark.parametrize(
    ("last", "kept", "status", "said"),
    [
        (0.95, "last", RunStatus.FINISHED, True),
        (0.95, "best", RunStatus.FINISHED, False),
        (0.95, "last", RunStatus.RUNNING, False),
        (0.979, "last", RunStatus.FINISHED, False),  # of 4,200 images, 0.4 points are what chance brings
    ],
)
def test_a_last_epoch_that_is_kept_and_worse_than_the_best_is_told(
    last: float, kept: str, status: RunStatus, said: bool
) -> None:
    losses = np.linspace(0.3, 0.1, 8)
    curves = history(losses, losses)
    points = [replace(one, val_accuracy=0.98) for one in curves.epochs[:-1]]
    points.append(replace(curves.epochs[-1], val_accuracy=last))
    found = diagnose(spec_of(kept_epoch=kept), replace(curves, epochs=tuple(points)), status)
    assert (Kind.LAST_WORSE in kinds(found)) is said
    for one in found:
        if one.kind is Kind.LAST_WORSE:
            assert "98.0% of the validation images right, the last one 95.0%" in one.shows
            assert one.remedy is not None
            assert one.remedy.spec is not None
            assert one.remedy.spec.kept_epoch == "best"


def test_validation_that_is_better_is_explained_by_what_the_spec_has() -> None:
    curves = history(*easier_validation(np.random.default_rng(0), 10))
    shown = {
        spec: the(Kind.VALIDATION_BETTER, diagnose(spec, curves, RunStatus.RUNNING)).shows
        for spec in (AUGMENTED, spec_of(), spec_of((L.Flatten(), L.Dense(batch_norm="after"))))
    }
    plain, normalised = list(shown.values())[1:]
    assert "dropout and augmentation act on training only" in shown[AUGMENTED]
    assert "dropout" not in plain
    assert "batch normalisation's noise acts on training only" in normalised
    assert all("means over the epoch" in text for text in shown.values())


def test_a_divergence_is_told_with_its_epoch_and_the_explosion_before_it() -> None:
    (finding,) = diagnose(*recorded("diverges"))
    assert (finding.epoch, finding.severity) == (1, Severity.BAD)
    assert "from 2.34" in finding.shows
    later = history(*healthy(np.random.default_rng(0), 4))
    lost = EpochPoint(5, 5 * BATCHES, math.nan, 0.1, math.nan, 0.1, 0.001, 5.0)
    (finding,) = diagnose(spec_of(), History(NO_STEPS, (*later.epochs, lost)), RunStatus.RUNNING)
    assert (finding.kind, finding.epoch) == (Kind.DIVERGENCE, 5)


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.STOPPED, RunStatus.FAILED])
def test_few_epochs_are_called_too_few(count: int, status: RunStatus) -> None:
    training, validation = healthy(np.random.default_rng(0), 5)
    (finding,) = diagnose(spec_of(), history(training[:count], validation[:count]), status)
    assert finding.kind is Kind.TOO_EARLY


def test_an_epoch_that_was_broken_off_does_not_count() -> None:
    whole = history(*unfinished(np.random.default_rng(0), 12))
    worse = EpochPoint(13, 12 * BATCHES + 3, 9.0, 0.1, 0.2, 0.9, 0.001, 13.0)
    with_it = diagnose(spec_of(), History(NO_STEPS, (*whole.epochs, worse)), RunStatus.STOPPED)
    assert with_it == diagnose(spec_of(), whole, RunStatus.STOPPED)


def test_a_warm_up_is_no_rate_too_low() -> None:
    curves = history(*crawling(np.random.default_rng(0), 6))
    rising = tuple(replace(p, learning_rate=1e-4 * p.epoch) for p in curves.epochs)
    spec = spec_of(schedule=OneCycle())
    assert Kind.RATE_TOO_LOW in kinds(diagnose(spec, curves, RunStatus.RUNNING))
    found = kinds(diagnose(spec, replace(curves, epochs=rising), RunStatus.RUNNING))
    assert Kind.RATE_TOO_LOW not in found


def test_jumps_that_have_long_ended_are_only_noted() -> None:
    training, validation = healthy(np.random.default_rng(0), 30)
    training[3] *= 4
    found = the(Kind.RATE_TOO_HIGH, diagnose(spec_of(), history(training, validation), RunStatus.FINISHED))
    assert (found.severity, found.epoch) == (Severity.NOTE, 4)
    assert "calm since" in found.shows


def test_early_stopping_that_is_on_leaves_no_plateau_to_report() -> None:
    curves = history(*levelled_off(np.random.default_rng(0), 30))
    stopping = spec_of(early_stopping=EarlyStopping(patience=20))
    assert Kind.PLATEAU in kinds(diagnose(spec_of(), curves, RunStatus.FINISHED))
    assert Kind.PLATEAU not in kinds(diagnose(stopping, curves, RunStatus.FINISHED))


@pytest.mark.parametrize("seed", range(5))
def test_the_epochs_saved_are_those_of_the_callback_itself(seed: int) -> None:
    losses = np.random.default_rng(seed).normal(1, 0.1, 40) + np.exp(-np.arange(40) / 5)
    callback = keras.callbacks.EarlyStopping(monitor="val_loss", patience=5)
    callback.set_model(keras.Sequential([keras.layers.Dense(1)]))
    callback.model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if callback.model.stop_training:
            break
    assert early_stop(losses, 5) == epoch


def test_counts_that_belong_to_no_layer_are_left_out() -> None:
    rows = tuple(LayerUnits(layer=place, units=4, dead=4) for place in (1, 2, 9))
    curves = history(*healthy(np.random.default_rng(0), 8))
    found = the(
        Kind.DEAD_UNITS,
        diagnose(spec_of(), curves, RunStatus.FINISHED, Units(images=100, last=rows, best=rows)),
    )
    assert "layer 2 (Dense 64 · ReLU): 4 of 4." in found.shows
    assert "layer 9" not in found.shows


def test_a_remedy_never_leaves_the_limits_of_a_spec() -> None:
    huge = spec_of((L.Flatten(), L.Dense(units=4096)), data=Data(images=500))
    curves = history(*flat_and_high(np.random.default_rng(0), 20))
    remedy = the(Kind.UNDER_FITTING, diagnose(huge, curves, RunStatus.FINISHED)).remedy
    assert remedy is not None
    assert remedy.spec is None
