"""The bundle's table of runs over other splits of the images: what each came to, a line a run.

One split of 42,000 images decides more about a validation accuracy than a seed does; the runs of other splits
are too many to come along whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import fmean

import pandas as pd

from core.home import BUNDLE
from core.model.experiments import Experiment
from core.runs.records import Run
from core.words import count, percent

FILE = "other-splits.csv"


@dataclass(frozen=True)
class OtherSplit:
    """What a run over another split than the first came to.

    Attributes:
        split: the `split_seed`, from 1 on.
        device: what it was trained on, "cpu" or "gpu".
        val_accuracy, test_accuracy: shares, with the weights that it keeps.
        seconds: of training.
    """

    experiment: str
    seed: int
    split: int
    device: str
    best_epoch: int
    val_accuracy: float
    test_accuracy: float
    seconds: float

    @classmethod
    def of(cls, experiment: str, seed: int, split: int, device: str, run: Run) -> "OtherSplit":
        """Return the line of a finished run."""
        assert run.results is not None
        results, seconds = run.results, round(run.progress.seconds, 1)
        scores = results.best_epoch, results.val_accuracy, results.test_accuracy
        return cls(experiment, seed, split, device, *scores, seconds)

    @property
    def key(self) -> tuple[str, int, int, str]:
        """What names the run."""
        return self.experiment, self.seed, self.split, self.device


def other_splits(folder: Path = BUNDLE) -> list[OtherSplit]:
    """Return the lines of the table, in order; none where there is no table."""
    path = folder / FILE
    if not path.exists():
        return []
    return [OtherSplit(*row) for row in pd.read_csv(path).itertuples(index=False, name=None)]


def told(experiment: Experiment, folder: Path = BUNDLE) -> str:
    """Return what came out over an experiment's other splits, in words; nothing where it has none."""
    if experiment.splits == 1:
        return ""
    rows: dict[tuple[int, str], list[OtherSplit]] = {}
    for run in other_splits(folder):
        if run.experiment == experiment.name:
            rows.setdefault((run.split, run.device), []).append(run)
    parts = [
        f"split {split}: validation {percent(fmean(run.val_accuracy for run in runs))}, test "
        f"{percent(fmean(run.test_accuracy for run in runs))} ({count(len(runs), 'seed')}, {device.upper()})"
        for (split, device), runs in rows.items()
    ]
    return "; ".join(parts)


def csv(runs: Iterable[OtherSplit]) -> str:
    """Return the table as CSV, in order."""
    rows: Sequence[OtherSplit] = sorted(runs, key=lambda run: run.key)
    table = pd.DataFrame([asdict(run) for run in rows], columns=[field.name for field in fields(OtherSplit)])
    return table.to_csv(index=False)
