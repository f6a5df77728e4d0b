"""The README's table of numbers, from the bundled runs; `python -m benchmarks.numbers` writes it anew."""

from collections.abc import Iterable
from statistics import fmean

from core.analysis.significance import spread
from core.export.bundle import BundledRun
from core.words import duration

HEAD = (
    "| experiment | reported | validation, mean over seeds [95 % interval] | test, mean [95 % interval] "
    "| seeds | trained on |\n|---|---|---|---|---|---|"
)


def numbers(runs: Iterable[BundledRun]) -> str:
    """Return one row an experiment and kind of device, as a Markdown table."""
    groups: dict[tuple[str, str], list[BundledRun]] = {}
    for run in runs:
        groups.setdefault((run.experiment.name, run.device), []).append(run)
    return "\n".join([HEAD, *(_row(group) for group in groups.values())])


def _row(runs: list[BundledRun]) -> str:
    experiment, seconds = runs[0].experiment, fmean(run.seconds for run in runs)
    reported = _share(experiment.reported.accuracy) if experiment.reported else "–"
    cells = (
        f"`{experiment.name}`",
        reported,
        _spread([run.val_accuracy for run in runs]),
        _spread([run.test_accuracy for run in runs]),
        str(len(runs)),
        f"{runs[0].device.upper()}, {duration(seconds)} each",
    )
    return f"| {' | '.join(cells)} |"


def _spread(values: list[float]) -> str:
    over = spread(values)
    known = f" [{_share(over.low)}, {_share(min(over.high, 1.0))}]" if over.low < over.high else ""
    return f"{_share(over.mean)}{known}"


def _share(value: float) -> str:
    return f"{value:.4f}".removeprefix("0")
