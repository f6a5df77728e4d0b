"""What runs are called where several stand together: their names, told apart by their numbers."""

from collections.abc import Iterable, Sequence

from core.names import told_apart
from core.runs.records import Run


def run_names(runs: Sequence[Run], besides: Sequence[str] = ()) -> list[str]:
    """Return the runs' names, no two of them alike, nor like the texts that stand `besides` them."""
    return told_apart([run.name for run in runs], *run_details(runs), besides=besides)


def run_details(runs: Iterable[Run]) -> tuple[list[str], list[str]]:
    """Return what tells runs of one name apart: the number that the Runs page shows, then the id."""
    known = list(runs)
    return [f"#{run.number}" if run.number else "" for run in known], [run.id for run in known]
