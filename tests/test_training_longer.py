"""A run that goes on where another ended equals one that was never interrupted, to the last digit."""

import io
import time
import zipfile
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.frames import from_bytes as frames_of
from core.data import mnist
from core.data.prepare import prepare
from core.errors import DataError, SpecError, StoreError
from core.export.archive import pack, unpack
from core.model.build import compile_model
from core.model.course import legs, longer, restarts, stages
from core.model.specs import Continuation, RunSpec, parse
from core.runs.artifacts import CHECKPOINT, FRAMES, VITALS
from core.runs.lineage import whole_epochs, why_not
from core.runs.records import BUNDLED, Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training.checkpoint import read
from core.training.fit import Fitted, fit
from core.training.job import run_job
from tests.test_training_fit import Notes

LAYERS = [
    {"kind": "conv2d", "filters": 3, "batch_norm": "before"},
    {"kind": "dropout", "rate": 0.3},
    {"kind": "max_pooling2d", "pool_size": 4},
    {"kind": "flatten"},
    {"kind": "dense", "units": 8},
]
ADAM = {"kind": "adam", "learning_rate": 0.01}
SPECS: dict[str, dict[str, Any]] = {
    "constant rate": {},
    "nadam, averages, doubling, exponential": {
        "optimizer": {"kind": "nadam"},
        "weight_averaging": {"momentum": 0.9},
        "batch_doublings": (1, 3),
        "schedule": {"kind": "exponential", "decay": 0.5},
    },
    "plateau": {"schedule": {"kind": "reduce_on_plateau", "patience": 1, "factor": 0.1}},
    "averages, last epoch": {"weight_averaging": {"momentum": 0.9}, "kept_epoch": "last"},
}


@pytest.fixture
def base(small_spec: RunSpec) -> RunSpec:
    more = {"layers": LAYERS, "optimizer": ADAM, "augmentation": {"rotation": 10}, "label_smoothing": 0.1}
    return changed(small_spec, **more)


def changed(spec: RunSpec, **values: Any) -> RunSpec:
    return RunSpec.model_validate(spec.model_dump() | values)


def trained(spec: RunSpec, start: bytes | None = None, notes: Notes | None = None) -> tuple[Fitted, Notes]:
    notes = notes or Notes()
    return fit(spec, prepare(mnist.training(), spec.data), notes, start), notes


def numbers(fitted: Fitted) -> list[tuple[float, ...]]:
    return [(p.epoch, p.step, p.loss, p.accuracy, p.val_loss, p.learning_rate) for p in fitted.epochs]


def checkpoint_of(fitted: Fitted) -> bytes:
    assert fitted.checkpoint is not None
    return fitted.checkpoint.to_bytes()


def assert_alike(one: Fitted, other: Fitted) -> None:
    for mine, others in zip(one.last_weights, other.last_weights, strict=True):
        np.testing.assert_array_equal(mine, others)
    for mine, others in zip(one.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, others)  # of the kept epoch


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("constant rate", marks=pytest.mark.slow),
        "nadam, averages, doubling, exponential",
        pytest.param("plateau", marks=pytest.mark.slow),
        pytest.param("averages, last epoch", marks=pytest.mark.slow),
    ],
)
def test_going_on_equals_training_through(base: RunSpec, name: str) -> None:
    spec = changed(base, **SPECS[name])
    first, before = trained(spec)
    second, after = trained(longer(spec, 2, 2), checkpoint_of(first))
    through, notes = trained(changed(spec, epochs=4))
    assert numbers(first) + numbers(second) == numbers(through)
    steps = [(p.step, p.loss, p.accuracy) for p in (*before.steps, *after.steps)]
    assert steps == [(p.step, p.loss, p.accuracy) for p in notes.steps]
    assert second.kept is not None
    assert through.kept is not None
    assert second.kept.epoch == through.kept.epoch
    assert_alike(second, through)
    assert after.epochs[0].seconds > before.epochs[-1].seconds
    assert after.progress[0].epoch == 3


@pytest.mark.slow
def test_a_stop_in_the_middle_of_an_epoch_goes_on_from_the_last_whole_one(base: RunSpec) -> None:
    spec = changed(base, weight_averaging={"momentum": 0.9}, epochs=3)
    stopped, _ = trained(spec, notes=Notes({15: Command.STOP}))
    assert [p.step for p in stopped.epochs] == [10, 14]
    assert stopped.checkpoint is not None
    assert (stopped.checkpoint.epoch, stopped.checkpoint.step) == (1, 10)
    second, _ = trained(longer(spec, 1, 2), checkpoint_of(stopped))
    through, _ = trained(spec)
    assert numbers(second) == numbers(through)[1:]
    assert_alike(second, through)


