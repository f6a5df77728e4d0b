"""The runs of a sweep as trials of it: what each varied, how it went, and which is the best."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from core.model.specs import KeptEpoch
from core.runs.records import EpochPoint, Run, kept_epoch
from core.runs.status import RunStatus
from core.sweeps.paths import Values, read_tree
from core.sweeps.space import Objective, Sweep

PRUNED: Final = "pruned"
"""The tag of a run that the sweep ended early; one that a person stopped does not have it."""

State = Literal[
    "waiting", "running", "paused", "finished", "pruned", "stopped", "diverged", "failed", "interrupted"
]
_STATES: dict[RunStatus, State] = {
    RunStatus.SCHEDULED: "waiting",
    RunStatus.RUNNING: "running",
    RunStatus.PAUSED: "paused",
    RunStatus.FINISHED: "finished",
    RunStatus.STOPPED: "stopped",
    RunStatus.DIVERGED: "diverged",
    RunStatus.FAILED: "failed",
    RunStatus.INTERRUPTED: "interrupted",
}


@dataclass(frozen=True)
class Trial:
    """One run of a sweep.

    Attributes:
        number: its place in the sweep, counted from 1.
        values: what each varied setting was set to.
        is_live: whether a worker is still to do something for it.
        score: what the sweep looks at: validation accuracy or loss of the epoch that the run would keep by
            now; None before the first epoch has ended.
        accuracy: validation accuracy of that epoch.
        images: how many images that was measured on; None until the run has ended.
        curve: (epoch, score of that epoch) pairs, where known.
        epochs, planned: how many whole epochs have ended, and how many there are to be.
        seconds: for how long it trained, by the worker's own clock; 0 for a living one.
    """

    number: int
    run_id: str
    values: Values
    state: State
    is_live: bool
    score: float | None = None
    accuracy: float | None = None
    images: int | None = None
    curve: tuple[tuple[int, float], ...] = ()
    epochs: int = 0
    planned: int = 0
    seconds: float = 0.0
    message: str = ""


def trials(
    sweep: Sweep, runs: Iterable[Run], histories: Mapping[str, Sequence[EpochPoint]] | None = None
) -> list[Trial]:
    """Return a sweep's runs as its trials, in the order in which they were saved.

    Args:
        histories: run id → its epochs, as far as they matter; what has ended has its results without them.
    """
    known = histories or {}
    ordered = sorted(runs, key=lambda run: (run.number or 0, run.created_at, run.id))
    return [_trial(sweep, n, run, known.get(run.id, ())) for n, run in enumerate(ordered, start=1)]


def _trial(sweep: Sweep, number: int, run: Run, epochs: Sequence[EpochPoint]) -> Trial:
    accuracy, loss, images = _measured(run, epochs, sweep.base.kept_epoch)
    score = accuracy if sweep.objective == "accuracy" else loss
    tree = json.loads(run.spec_json)
    return Trial(
        number,
        run.id,
        read_tree(tree, sweep.paths),
        PRUNED if run.status is RunStatus.STOPPED and PRUNED in run.tags else _STATES[run.status],
        run.is_live,
        score if score is not None and math.isfinite(score) else None,
        accuracy,
        images,
        tuple((point.epoch, _score(point, sweep.objective)) for point in epochs),
        _whole(run, epochs),
        tree["epochs"],
        0.0 if run.is_live else run.progress.seconds,
        run.message,
    )


def _whole(run: Run, epochs: Sequence[EpochPoint]) -> int:
    """Return how many epochs have ended; the last may be under way, or one that a stop broke off."""
    now = run.progress
    last = epochs[-1].epoch if epochs else now.epoch
    return last - (now.epoch == last and now.batch < now.batches)


def _measured(
    run: Run, epochs: Sequence[EpochPoint], kept: KeptEpoch
) -> tuple[float | None, float | None, int | None]:
    """Return validation accuracy and loss of the weights kept so far, and on how many images."""
    if run.results:
        return run.results.val_accuracy, run.results.val_loss, run.results.val_images
    point = kept_epoch(epochs, kept)
    return (point.val_accuracy, point.val_loss, None) if point else (None, None, None)


def _score(point: EpochPoint, objective: Objective) -> float:
    return point.val_accuracy if objective == "accuracy" else point.val_loss


def best_first(sweep: Sweep, trials: Iterable[Trial]) -> list[Trial]:
    """Return the trials that ended with a score, the best first; among equals the earlier one."""
    scored = [(t.score, t) for t in trials if t.score is not None and not t.is_live]
    sign = -1 if sweep.objective == "accuracy" else 1
    return [trial for _, trial in sorted(scored, key=lambda pair: (sign * pair[0], pair[1].number))]
