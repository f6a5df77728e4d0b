"""Networks of one experiment that answer as one: the mean of the probabilities that came along."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from core.analysis.predictions import Predictions
from core.export.bundle import files
from core.home import BUNDLE
from core.model.experiments import EXPERIMENTS
from core.runs.artifacts import TEST, VALIDATION
from core.words import percent


@dataclass(frozen=True)
class Together:
    """What all networks of an experiment came to together.

    Attributes:
        networks: how many, one a seed.
        val_accuracy, test_accuracy: shares.
    """

    networks: int
    val_accuracy: float
    test_accuracy: float

    def __str__(self) -> str:
        return (
            f"{self.networks} networks answer as one, by the mean of their probabilities: validation "
            f"{percent(self.val_accuracy)}, test {percent(self.test_accuracy)}"
        )


@lru_cache(maxsize=16)
def together(name: str, folder: Path = BUNDLE) -> Together | None:
    """Return what the networks of an experiment came to together, or None where that is not asked."""
    if not EXPERIMENTS[name].ensemble:
        return None
    paths = [path for path, experiment, _, _ in files(folder) if experiment.name == name]
    return Together(len(paths), _accuracy(paths, VALIDATION), _accuracy(paths, TEST)) if paths else None


def _accuracy(paths: Sequence[Path], part: str) -> float:
    """Return the accuracy of the mean over archives; all answer the same images."""
    answers = []
    for path in paths:
        with ZipFile(path) as archive:
            answers.append(Predictions.from_bytes(archive.read(f"artifacts/{part}")))
    mean = np.stack([one.probabilities for one in answers]).mean(axis=0, dtype=np.float64)
    return float((mean.argmax(axis=1) == answers[0].labels).mean())
