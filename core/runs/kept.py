"""Which weights a run keeps, in words."""

from core.model.specs import RunSpec
from core.runs.records import Run
from core.runs.status import RunStatus


def kept_weights(run: Run) -> str:
    """Return whose weights a measured run has: "epoch 9, the one with the highest validation accuracy"."""
    assert run.results is not None
    why = "the one with the highest validation accuracy"
    if run.spec.kept_epoch == "last":
        why = "the last with a finite loss" if run.status is RunStatus.DIVERGED else "the last"
    return f"epoch {run.results.best_epoch}, {why}"


def kept_at_stop(spec: RunSpec) -> str:
    """Return which weights are kept of a training that is stopped."""
    return "the best weights until then" if spec.kept_epoch == "best" else "the last weights"