@pytest.mark.slow
def test_the_spec_of_a_continued_run_trained_from_scratch_gives_the_same_numbers(base: RunSpec) -> None:
    # Cosine over 5 epochs, stopped in the third, then a cosine of its own over two, then one more.
    spec = changed(base, schedule={"kind": "cosine"}, epochs=5)
    first, _ = trained(spec, notes=Notes({27: Command.STOP}))
    assert first.checkpoint is not None
    assert first.checkpoint.epoch == 2
    then = longer(spec, 2, 2)
    second, _ = trained(then, checkpoint_of(first))
    last = longer(then, 4, 1)
    third, _ = trained(last, checkpoint_of(second))
    assert last.continued == (Continuation(after=2, planned=5), Continuation(after=4, planned=4))
    through, _ = trained(last)
    assert numbers(first)[:2] + numbers(second) + numbers(third) == numbers(through)
    assert_alike(third, through)
    rates = [point.learning_rate for point in through.epochs]
    half = [0.01 * (1 + np.cos(np.pi * share)) / 2 for share in (9 / 50, 19 / 50, 9 / 20, 19 / 20, 9 / 10)]
    assert rates == pytest.approx(half, rel=1e-5)


@pytest.mark.slow
def test_a_run_that_ended_early_goes_on_and_its_patience_counts_anew(base: RunSpec) -> None:
    # A rate this small changes no float32 weight, so that no epoch improves on the first.
    still = {"kind": "sgd", "learning_rate": 1e-9}
    layers = [layer for layer in LAYERS if layer["kind"] != "dropout"]
    layers[0] = layers[0] | {"batch_norm": "none"}
    spec = changed(base, optimizer=still, epochs=9, layers=layers, early_stopping={"patience": 2})
    first, _ = trained(spec)
    assert len(first.epochs) == 3
    then = longer(spec, 3, 5)
    second, _ = trained(then, checkpoint_of(first))
    assert [point.epoch for point in second.epochs] == [4, 5, 6]
    assert "2 epochs" in second.message
    through, _ = trained(then)
    assert numbers(through) == numbers(first) + numbers(second)


@pytest.mark.slow
def test_a_stop_before_the_first_batch_keeps_the_best_weights_of_before(base: RunSpec) -> None:
    first, _ = trained(base)
    second, _ = trained(longer(base, 2, 2), checkpoint_of(first), Notes({1: Command.STOP}))
    assert second.kept is not None
    assert first.kept is not None
    if len(second.epochs) == 0 or second.kept.epoch <= 2:
        assert second.kept.epoch == first.kept.epoch
        for mine, others in zip(second.model.get_weights(), first.model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, others)


def test_a_checkpoint_of_another_network_or_a_damaged_one_costs_one_sentence(base: RunSpec) -> None:
    first, _ = trained(changed(base, epochs=1))
    content = checkpoint_of(first)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(info.filename.endswith(".npy") for info in archive.infolist())
    wider = compile_model(changed(base, layers=[*LAYERS[:-1], {"kind": "dense", "units": 9}]))
    other = compile_model(changed(base, optimizer={"kind": "sgd"}))
    for model in (wider, other):
        with pytest.raises(DataError, match=r"^The checkpoint .*\.$"):
            read(content, model)
    model = compile_model(base)
    for damaged in (content[:-100], b"", b"PK", content.replace(b"'<f4'", b"'|O8'"), shortened(content)):
        with pytest.raises(DataError, match=r"^The checkpoint .*: train"):
            read(damaged, model)
    with pytest.raises(DataError, match="is of epoch 1, expected 2 to 4"):
        trained(longer(base, 2, 2), content)


def shortened(content: bytes) -> bytes:
    """Return a checkpoint whose facts are none."""
    with np.load(io.BytesIO(content)) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    buffer = io.BytesIO()
    np.savez(buffer, **(kept | {"facts": np.frombuffer(b'{"epoch": 1}', np.uint8)}))
    return buffer.getvalue()


