"""What the store gives and takes, as frozen values. Times are Unix seconds, durations seconds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.course import epoch_ends
from core.model.specs import KeptEpoch, RunSpec, parse
from core.runs.status import Command, RunStatus

BUNDLED = "bundled"
"""The owner of the runs that come along with the app: no browser's, so nobody changes them."""


@dataclass(frozen=True)
class StepPoint:
    """One training batch: `step` counts batches from 1 over the whole run."""

    step: int
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class EpochPoint:
    """One epoch, counted from 1; training values are means over its batches, dropout included.

    `step` is the last step of the epoch, `seconds` the training time until its end, pauses left out.
    """

    epoch: int
    step: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a living run is right now; `epoch` and `batch` are those under way, counted from 1."""

    stage: str = "waiting"
    epoch: int = 0
    batch: int = 0
    batches: int = 0
    images_per_second: float = 0.0
    seconds: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True)
class Results:
    """The headline numbers of the weights that a run keeps, and what they were measured on.

    Attributes:
        best_epoch: whose weights these are: the best epoch, or the last where the spec keeps that one. Saved
            runs and archives know it by this name.
    """

    best_epoch: int
    val_loss: float
    val_accuracy: float
    val_images: int
    test_loss: float
    test_accuracy: float
    test_images: int


@dataclass(frozen=True)
class Run:
    """One saved run, without its curves and artifacts.

    Attributes:
        number: counts the runs of a store from 1; None for one that an earlier version saved, or that came
            along with the app.
        owner: who may change it (`pages/shared/visitor.py`); None: everybody.
        group_id: the `Group` it belongs to, if any.
        imported_at: when its archive came in; None for a run that was trained into this store.
        note: what its owner wrote about it (`core.notes`); "" if nothing.
        parent: the run that this one continues, by id; it may be gone.
        pinned: whether it stays where runs grow old (`core.host.Limits.days`); None is no.
        doubt: a sentence if an imported network does not give the predictions that came along, else empty.
        holder: the word by which a worker holds it, or None; an ended run keeps the last one.
    """

    id: str
    number: int | None
    name: str
    preset: str | None
    owner: str | None
    group_id: str | None
    tags: tuple[str, ...]
    status: RunStatus
    message: str
    command: Command
    spec_json: str
    created_at: float
    started_at: float | None
    ended_at: float | None
    heartbeat_at: float
    progress: Progress
    parameters: int
    results: Results | None = None
    data: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    imported_at: float | None = None
    doubt: str | None = None
    note: str = ""
    parent: str | None = None
    pinned: int | None = None
    holder: str | None = None

    @cached_property
    def spec(self) -> RunSpec:
        return _parsed(self.spec_json)

    @cached_property
    def epoch_ends(self) -> tuple[int, ...]:
        """The batches done before the first epoch and at the end of each (`core.model.course`).

        Where nothing says how many images train, they follow from the batches of the epoch under way.
        """
        images, now = self.data.get("training images"), self.progress
        if not isinstance(images, int) or images < 1:
            images = max(1, now.batches) * self.spec.batch_size_in(max(1, now.epoch))
        return epoch_ends(self.spec, images)

    @property
    def is_bundled(self) -> bool:
        """Whether it came along with the app."""
        return self.owner == BUNDLED

    @property
    def is_live(self) -> bool:
        """Whether a worker is still at it, or to be: training, or measuring after a stop."""
        return self.ended_at is None

    @property
    def waits(self) -> bool:
        """Whether the next free worker may take it: to train it, or to measure it after a stop."""
        waiting = self.status in (RunStatus.SCHEDULED, RunStatus.STOPPED)
        return waiting and self.holder is None and self.is_live


@lru_cache(maxsize=10_000)
def _parsed(spec_json: str) -> RunSpec:
    """Return a saved spec; a page that lists a thousand runs parses each of them once."""
    return parse(spec_json)


@dataclass(frozen=True)
class Steps:
    """Training batches as columns: int64 `step`, float64 the rest, all of one length.

    A long run is given as means over bins of consecutive steps; `step` is then the last of its bin.
    """

    step: NDArray[np.int64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    seconds: NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """The curves of a run."""

    steps: Steps
    epochs: tuple[EpochPoint, ...]

    @property
    def best_epoch(self) -> EpochPoint | None:
        """The best epoch (`best_first`), or None before the first has ended."""
        return kept_epoch(self.epochs, "best")


def kept_epoch(epochs: Sequence[EpochPoint], kept: KeptEpoch) -> EpochPoint | None:
    """Return the epoch whose weights a run keeps after these: the best, or the last with a finite loss."""
    if kept == "best":
        return min(epochs, key=best_first, default=None)
    return next((point for point in reversed(epochs) if math.isfinite(point.val_loss)), None)


def best_first(point: EpochPoint) -> tuple[bool, float, float]:
    """Sort key that puts the best epoch first: finite loss, highest validation accuracy, lowest loss."""
    return (not math.isfinite(point.val_loss), -point.val_accuracy, point.val_loss)


@dataclass(frozen=True)
class Group:
    """Runs that were started together: repeats of one configuration, its folds, or the trials of a sweep.

    Attributes:
        kind: "repeat" (over seeds), "folds" or "sweep".
        definition: what was asked for, as JSON values.
        status: "running", then "finished" or "stopped".
        heartbeat_at: when the server that conducts it was last heard of.
        pupil: who begins its runs in a class, if anybody.
    """

    id: str
    kind: str
    name: str
    owner: str | None
    definition: dict[str, Any]
    status: str
    message: str
    created_at: float
    ended_at: float | None
    heartbeat_at: float
    pupil: str | None = None


@dataclass(frozen=True)
class DatasetRecord:
    """An uploaded data set, without its images.

    Attributes:
        owner: whose browser added it first; None: the terminal, or nobody known.
    """

    fingerprint: str
    name: str
    images: int
    dropped: int
    added_at: float
    owner: str | None = None
