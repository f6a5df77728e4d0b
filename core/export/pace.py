"""How soon a network gets how good: its epochs from the bundled runs, what an epoch takes from a measurement.

`python -m benchmarks.pace` measures the epochs of all experiments in turn on one machine; times are shares
of what the presentation's final network takes for its 30 epochs there, as machines differ threefold.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from core.export.repeats import Repeats
from core.home import ASSETS
from core.model.experiments import EXPERIMENTS, Experiment
from core.model.shapes import network_cost

FILE = ASSETS / "epoch-times.csv"
WHOLE = "final"
"""The experiment whose training all times are a share of."""
LEVELS = (0.98, 0.99, 0.995)
"""Validation accuracies."""


@dataclass(frozen=True)
class Pace:
    """How soon a network gets how good.

    Attributes:
        parameters: of its network.
        epochs: after which the validation accuracy, in the mean over seeds, is first at each of `LEVELS`, or
            None if it never is.
        epoch_time: as a share of the whole training of `WHOLE`.
    """

    experiment: Experiment
    parameters: int
    epochs: tuple[int | None, ...]
    epoch_time: float

    @property
    def whole(self) -> float:
        """The time of its whole training, as a share of that of `WHOLE`."""
        return self.experiment.spec.epochs * self.epoch_time

    @property
    def times(self) -> list[float | None]:
        """The time to each of `LEVELS`, as such a share; None if it never gets there."""
        return [epochs and epochs * self.epoch_time for epochs in self.epochs]


def paces(found: Mapping[str, Repeats], file: Path = FILE) -> list[Pace]:
    """Return the pace of each experiment whose epochs were measured, in order; none without a measurement."""
    times = _epoch_times(file)
    whole = EXPERIMENTS[WHOLE].spec.epochs * times.get(WHOLE, 1.0)
    return [
        Pace(
            repeats.experiment,
            network_cost(repeats.experiment.spec.layers).parameters,
            tuple(_reached(repeats, level) for level in LEVELS),
            times[name] / whole,
        )
        for name, repeats in found.items()
        if name in times
    ]


def _epoch_times(file: Path) -> dict[str, float]:
    """Return the time of an epoch, by experiment, in any unit."""
    if not file.exists():
        return {}
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row["experiment"]: float(row["time"]) for row in csv.DictReader(lines)}


def _reached(repeats: Repeats, level: float) -> int | None:
    """Return the first epoch, counted from 1, after which the mean over seeds is at a level."""
    for epochs in zip(*(run.epochs for run in repeats.runs), strict=True):
        if fmean(point.val_accuracy for point in epochs) >= level:
            return int(epochs[0].epoch)
    return None
