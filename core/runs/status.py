"""The life of a run, and what may be asked of it while it lives."""

from enum import StrEnum


class RunStatus(StrEnum):
    """Where a run is in its life. Only the first three can still change."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    def is_finished(self) -> bool:
        """Return whether training is over, however it ended."""
        return self not in UNFINISHED


UNFINISHED = frozenset({RunStatus.SCHEDULED, RunStatus.RUNNING, RunStatus.PAUSED})


class Command(StrEnum):
    """What the user last asked of a run; the worker reads it a few times a second."""

    RUN = "run"
    PAUSE = "pause"
    STOP = "stop"