def test_a_checkpoint_holds_what_the_optimizer_holds_and_little_more(base: RunSpec) -> None:
    first, _ = trained(changed(base, epochs=1))
    weights = sum(weight.nbytes for weight in first.last_weights)
    assert 2.5 * weights < len(checkpoint_of(first)) < 3 * weights + 4_000  # Adam: weights and twice as much


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 9)), max_size=4), st.integers(1, 60))
@settings(deadline=None)
def test_stages_and_legs_cover_every_epoch_once(steps: list[tuple[int, int]], more: int) -> None:
    spec = RunSpec(layers=({"kind": "flatten"},), epochs=1, batch_doublings=(5, 17))  # type: ignore[arg-type]
    for n, unused in steps:
        spec = longer(spec.model_copy(update={"epochs": spec.epochs + unused}), spec.epochs, n)
    spec = longer(spec, spec.epochs, more)
    covered = [epoch for begin, end in stages(spec) for epoch in range(begin, end)]
    assert covered == list(range(spec.epochs))
    assert [begin for begin, _ in legs(spec)] == [0, *restarts(spec)]
    assert legs(spec)[-1][1] == spec.epochs
    assert all(begin < end for begin, end in stages(spec))
    assert parse(spec.to_json()) == spec


def test_more_epochs_than_a_run_may_have_are_refused(base: RunSpec) -> None:
    assert longer(base, 2, 498).epochs == 500
    with pytest.raises(SpecError, match="at most 500 epochs, and this one has 2 already: choose fewer more"):
        longer(base, 2, 499)
    with pytest.raises(SpecError, match="in rising order"):
        parse(base.model_dump(mode="json") | {"continued": [{"after": 3, "planned": 2}]})


# --- in the store ----------------------------------------------------------------------------------


def ended(store: RunStore, spec: RunSpec, parent: Run | None = None) -> Run:
    run = store.create(spec, "net", parent=parent.id if parent else None)
    run_job(store, run.id)
    return store.get(run.id)


def test_a_continued_run_begins_with_the_history_of_its_parent_and_outlives_it(
    store: RunStore, base: RunSpec
) -> None:
    parent = ended(store, base)
    assert whole_epochs(parent, store.history(parent.id).epochs) == 2
    assert why_not(parent, store.artifact_names(parent.id)) == ""
    scheduled = store.create(longer(base, 2, 2), "longer", parent=parent.id)
    assert store.history(scheduled.id).epochs == store.history(parent.id).epochs
    store.delete([parent.id])
    time.sleep(0.01)
    run_job(store, scheduled.id)
    run = store.get(scheduled.id)
    assert (run.status, run.parent) == (RunStatus.FINISHED, parent.id)
    through = ended(store, changed(base, epochs=4))
    mine, whole = store.history(run.id), store.history(through.id)
    assert [(p.epoch, p.step, p.val_loss) for p in mine.epochs] == [
        (p.epoch, p.step, p.val_loss) for p in whole.epochs
    ]
    np.testing.assert_array_equal(mine.steps.loss, whole.steps.loss)
    assert (np.diff(mine.steps.seconds) >= 0).all()
    assert run.results == through.results
    frames = [frames_of(store.artifact(one.id, FRAMES) or b"") for one in (run, through)]
    assert [frame.epoch for frame in frames[0]] == [frame.epoch for frame in frames[1]]
    for one, other in zip(*frames, strict=True):
        np.testing.assert_array_equal(one.truth, other.truth)
    assert store.artifact(run.id, VITALS) == store.artifact(through.id, VITALS)
    again = ended(store, longer(run.spec, 4, 1), run)
    assert [point.epoch for point in store.history(again.id).epochs] == [1, 2, 3, 4, 5]


def test_what_cannot_go_on_says_why(store: RunStore, base: RunSpec) -> None:
    parent = ended(store, base)
    content = pack(store, parent.id)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if CHECKPOINT in name]
    imported = unpack(store, content)
    assert "was imported" in why_not(imported, store.artifact_names(imported.id))
    assert "came along" in why_not(replace(imported, owner=BUNDLED), [])
    with pytest.raises(StoreError, match="kept no checkpoint: train it anew"):
        store.create(longer(base, 2, 2), "longer", parent=imported.id)
    assert [run.id for run in store.runs()] == [imported.id, parent.id]  # nothing half was kept
    assert "kept no checkpoint" in why_not(parent, [])
    assert "still training" in why_not(store.create(base, "waits"), [CHECKPOINT])
    diverged = store.create(base, "wild")
    store.end(diverged.id, RunStatus.DIVERGED)
    assert "It diverged" in why_not(store.get(diverged.id), [CHECKPOINT])


def test_the_checkpoint_goes_with_its_run(
    store: RunStore, base: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.store.AT_LEAST_DELETED", 0)
    parent = store.create(base, "net")
    store.put_artifact(parent.id, CHECKPOINT, b"x")
    store.delete([parent.id])
    assert store.purge(-1) == 1
    assert store.artifact_names(parent.id) == []
