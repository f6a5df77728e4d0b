"""The runs that come along with the app: archives like any other, less what takes room.

Curves over batches are means over bins, and probabilities are rounded to three significant digits, and, but
for that of the true digit, which the loss is made of, down to whole ten-thousandths, so that small ones
become 0. Which digit is read, and so every count of errors, stays as it was.
"""

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.errors import StoreError, UserError
from core.export.archive import members_of, skim, unpack, zip_of
from core.export.manifest import ResultFacts
from core.home import BUNDLE
from core.inference.arrivals import Arrival, Claim
from core.model.experiments import EXPERIMENTS, Experiment
from core.runs.artifacts import FRAMES, MODEL, TEST, VALIDATION
from core.runs.records import BUNDLED, EpochPoint
from core.runs.store import RunStore

log = logging.getLogger(__name__)

STEP_POINTS = 300
SMALLEST = 1e-4
BEST = "fast-99-6"
"""The experiment with the best network that is bundled."""
COPIES = "copies"
"""The folder in the bundle with what networks say by copies of the images, a file named like each run's."""
_BITS = 11
"""Binary digits of a probability that are kept: a relative error below 1 in 2,000."""
_NAME = re.compile(r"(?P<experiment>.+)-seed(?P<seed>\d+)-(?P<device>cpu|gpu)\.zip")


@dataclass(frozen=True, eq=False)
class BundledRun:
    """What a bundled archive says of its run.

    Attributes:
        id: of the run in every store that took it over; it follows from the file's bytes.
        device: what it was trained on, "cpu" or "gpu".
        seconds: of training.
    """

    id: str
    experiment: Experiment
    seed: int
    device: str
    results: ResultFacts
    epochs: tuple[EpochPoint, ...]
    seconds: float

    @property
    def val_accuracy(self) -> float:
        return self.results.val_accuracy

    @property
    def test_accuracy(self) -> float:
        return self.results.test_accuracy


def file_name(experiment: Experiment, seed: int, device: str) -> str:
    """Return what a run's file in the bundle is called."""
    return f"{experiment.name}-seed{seed}-{device}.zip"


def files(folder: Path = BUNDLE) -> list[tuple[Path, Experiment, int, str]]:
    """Return the bundled archives with experiment, seed and device, in the experiments' order."""
    order = list(EXPERIMENTS)
    found = [(path, _NAME.fullmatch(path.name)) for path in folder.glob("*.zip")]
    known = [
        (path, EXPERIMENTS[m["experiment"]], int(m["seed"]), m["device"])
        for path, m in found
        if m and m["experiment"] in EXPERIMENTS
    ]
    return sorted(known, key=lambda one: (order.index(one[1].name), one[3], one[2]))


@lru_cache(maxsize=1)
def bundle(folder: Path = BUNDLE) -> tuple[BundledRun, ...]:
    """Return what the bundled archives say, read from their own tables alone: quick.

    Raises:
        DataError: one of them is damaged.
    """
    return tuple(_read(*one) for one in files(folder))


def showcase() -> dict[str, int]:
    """Return the place of each bundled run, by id: first those with weights, the best before the small."""
    order = (BEST, "quick-start")
    first = sorted(
        (run for run in bundle() if run.experiment.with_weights and run.seed == 0),
        key=lambda run: order.index(run.experiment.name),
    )
    return {run.id: place for place, run in enumerate(dict.fromkeys([*first, *bundle()]))}


def _read(path: Path, experiment: Experiment, seed: int, device: str) -> BundledRun:
    content = path.read_bytes()
    manifest, epochs = skim(content, f"The bundled {path.name}")
    assert manifest.results is not None  # `reproduce` writes finished runs alone
    results, seconds = manifest.results, manifest.progress.seconds
    return BundledRun(run_id(content), experiment, seed, device, results, tuple(epochs), seconds)


def run_id(content: bytes) -> str:
    """Return the id of a bundled run: ten hexadecimal digits that follow from its archive."""
    return hashlib.blake2b(content, digest_size=5).hexdigest()


def bring(store: RunStore, folder: Path = BUNDLE) -> int:
    """Fill a new store, or one in which only the first of the runs found room, and return how many came.

    Where one was deleted on purpose, or the runs are another version's, nothing is done.

    Raises:
        StoreError: the store cannot be read.
    """
    here, there = store.bundled(), files(folder)
    cut_short = 0 < len(here) < len(there) and here == {
        run_id(path.read_bytes()) for path, *_ in there[: len(here)]
    }
    return fill(store, folder) if cut_short or store.is_new() else 0


def fill(store: RunStore, folder: Path = BUNDLE) -> int:
    """Take the bundled runs over into a store, those that are not in it, and return how many.

    The networks are the app's own, so they are kept as they are: a stranger's would be built anew. A file
    that cannot be taken over is logged. Where the store takes none (its disk is full, somebody holds it
    locked, another server does the same at this moment) the others are not tried: each would take as long.

    Raises:
        StoreError: the store cannot be read.
    """
    here, count = {run.id for run in store.runs()}, 0
    for path, *_ in files(folder):
        content = path.read_bytes()
        own = run_id(content)
        if own in here:
            continue
        try:
            unpack(store, content, BUNDLED, _trusted, own)
            count += 1
        except StoreError as error:
            log.warning("From the bundled run %s on all were left out: %s", path.name, error)
            break
        except UserError as error:
            log.warning("The bundled run %s was left out: %s", path.name, error)
    return count


def _trusted(_spec: str, model: bytes, _claims: Sequence[Claim]) -> Arrival:
    return Arrival(model, "")


def bundled(store: RunStore, run_id: str, frames: bool = False, model: bytes | None = None) -> bytes:
    """Return an ended run as a small zip.

    Args:
        frames: whether what it answered after each epoch goes along.
        model: the network that goes along, as the bytes of a `.keras` file, or None.

    Raises:
        DataError, StoreError: as in `archive.pack`.
    """
    members = members_of(store, run_id, STEP_POINTS)
    for name in (MODEL,) if frames else (MODEL, FRAMES):
        members.pop(f"artifacts/{name}", None)
    for name in (VALIDATION, TEST):
        if content := members.get(f"artifacts/{name}"):
            members[f"artifacts/{name}"] = rounded(Predictions.from_bytes(content)).to_bytes()
    if model is not None:
        members[f"artifacts/{MODEL}"] = model
    return zip_of(members)


def rounded(predictions: Predictions) -> Predictions:
    """Return predictions that take less room, with the same digits read."""
    exact = predictions.probabilities
    p = _shortened(exact)
    others = np.arange(10) != predictions.labels[:, None]
    p[others] = SMALLEST * np.floor(p[others] / SMALLEST)
    changed = p.argmax(axis=1) != predictions.predicted  # of two that were as good as equal
    p[changed] = exact[changed]
    return Predictions(predictions.index, predictions.labels, p)


def _shortened(values: NDArray[np.float32]) -> NDArray[np.float32]:
    mantissa, exponent = np.frexp(values)
    shortened: NDArray[np.float32] = np.ldexp(np.round(mantissa * 2**_BITS) / 2**_BITS, exponent)
    return shortened.astype(np.float32)
