"""Which weights a run keeps: those of its best epoch, or of its last; the training itself is the same."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.compared import head_start
from core.inference.submission import flattered
from core.model import layers as L
from core.model.build import compile_model
from core.model.changes import changes
from core.model.link import from_link, to_link
from core.model.optimizers import SGD
from core.model.schedules import Cosine, ReduceOnPlateau
from core.model.specs import Data, EarlyStopping, KeptEpoch, RunSpec, parse
from core.runs.kept import kept_weights
from core.runs.records import EpochPoint, Results, kept_epoch
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.sweeps.settings import settings as varied
from core.sweeps.space import Choices, Sweep
from core.sweeps.trials import trials
from core.training.callbacks import Recorder
from tests.test_training_fit import Notes, run

STILL = SGD(learning_rate=1e-9)
"""A rate so small changes no float32 weight, so that no epoch is better than the first."""
LAST: dict[str, Any] = {"kept_epoch": "last"}


def point(epoch: int, val_loss: float, val_accuracy: float) -> EpochPoint:
    return EpochPoint(epoch, 10 * epoch, 1.0, 0.5, val_loss, val_accuracy, 0.001, float(epoch))


def test_the_last_epoch_is_kept_with_its_own_weights_and_the_training_is_the_same(
    small_spec: RunSpec,
) -> None:
    spec = small_spec.model_copy(update={"epochs": 3, "optimizer": SGD(learning_rate=0.5)})
    best, _, _ = run(spec)
    last, _, _ = run(spec.model_copy(update=LAST))
    assert [p.val_loss for p in last.epochs] == [p.val_loss for p in best.epochs]
    assert last.kept == last.epochs[-1]
    for kept, final, same in zip(last.model.get_weights(), last.last_weights, best.last_weights, strict=True):
        np.testing.assert_array_equal(kept, final)
        np.testing.assert_array_equal(final, same)


@pytest.mark.parametrize(("kept", "epoch"), [("best", 1), ("last", 3)])
def test_after_early_stopping_the_last_epoch_is_the_one_it_ended_with(
    small_spec: RunSpec, kept: KeptEpoch, epoch: int
) -> None:
    more = {"epochs": 9, "optimizer": STILL, "early_stopping": EarlyStopping(patience=2), "kept_epoch": kept}
    fitted, _, _ = run(small_spec.model_copy(update=more))
    assert len(fitted.epochs) == 3
    assert fitted.kept is not None
    assert fitted.kept.epoch == epoch


class StoppedIn(Notes):
    """Asks to stop after the fifth batch of the second epoch."""

    def command(self) -> Command:
        return Command.STOP if len(self.steps) == 15 else Command.RUN


@pytest.mark.parametrize(
    ("kept", "step", "said"), [("best", 10, "the best weights until then"), ("last", 15, "the last weights")]
)
def test_a_stop_keeps_what_there_is_then_or_what_was_best(
    small_spec: RunSpec, kept: KeptEpoch, step: int, said: str
) -> None:
    fitted, _, _ = run(small_spec.model_copy(update={"optimizer": STILL, "kept_epoch": kept}), StoppedIn())
    assert fitted.status is RunStatus.STOPPED
    assert [p.step for p in fitted.epochs] == [10, 15]
    assert fitted.kept is not None
    assert fitted.kept.step == step
    assert fitted.message.endswith(f"{said} are kept.")


scores = st.tuples(st.sampled_from([math.nan, 0.1, 0.2, 0.3]), st.sampled_from([0.5, 0.8, 0.9]))


@settings(max_examples=40, deadline=None)
@given(st.lists(scores, max_size=8), st.sampled_from(["best", "last"]), st.integers(0, 8))
def test_what_is_kept_while_it_trains_is_what_a_look_back_says(
    measured: list[tuple[float, float]], kept: KeptEpoch, resumed: int
) -> None:
    spec = RunSpec(layers=(L.Flatten(),), data=Data(images=300), epochs=9, batch_size=64, kept_epoch=kept)
    epochs = [point(n, *one) for n, one in enumerate(measured, start=1)]
    recorder = _recorder(spec)
    for place, told in enumerate(epochs):
        if place == resumed:  # as after a checkpoint
            recorder = _recorder(spec, (place, 10 * place, 1.0), recorder.kept, recorder.kept_weights)
        recorder.on_epoch_begin(place)
        recorder.add_epoch(told.loss, told.accuracy, told.val_loss, told.val_accuracy)
    finite = [one for one in epochs if math.isfinite(one.val_loss)]
    wanted = kept_epoch(finite, kept)
    assert (recorder.kept and recorder.kept.epoch) == (wanted and wanted.epoch)
    assert bool(recorder.kept_weights) == bool(finite)


def _recorder(spec: RunSpec, *begin: Any) -> Recorder:
    recorder = Recorder(spec, 270, Notes(), *begin)
    recorder.set_model(MODEL)
    return recorder


MODEL = compile_model(RunSpec(layers=(L.Flatten(),)))


def test_the_last_epoch_is_the_last_with_a_finite_loss() -> None:
    epochs = [point(1, 0.3, 0.9), point(2, 0.4, 0.8), point(3, math.nan, 0.1)]
    assert kept_epoch(epochs, "last") == epochs[1]
    assert kept_epoch(epochs, "best") == epochs[0]
    assert kept_epoch(epochs[2:], "last") is None
    assert kept_epoch([], "best") is None


def test_what_is_kept_is_said_with_the_results(store: RunStore, small_spec: RunSpec) -> None:
    saved = store.create(small_spec, "x")
    store.end(saved.id, RunStatus.FINISHED, "", Results(2, 0.1, 0.9, 120, 0.1, 0.9, 10_000))
    best = store.get(saved.id)
    last = replace(best, spec_json=small_spec.model_copy(update=LAST).to_json())
    assert kept_weights(best) == "epoch 2, the one with the highest validation accuracy"
    assert kept_weights(last) == "epoch 2, the last"
    assert kept_weights(replace(last, status=RunStatus.DIVERGED)) == "epoch 2, the last with a finite loss"


def test_a_living_trial_of_a_sweep_is_judged_by_the_epoch_it_would_keep(
    store: RunStore, small_spec: RunSpec
) -> None:
    saved = store.create(small_spec, "x")
    epochs = {saved.id: [point(1, 0.3, 0.9), point(2, 0.4, 0.8)]}
    sizes = Choices(path="batch_size", values=(32, 48))
    for kept, score in (("best", 0.9), ("last", 0.8)):
        base = small_spec.model_copy(update={"kept_epoch": kept})
        (trial,) = trials(Sweep(base=base, parameters=(sizes,)), [saved], epochs)
        assert (trial.score, trial.accuracy) == (score, score)


def test_what_was_saved_before_there_was_a_choice_keeps_the_best(small_spec: RunSpec) -> None:
    before = small_spec.model_dump(mode="json")
    del before["kept_epoch"]
    assert parse(before) == small_spec
    last = small_spec.model_copy(update=LAST)
    assert from_link(to_link(last)) == last
    assert changes(small_spec, last) == ["weights kept of the best epoch → of the last epoch"]
    assert "kept_epoch" not in varied(small_spec)


@pytest.mark.parametrize(
    ("more", "guided"),
    [
        ({}, True),
        (LAST, False),
        (LAST | {"schedule": Cosine()}, False),
        (LAST | {"schedule": ReduceOnPlateau()}, True),
        (LAST | {"early_stopping": EarlyStopping()}, True),
    ],
)
def test_validation_images_guide_a_run_that_chooses_ends_or_slows_by_them(
    small_spec: RunSpec, more: dict[str, Any], guided: bool
) -> None:
    assert small_spec.model_copy(update=more).is_guided is guided


def test_only_what_the_validation_images_chose_flatters(store: RunStore, small_spec: RunSpec) -> None:
    more = ({}, LAST, LAST | {"early_stopping": EarlyStopping()})
    best, last, early = (store.create(small_spec.model_copy(update=one), "x") for one in more)
    assert "The best epoch was chosen by these very images" in flattered([last, best])
    assert "decided when the training ended" in flattered([last, early])
    assert "chose no epoch" in flattered([last, last])
    assert "a head start" in str(head_start([best, last], "validation"))
    assert head_start([best, last], "test") is None
    assert head_start([last, early], "validation") is None
