"""One training from spec to kept weights, on a few hundred real images."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss

from core.analysis.film import Film
from core.analysis.frames import Frame
from core.analysis.vitals import Vitals
from core.data import mnist
from core.data.prepare import Prepared, prepare
from core.model import layers as L
from core.model.optimizers import SGD
from core.model.schedules import Cosine, Exponential, ReduceOnPlateau
from core.model.specs import EarlyStopping, RunSpec
from core.runs.records import EpochPoint, Progress, StepPoint
from core.runs.status import Command, RunStatus
from core.training.answers import predict
from core.training.callbacks import Diverged
from core.training.fit import Fitted, advice, fit


@dataclass
class Notes:
    """A watcher that writes everything down and asks for `commands` in turn, then for the last of them."""

    commands: dict[int, Command] = field(default_factory=dict)
    steps: list[StepPoint] = field(default_factory=list)
    epochs: list[EpochPoint] = field(default_factory=list)
    at_epochs: list[Progress] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    vitals: list[Vitals] = field(default_factory=list)
    pauses: list[bool] = field(default_factory=list)
    trained: list[RunStatus] = field(default_factory=list)
    calls: int = 0
    last: Command = Command.RUN

    def on_step(self, point: StepPoint, progress: Progress) -> None:
        self.steps.append(point)
        self.progress.append(progress)

    def on_epoch(self, point: EpochPoint, progress: Progress) -> None:
        self.epochs.append(point)
        self.at_epochs.append(progress)

    def on_progress(self, progress: Progress) -> None:
        self.progress.append(progress)

    def on_frame(self, frame: Frame) -> None:
        self.frames.append(frame)

    def on_film(self, film: Film) -> None: ...

    def on_vitals(self, vitals: Vitals) -> None:
        self.vitals.append(vitals)

    def on_kept(self, model: Any) -> None: ...

    def on_checkpoint(self, content: Callable[[], bytes]) -> None: ...

    def on_pause(self, paused: bool) -> None:
        self.pauses.append(paused)

    def on_trained(self, status: RunStatus, message: str) -> None:
        self.trained.append(status)

    def command(self) -> Command:
        self.calls += 1
        self.last = self.commands.get(self.calls, self.last)
        return self.last


@pytest.fixture(scope="module")
def pool() -> Any:
    return mnist.training()


def run(spec: RunSpec, notes: Notes | None = None) -> tuple[Fitted, Notes, Prepared]:
    notes = notes or Notes()
    data = prepare(mnist.training(), spec.data)
    return fit(spec, data, notes), notes, data


def test_the_same_seed_gives_the_same_metrics_and_another_seed_others(small_spec: RunSpec) -> None:
    moved = {"rotation": 10, "zoom": 0.1, "width_shift": 0.1, "height_shift": 0.1, "shear": 5, "elastic": 1}
    augmented = {"augmentation": moved | {"stroke": 0.5, "erasing": 0.3}}
    spec = small_spec.model_validate(small_spec.model_dump() | augmented)
    (first, notes, _), (second, again, _) = run(spec), run(spec)
    other, _, _ = run(spec.model_copy(update={"seed": 4}))
    assert [(p.loss, p.accuracy) for p in notes.steps] == [(p.loss, p.accuracy) for p in again.steps]
    assert [p.val_loss for p in first.epochs] == [p.val_loss for p in second.epochs]
    assert [p.val_loss for p in first.epochs] != [p.val_loss for p in other.epochs]


def test_every_batch_is_reported_and_batches_add_up_to_the_epoch(small_spec: RunSpec) -> None:
    fitted, notes, data = run(small_spec)
    batches = 10  # 480 images in batches of 48
    assert (len(data.x_train), [p.step for p in notes.steps]) == (480, list(range(1, 21)))
    for epoch in fitted.epochs:
        own = notes.steps[(epoch.epoch - 1) * batches : epoch.epoch * batches]
        assert np.mean([p.loss for p in own]) == pytest.approx(epoch.loss, rel=1e-4)
        assert np.mean([p.accuracy for p in own]) == pytest.approx(epoch.accuracy, rel=1e-4)
    assert notes.progress[-1].epoch == 2
    assert notes.trained == [RunStatus.FINISHED]


def test_the_last_smaller_batch_counts_by_its_images(small_spec: RunSpec) -> None:
    spec = small_spec.model_copy(update={"batch_size": 100, "epochs": 3})
    fitted, notes, _ = run(spec)
    weights = [100, 100, 100, 100, 80]
    assert np.average([p.loss for p in notes.steps[:5]], weights=weights) == pytest.approx(
        fitted.epochs[0].loss, rel=1e-4
    )
    for point, images in zip(notes.steps, 3 * weights, strict=True):
        right = point.accuracy * images
        assert right == pytest.approx(round(right), abs=1e-3), (
            "no batch has so large a share of its images right"
        )


def test_the_model_has_the_weights_of_its_best_epoch(small_spec: RunSpec) -> None:
    spec = small_spec.model_copy(update={"epochs": 4, "optimizer": SGD(learning_rate=0.5)})
    fitted, _, data = run(spec)
    assert fitted.kept is not None
    assert fitted.kept.val_accuracy == max(p.val_accuracy for p in fitted.epochs)
    probabilities = predict(fitted.model, data.x_val)
    assert (probabilities.argmax(1) == data.val_labels).mean() == pytest.approx(fitted.kept.val_accuracy)
    rows = probabilities.astype(np.float64) / probabilities.sum(1, keepdims=True, dtype=np.float64)
    assert log_loss(data.val_labels, rows, labels=range(10)) == pytest.approx(fitted.kept.val_loss, rel=1e-3)


def test_a_stop_ends_in_the_middle_of_an_epoch_and_keeps_what_was_learned(small_spec: RunSpec) -> None:
    fitted, notes, _ = run(small_spec, Notes({5: Command.STOP}))
    assert fitted.status is RunStatus.STOPPED
    assert "after 0 whole epochs and 5 batches" in fitted.message
    assert len(notes.steps) == 5
    assert notes.trained == [RunStatus.STOPPED]
    # The broken-off first epoch is measured, so that its weights count.
    assert [p.step for p in fitted.epochs] == [5]
    assert [(p.epoch, p.batch, p.batches) for p in notes.at_epochs] == [(1, 5, 10)]
    assert fitted.kept == fitted.epochs[0]


def test_a_stop_during_a_validation_ends_it(small_spec: RunSpec) -> None:
    fitted, _, _ = run(small_spec, Notes({11: Command.STOP}))  # ten batches, then the validation's first
    assert fitted.status is RunStatus.STOPPED
    assert [(p.epoch, p.step) for p in fitted.epochs] == [(1, 10)]


def test_a_pause_waits_and_changes_nothing_else(small_spec: RunSpec) -> None:
    plain, _, _ = run(small_spec)
    paused, notes, _ = run(small_spec, Notes({4: Command.PAUSE, 8: Command.RUN}))
    assert notes.pauses == [True, False]
    assert [p.val_loss for p in paused.epochs] == [p.val_loss for p in plain.epochs]
    gap = notes.steps[4].seconds - notes.steps[3].seconds
    assert gap < 0.3  # three polls of 0.1 s are left out of the training time


def test_a_stop_while_paused_is_obeyed(small_spec: RunSpec) -> None:
    fitted, notes, _ = run(small_spec, Notes({3: Command.PAUSE, 6: Command.STOP}))
    assert fitted.status is RunStatus.STOPPED
    assert notes.pauses == [True]
    assert len(notes.steps) == 3


def test_a_loss_that_is_no_number_ends_the_run_as_diverged_with_advice(small_spec: RunSpec) -> None:
    layers = (L.Conv2D(filters=4, activation="leaky_relu"), L.Flatten(), L.Dense(activation="leaky_relu"))
    spec = small_spec.model_copy(update={"layers": layers, "optimizer": SGD(learning_rate=10.0)})
    fitted, notes, _ = run(spec)
    assert (fitted.status, notes.trained) == (RunStatus.DIVERGED, [RunStatus.DIVERGED])
    assert "learning rate from 10 to 1 or less" in fitted.message
    assert f"epoch 1, batch {len(notes.steps) + 1}:" in fitted.message
    assert all(math.isfinite(point.loss) for point in notes.steps)


@pytest.mark.parametrize(("rate", "smaller"), [(100.0, "10"), (1.0, "0.1"), (0.5, "0.1"), (0.01, "0.001")])
def test_the_advice_names_a_smaller_learning_rate(small_spec: RunSpec, rate: float, smaller: str) -> None:
    spec = small_spec.model_copy(update={"optimizer": SGD(learning_rate=rate)})
    assert f"to {smaller} or less, or add batch normalisation" in advice(spec)
    assert float(smaller) < rate


def test_early_stopping_ends_early_and_says_so(small_spec: RunSpec) -> None:
    spec = small_spec.model_copy(
        update={
            "epochs": 30,
            "optimizer": SGD(learning_rate=1e-9),
            "early_stopping": EarlyStopping(patience=2),
        }
    )
    # A rate this small changes no float32 weight, so that no epoch improves on the first.
    fitted, _, _ = run(spec)
    assert len(fitted.epochs) == 3
    assert fitted.status is RunStatus.FINISHED
    assert "2 epochs" in fitted.message


def test_the_learning_rate_follows_its_schedule(small_spec: RunSpec) -> None:
    spec = small_spec.model_copy(update={"schedule": Cosine()})
    fitted, _, _ = run(spec)
    rates = [Cosine().rate(0.001, step, 20, epoch=0) for step in (9, 19)]
    assert [p.learning_rate for p in fitted.epochs] == pytest.approx(rates, rel=1e-5)


def test_an_exponential_schedule_multiplies_the_rate_after_every_epoch(small_spec: RunSpec) -> None:
    fitted, _, _ = run(small_spec.model_copy(update={"schedule": Exponential(decay=0.5), "epochs": 3}))
    assert [p.learning_rate for p in fitted.epochs] == pytest.approx([1e-3, 5e-4, 2.5e-4])


def test_a_plateau_reduces_the_learning_rate(small_spec: RunSpec) -> None:
    schedule = ReduceOnPlateau(factor=0.5, patience=1, min_learning_rate=0)
    spec = small_spec.model_copy(
        update={"optimizer": SGD(learning_rate=1e-9), "schedule": schedule, "epochs": 4}
    )
    fitted, _, _ = run(spec)
    assert [p.learning_rate for p in fitted.epochs] == pytest.approx([1e-9, 1e-9, 5e-10, 2.5e-10])


def test_a_long_run_reports_means_over_several_batches(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.callbacks.MAX_STEP_POINTS", 5)
    fitted, notes, _ = run(small_spec)
    assert [p.step for p in notes.steps] == [4, 8, 12, 16, 20]
    assert math.isfinite(notes.steps[2].loss)  # the bin that spans two epochs holds the second's part
    assert fitted.epochs[-1].step == 20


def test_divergence_is_told_with_epoch_and_batch() -> None:
    assert "epoch 2, batch 7" in str(Diverged(2, 7))


def test_a_network_without_batch_norm_keeps_no_state_between_runs(small_spec: RunSpec) -> None:
    spec = small_spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=8)), "epochs": 1})
    first, _, _ = run(spec)
    second, _, _ = run(spec)
    for one, two in zip(first.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
