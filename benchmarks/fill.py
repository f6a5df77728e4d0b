"""Fills a store with finished runs to measure on: `python -m benchmarks.fill 1000 sqlite:////path/to/runs.sqlite`.

The runs are invented but whole: specs that differ, curves, and predictions on the images they would have
been validated and tested on.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.prepare import split
from core.model.presets import PRESETS
from core.model.specs import Data, RunSpec, parse
from core.runs.artifacts import TEST, VALIDATION
from core.runs.records import EpochPoint, Progress, Results, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore

BASES = ("quick-start", "mlp", "lenet-5", "2conv2d-bn-rmsprop", "final")
EPOCHS, STEPS = 12, 600


def names(store: RunStore, count: int) -> None:
    """Save so many invented runs without curves and predictions, which a table of runs does not read."""
    random = np.random.default_rng(0)
    for number in range(count):
        name = BASES[number % len(BASES)]
        run = store.create(_varied(PRESETS[name].spec, random), f"{PRESETS[name].title} {number}", name)
        accuracy = 1 - 0.1 * random.random()
        results = Results(EPOCHS, 0.1, accuracy, 4200, 0.1, accuracy, 10_000)
        store.end(run.id, RunStatus.FINISHED, results=results)


def fill(store: RunStore, count: int, seed: int = 0) -> list[str]:
    """Save so many invented runs and return their ids, the oldest first."""
    random = np.random.default_rng(seed)
    training, test = mnist.training(), mnist.test()
    _, index = split(training.labels, Data())
    ids = []
    for number in range(count):
        name = BASES[number % len(BASES)]
        run = store.create(_varied(PRESETS[name].spec, random), f"{PRESETS[name].title} {number}", name)
        skill = 2 + random.random()
        validation = invented(index, training.labels[index], skill, random)
        tested = invented(np.arange(len(test.labels)), test.labels, skill, random)
        _save(store, run.id, skill, validation, tested)
        store.set_tags(run.id, [f"lesson {number % 7}"])
        ids.append(run.id)
    return ids


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


def _epoch(n: int, skill: float) -> EpochPoint:
    step, seconds = n * STEPS // EPOCHS, 2.5 * n
    return EpochPoint(n, step, 2 / n / skill, 1 - 0.3 / n, 2.2 / n / skill, 1 - 0.35 / n, 1e-3, seconds)


def _save(store: RunStore, run_id: str, skill: float, validation: Predictions, test: Predictions) -> None:
    steps = [StepPoint(n, 2.3 / n**0.5, 1 - 0.9 / n**0.5, n / 20) for n in range(1, STEPS + 1)]
    epochs = [_epoch(n, skill) for n in range(1, EPOCHS + 1)]
    progress = Progress("measuring", EPOCHS, STEPS // EPOCHS, STEPS // EPOCHS, 900.0, 2.5 * EPOCHS, 0.0)
    store.record(run_id, progress, steps, epochs)
    store.put_artifact(run_id, VALIDATION, validation.to_bytes())
    store.put_artifact(run_id, TEST, test.to_bytes())
    validated = (validation.loss, validation.accuracy, len(validation.labels))
    tested = (test.loss, test.accuracy, len(test.labels))
    store.describe_data(run_id, {"name": "MNIST", "fingerprint": mnist.training().fingerprint})
    store.end(run_id, RunStatus.FINISHED, results=Results(EPOCHS, *validated, *tested))


if __name__ == "__main__":
    fill(RunStore(sys.argv[2]), int(sys.argv[1]))
