"""Fills a store to measure on, with finished runs: `python -m benchmarks.fill 1000 sqlite:////path/runs.sqlite`.

The runs are invented but whole: specs that differ, curves, and predictions on the images they would have
been validated and tested on.
"""

import hashlib
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.classes.task import Task
from core.data import mnist
from core.data.prepare import split
from core.model.presets import PRESETS
from core.model.specs import Data, RunSpec, parse
from core.runs.artifacts import TEST, VALIDATION
from core.runs.records import EpochPoint, Progress, Results, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.sweeps.paths import apply
from core.sweeps.search import propose
from core.sweeps.space import Range, Sweep
from core.sweeps.trials import trials

BASES = ("quick-start", "mlp", "lenet-5", "2conv2d-bn-rmsprop", "final")
EPOCHS, STEPS = 12, 600
ANSWERS = 10
"""So many networks' answers are invented, and runs get them in turn: inventing takes longer than saving."""
TRIALS, PUPILS = 20, 30


def names(store: RunStore, count: int) -> None:
    """Save so many invented runs without curves and predictions, which a table of runs does not read."""
    random = np.random.default_rng(0)
    for number in range(count):
        run_id, accuracy = _created(store, number, random), 1 - 0.1 * random.random()
        store.end(run_id, RunStatus.FINISHED, results=_results(accuracy))


def fill(store: RunStore, count: int, seed: int = 0) -> list[str]:
    """Save so many invented runs and return their ids, the oldest first."""
    random = np.random.default_rng(seed)
    told = [_Told.invented(random) for _ in range(min(count, ANSWERS))]
    ids = [_created(store, number, random) for number in range(count)]
    for number, run_id in enumerate(ids):
        told[number % ANSWERS].save(store, run_id)
        store.set_tags(run_id, [f"lesson {number % 7}"])
    return ids


def swept(store: RunStore, owner: str) -> str:
    """Save a sweep over the learning rate whose runs have ended, and return its id."""
    rate = Range(path="optimizer.learning_rate", low=1e-4, high=1e-1, log=True)
    sweep = Sweep(base=PRESETS["mlp"].spec, parameters=(rate,), runs=TRIALS)
    group = store.create_group("sweep", "Rates", sweep.model_dump(mode="json"), owner)
    for number in range(TRIALS):
        values = propose(sweep, trials(sweep, store.runs(group.id)))
        assert values is not None, "a rate is always left"
        run = store.create(apply(sweep.base, values), f"Rates · run {number + 1}", group_id=group.id)
        _end(store, run.id, 0.95 - number / 1000)
    store.end_group(group.id, "finished")
    return group.id


def taught(store: RunStore, teacher: str) -> str:
    """Save a class whose pupils have each ended a run, and return its id."""
    task = Task(accuracy=0.9, epochs=12, parameters=100_000)
    lesson = store.create_class("7b", task, teacher, "green giraffe")
    for number in range(PUPILS):
        owner = hashlib.sha256(f"pupil {number}".encode()).hexdigest()[:32]
        pupil = store.join(lesson.id, f"Pupil {number}", owner)
        run = store.create(PRESETS["quick-start"].spec, "mine", owner=owner, pupil=pupil.id)
        _end(store, run.id, 0.95 - number / 1000)
    return lesson.id


def _created(store: RunStore, number: int, random: np.random.Generator) -> str:
    name = BASES[number % len(BASES)]
    return store.create(_varied(PRESETS[name].spec, random), f"{PRESETS[name].title} {number}", name).id


def _end(store: RunStore, run_id: str, accuracy: float) -> None:
    """Have a run ended with an accuracy, without curves and predictions."""
    store.record(run_id, Progress("measuring", EPOCHS, STEPS, STEPS, 900.0, 2.5 * EPOCHS, 0.0), [], [])
    store.end(run_id, RunStatus.FINISHED, results=_results(accuracy))


def _results(accuracy: float) -> Results:
    return Results(EPOCHS, 0.1, accuracy, 4200, 0.1, accuracy, 10_000)


def _varied(spec: RunSpec, random: np.random.Generator) -> RunSpec:
    rate = float(spec.optimizer.learning_rate * 2.0 ** random.integers(-3, 3))
    values = spec.model_dump() | {"seed": int(random.integers(5)), "data": Data().model_dump()}
    values["optimizer"]["learning_rate"] = rate
    return parse(values)


def invented(
    index: NDArray[np.int64], labels: NDArray[np.uint8], skill: float, random: np.random.Generator
) -> Predictions:
    """Return random probabilities that favour the truth the more, the greater `skill` is."""
    logits = random.normal(size=(len(labels), 10))
    logits[np.arange(len(labels)), labels] += 2 * skill
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return Predictions(index, labels, p.astype(np.float32))


@dataclass(frozen=True)
class _Told:
    """What a run that was never trained has to tell."""

    points: tuple[list[StepPoint], list[EpochPoint]]
    validation: bytes
    test: bytes
    results: Results

    @classmethod
    def invented(cls, random: np.random.Generator) -> "_Told":
        skill, training, test = 2 + random.random(), mnist.training(), mnist.test()
        _, index = split(training.labels, Data())
        seen = invented(index, training.labels[index], skill, random)
        unseen = invented(np.arange(len(test.labels)), test.labels, skill, random)
        steps = [StepPoint(n, 2.3 / n**0.5, 1 - 0.9 / n**0.5, n / 20) for n in range(1, STEPS + 1)]
        epochs = [_epoch(n, skill) for n in range(1, EPOCHS + 1)]
        how = ((said.loss, said.accuracy, len(said.labels)) for said in (seen, unseen))
        results = Results(EPOCHS, *next(how), *next(how))
        return cls((steps, epochs), seen.to_bytes(), unseen.to_bytes(), results)

    def save(self, store: RunStore, run_id: str) -> None:
        progress = Progress("measuring", EPOCHS, STEPS // EPOCHS, STEPS // EPOCHS, 900.0, 2.5 * EPOCHS, 0.0)
        store.record(run_id, progress, *self.points)
        store.put_artifact(run_id, VALIDATION, self.validation)
        store.put_artifact(run_id, TEST, self.test)
        store.describe_data(run_id, {"name": "MNIST", "fingerprint": mnist.training().fingerprint})
        store.end(run_id, RunStatus.FINISHED, results=self.results)


def _epoch(n: int, skill: float) -> EpochPoint:
    step, seconds = n * STEPS // EPOCHS, 2.5 * n
    return EpochPoint(n, step, 2 / n / skill, 1 - 0.3 / n, 2.2 / n / skill, 1 - 0.35 / n, 1e-3, seconds)


if __name__ == "__main__":
    fill(RunStore(sys.argv[2]), int(sys.argv[1]))
