"""Networks of one experiment that answer as one, and each of them about copies of the images too.

Both are means of probabilities, and come from what is bundled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from core.analysis.predictions import Predictions
from core.analysis.significance import Spread, spread
from core.export.bundle import COPIES, files
from core.home import BUNDLE
from core.model.experiments import EXPERIMENTS
from core.runs.artifacts import TEST, VALIDATION
from core.words import count, percent


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


@dataclass(frozen=True)
class WithCopies:
    """What an experiment's networks come to where the mean over changed copies of each image counts.

    Attributes:
        copies: of each image, beside the image itself.
        validation, test: the networks' accuracies.
        ensemble: all networks together.
    """

    copies: int
    validation: Spread
    test: Spread
    ensemble: Together

    def __str__(self) -> str:
        return (
            f"each asked about {self.copies} changed copies of each image as well (*Copies* under Results), "
            f"by the mean of the probabilities: validation {_over(self.validation)}, test {_over(self.test)} "
            f"({count(self.ensemble.networks, 'seed')}); so asked, {self.ensemble}"
        )


@lru_cache(maxsize=16)
def with_copies(name: str, folder: Path = BUNDLE) -> WithCopies | None:
    """Return what an experiment's networks come to with copies, or None where that was not asked."""
    wanted = [path for path, one, _, _ in files(folder) if one.name == name and one.copies]
    paths = [beside for path in wanted if (beside := folder / COPIES / path.name).exists()]
    if not paths:
        return None
    validation, test = (spread([_accuracy([path], part) for path in paths]) for part in (VALIDATION, TEST))
    ensemble = Together(len(paths), _accuracy(paths, VALIDATION), _accuracy(paths, TEST))
    return WithCopies(EXPERIMENTS[name].copies, validation, test, ensemble)


def _over(values: Spread) -> str:
    known = f" [{percent(values.low)}, {percent(min(values.high, 1.0))}]" if values.low < values.high else ""
    return f"{percent(values.mean)}{known}"


def _accuracy(paths: Sequence[Path], part: str) -> float:
    """Return the accuracy of the mean over archives; all answer the same images."""
    answers = []
    for path in paths:
        with ZipFile(path) as archive:
            answers.append(Predictions.from_bytes(archive.read(f"artifacts/{part}")))
    mean = np.stack([one.probabilities for one in answers]).mean(axis=0, dtype=np.float64)
    return float((mean.argmax(axis=1) == answers[0].labels).mean())
