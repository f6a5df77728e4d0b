"""The README's table of numbers, from the bundled runs; `python -m benchmarks.numbers` writes it anew."""

import textwrap
from collections.abc import Iterable, Sequence
from statistics import fmean

from core.analysis.significance import spread
from core.export.bundle import BundledRun
from core.export.pace import LEVELS, Pace
from core.export.repeats import Repeats, repeats
from core.export.splits import told
from core.export.together import together, with_copies
from core.model.experiments import EXPERIMENTS, Experiment
from core.words import duration

HEAD = (
    "| experiment | reported | validation, mean over seeds [95% interval] | test, mean [95% interval] "
    "| seeds | trained on |\n|---|---|---|---|---|---|"
)
BELOW = ELSEWHERE, OTHER_SPLITS, ENSEMBLE, COPIES = (
    "Another kind of device, ",
    "Other splits of the images, ",
    "An ensemble, ",
    "With copies, ",
)
"""What the paragraphs below the table begin with."""
PACE_HEAD = (
    f"| experiment | parameters | {' | '.join(f'to {100 * level:g}%' for level in LEVELS)} "
    f"| whole training |\n|---|---|{'---|' * len(LEVELS)}---|"
)


def numbers(runs: Iterable[BundledRun]) -> str:
    """Return one row an experiment and kind of device, as a Markdown table, and how the kinds compare."""
    found = repeats(runs).values()
    rows = [_row(group) for one in found for group in (one.runs, one.others) if group]
    below = [_elsewhere(one) for one in found if one.elsewhere("validation")]
    below += [_other_splits(one.experiment) for one in found if told(one.experiment)]
    below += [f"{ENSEMBLE}`{name}`: {said}." for name in EXPERIMENTS if (said := together(name))]
    below += [f"{COPIES}`{name}`: {asked}." for name in EXPERIMENTS if (asked := with_copies(name))]
    return "\n".join([HEAD, *rows, *(f"\n{_filled(text)}" for text in below)])


def pace_table(found: Sequence[Pace]) -> str:
    """Return the times to each validation accuracy as a Markdown table, in % of the final network's."""
    return "\n".join([PACE_HEAD, *(_pace_row(one) for one in found)])


def _pace_row(pace: Pace) -> str:
    cells = f"`{pace.experiment.name}`", f"{pace.parameters:,}", *map(_time, (*pace.times, pace.whole))
    return f"| {' | '.join(cells)} |"


def _time(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _row(runs: Sequence[BundledRun]) -> str:
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


def _elsewhere(one: Repeats) -> str:
    return (
        f"{ELSEWHERE}`{one.experiment.name}` on a {one.others[0].device.upper()}: "
        f"validation {one.agreement('validation')}; test {one.agreement('test')}."
    )


def _other_splits(experiment: Experiment) -> str:
    return f"{OTHER_SPLITS}`{experiment.name}`: {told(experiment)}."


def _filled(text: str) -> str:
    return textwrap.fill(text, 112, break_long_words=False)


def _spread(values: list[float]) -> str:
    over = spread(values)
    known = f" [{_share(over.low)}, {_share(min(over.high, 1.0))}]" if over.low < over.high else ""
    return f"{_share(over.mean)}{known}"


def _share(value: float) -> str:
    return f"{value:.4f}".removeprefix("0")
