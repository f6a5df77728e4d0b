"""A sweep in the store: its runs, and how it is stopped."""

from core.runs.records import Group
from core.runs.status import Command
from core.runs.store import RunStore
from core.sweeps.space import Sweep, parse_sweep

SWEEP = "sweep"
"""The kind of a sweep's group."""
BY_HAND = "Stopped by hand."


def definition(group: Group) -> Sweep:
    """Return what was asked for when the sweep was started.

    Raises:
        SpecError: it cannot be read any more.
    """
    return parse_sweep(group.definition)


def stop(store: RunStore, group_id: str, message: str = BY_HAND) -> None:
    """End a sweep: no run is added, and the one under way is stopped, its weights kept."""
    store.end_group(group_id, "stopped", message)
    for run in store.runs(group_id):
        if not run.status.is_finished():
            store.ask(run.id, Command.STOP)
