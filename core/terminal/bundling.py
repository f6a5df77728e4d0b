"""The presentation's experiments, trained with several seeds and bundled; imports Keras.

Each round trains all experiments with one seed, so that a table can be read from the first round on. A run is
done once its file is in the bundle: whatever ended this process, `--resume` goes on from there.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.analysis.predictions import Predictions
from core.data import mnist
from core.errors import DataError
from core.export.archive import zip_of
from core.export.bundle import COPIES, bundled, file_name, rounded
from core.export.splits import FILE, OtherSplit, csv, other_splits
from core.inference.ensemble import ensemble
from core.inference.submission import named
from core.inference.weights import built
from core.model.build import build_model, model_bytes
from core.model.experiments import Experiment
from core.runs.artifacts import MODEL, TEST, VALIDATION
from core.runs.pools import load_pool
from core.runs.records import Run
from core.runs.rows import new_id
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.terminal.interrupts import stop_on_interrupt
from core.terminal.progress import progress_bar
from core.training.environment import device
from core.training.job import run_job

TAG = "presentation"


def bundle(store: RunStore, experiments: list[Experiment], seeds: int, folder: Path, resume: bool) -> int:
    """Train experiments and write one file a run; returns 1 where a run did not finish.

    Args:
        seeds: how many, from 0 on.
        resume: whether what has a file already is left alone.

    Raises:
        UserError: the folder cannot be written.
    """
    for planned in _plan(experiments, seeds, folder):
        if resume and planned.is_done():
            continue
        run = _trained(store, planned)
        if run.status is not RunStatus.FINISHED:
            print(f"{planned.name}: {run.status}. {run.message} Go on with --resume.", file=sys.stderr)
            return 1
        planned.keep(store, run)
        print(_told(planned.name, run), flush=True)
    return 0


def bundle_folder(path: Path) -> Path:
    """Return the folder at `path`, made if it is missing.

    Raises:
        DataError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path} cannot be made a folder: {error.strerror or error}.") from None
    return path


@dataclass(frozen=True)
class _Planned:
    """A run to be made, and where it goes: of the first split a file, of the others a line."""

    experiment: Experiment
    seed: int
    split: int
    folder: Path

    @property
    def name(self) -> str:
        name = file_name(self.experiment, self.seed, device())
        return f"{name} (split {self.split})" if self.split else name

    def is_done(self) -> bool:
        if not self.split:
            return (self.folder / self.name).exists()
        key = (self.experiment.name, self.seed, self.split, device())
        return any(one.key == key for one in other_splits(self.folder))

    def keep(self, store: RunStore, run: Run) -> None:
        assert run.results is not None  # it finished
        if self.split:
            done = OtherSplit.of(self.experiment.name, self.seed, self.split, device(), run)
            _write(self.folder / FILE, csv([*other_splits(self.folder), done]).encode())
            return
        if self.experiment.copies:
            beside = bundle_folder(self.folder / COPIES)
            _write(beside / self.name, _copied(store, run, self.experiment.copies))
        model = _model(store, run) if self.experiment.with_weights and self.seed == 0 else None
        _write(self.folder / self.name, bundled(store, run.id, frames=self.seed == 0, model=model))


def _plan(experiments: list[Experiment], seeds: int, folder: Path) -> Iterator[_Planned]:
    """Yield each run to be made; runs on another kind of device are runs of their own."""
    for seed in range(seeds):
        for experiment in experiments:
            for split in range(experiment.splits):
                yield _Planned(experiment, seed, split, folder)


def _trained(store: RunStore, planned: _Planned) -> Run:
    experiment, seed, split = planned.experiment, planned.seed, planned.split
    name = f"{experiment.title}, seed {seed}" + (f", split {split}" if split else "")
    run = store.create(experiment.run_spec(seed, split), name, holder=new_id())
    store.set_tags(run.id, [TAG])
    stop_on_interrupt(store, run.id)
    with progress_bar(store, run.id, hidden=not sys.stderr.isatty()):
        run_job(store, run.id)
    return store.get(run.id)


def _model(store: RunStore, run: Run) -> bytes:
    """Return a run's network without the state of its optimizer, from which only a training goes on."""
    content = store.artifact(run.id, MODEL)
    assert content is not None  # it finished
    plain = build_model(run.spec.layers)
    plain.set_weights(built(run.spec, content, f"The model of run {run.id}").get_weights())
    return model_bytes(plain)


def _copied(store: RunStore, run: Run, copies: int) -> bytes:
    """Return a zip of a run's predictions where each is the mean over the image and copies of it."""
    members, network = {}, named(store, run)
    for part, pool in ((VALIDATION, load_pool(store, run.spec.data.source)), (TEST, mnist.test())):
        content = store.artifact(run.id, part)
        assert content is not None  # it finished
        alone = Predictions.from_bytes(content)
        said = ensemble([network], pool.images[alone.index], copies)
        members[f"artifacts/{part}"] = rounded(replace(alone, probabilities=said)).to_bytes()
    return zip_of(members)


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none, so that what is there is done."""
    part = path.with_suffix(".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from None


def _told(name: str, run: Run) -> str:
    assert run.results is not None
    scores = f"validation {run.results.val_accuracy:.4f}  test {run.results.test_accuracy:.4f}"
    return f"{name:40} {scores}  weights of epoch {run.results.best_epoch}  {run.progress.seconds:,.0f} s"
