"""`python -m benchmarks.pace`: measure what an epoch of each experiment takes, in turn, and write the table.

Each is trained as the dashboard does it, augmentation and validation included, for three short epochs on a
part of its images, several times over; the first epoch, in which Keras compiles, is left out.
"""

import os
import statistics
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pandas as pd

from benchmarks.machine import machine
from core.data import mnist
from core.data.prepare import prepare
from core.export.pace import FILE, WHOLE
from core.inference.loading import load_keras
from core.model.experiments import EXPERIMENTS, Experiment
from core.runs.status import Command

ROUNDS = 3
IMAGES = 30
"""Batches of them, for training and validation together."""


class _Nobody:
    """Who watches: nobody."""

    def command(self) -> Command:
        return Command.RUN

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def main() -> None:
    load_keras()
    times: dict[str, list[float]] = {name: [] for name in EXPERIMENTS}
    for _ in range(ROUNDS):
        for name, experiment in EXPERIMENTS.items():
            times[name].append(_epoch(experiment))
    unit = statistics.median(times[WHOLE])
    rows = [
        (name, *(f"{value / unit:.4f}" for value in (statistics.median(found), min(found), max(found))))
        for name, found in times.items()
    ]
    table = pd.DataFrame(rows, columns=["experiment", "time", "least", "most"])
    told = f"# An epoch's time against that of “{WHOLE}”: median, least and most of {ROUNDS}. {machine()}\n"
    FILE.write_text(told + table.to_csv(index=False), encoding="utf-8")
    print(table.to_string(index=False))


def _epoch(experiment: Experiment) -> float:
    """Return the seconds of one epoch on all images of an experiment, as two on a part of them say."""
    from core.training.fit import fit

    spec = experiment.spec
    images = IMAGES * spec.batch_size
    data = spec.data.model_copy(update={"images": images})
    short = spec.model_copy(update={"data": data, "epochs": 3})
    seconds = [point.seconds for point in fit(short, prepare(mnist.training(), data), _Nobody()).epochs]
    return (seconds[-1] - seconds[0]) / 2 * spec.data.images / images


if __name__ == "__main__":
    main()
