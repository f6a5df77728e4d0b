"""When a sweep ends: its runs or minutes are used up, or its runs fail one after another."""

from collections.abc import Sequence

from core.sweeps.space import Sweep
from core.sweeps.trials import Trial
from core.words import so_many

FAILURES = 3
"""So many runs that fail in a row end a sweep."""


def counted(trials: Sequence[Trial]) -> int:
    """Return how many trials count against the budget: all but those that are done again."""
    return sum(trial.state != "interrupted" for trial in trials)


def minutes(trials: Sequence[Trial]) -> float:
    """Return for how many minutes the trials that have ended trained; waiting and pauses do not count."""
    return sum(trial.seconds for trial in trials) / 60


def ending(sweep: Sweep, trials: Sequence[Trial]) -> tuple[str, str] | None:
    """Return the status and the sentence that a sweep without a living trial ends with, or None."""
    last = trials[-FAILURES:]
    if len(last) == FAILURES and all(trial.state in ("failed", "interrupted") for trial in last):
        return "stopped", f"{FAILURES} runs in a row failed; the last one says: {last[-1].message}"
    if sweep.runs is not None and counted(trials) >= sweep.runs:
        return "finished", "Its run is done." if sweep.runs == 1 else f"All {sweep.runs} runs are done."
    if sweep.minutes is not None and minutes(trials) >= sweep.minutes:
        return "finished", f"Its time is up: {so_many(sweep.minutes, 'minute')} of training."
    return None
