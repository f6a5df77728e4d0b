"""The bundled runs of each experiment by kind of device: means are over one kind alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.analysis.claims import accuracy
from core.analysis.further import Further, further
from core.analysis.predictions import Which
from core.export.bundle import BundledRun
from core.model.experiments import Experiment


@dataclass(frozen=True)
class Repeats:
    """What was trained of one experiment.

    Attributes:
        runs: on the kind of device that trained most seeds.
        others: on the other kind, if any.
    """

    experiment: Experiment
    runs: tuple[BundledRun, ...]
    others: tuple[BundledRun, ...]

    @property
    def every(self) -> tuple[BundledRun, ...]:
        return self.runs + self.others

    def elsewhere(self, which: Which) -> Further | None:
        """Return how the accuracy on the other kind of device compares; None without such runs."""
        if len(self.runs) < 2 or not self.others:
            return None
        return further(*([accuracy(run, which) for run in runs] for runs in (self.runs, self.others)))

    def agreement(self, which: Which) -> str:
        """Return the same in words; nothing without such runs."""
        found = self.elsewhere(which)
        if found is None:
            return ""
        usual = self.runs[0].device.upper()
        more = "one more" if len(self.others) == 1 else f"the mean of {len(self.others)} more"
        where = "inside" if found.agrees else "outside"
        return (
            f"{100 * found.difference:+.2f} points from the mean of the {usual} runs; {more} is expected "
            f"within ±{100 * found.within:.2f} points (95%): that is {where}"
        )


def repeats(runs: Iterable[BundledRun]) -> dict[str, Repeats]:
    """Return what was trained of each experiment, by its name, in the order of the runs."""
    found: dict[str, dict[str, list[BundledRun]]] = {}
    for run in runs:
        found.setdefault(run.experiment.name, {}).setdefault(run.device, []).append(run)
    return {name: _repeats(list(kinds.values())) for name, kinds in found.items()}


def _repeats(kinds: list[list[BundledRun]]) -> Repeats:
    most, *others = sorted(kinds, key=len, reverse=True)
    return Repeats(most[0].experiment, tuple(most), tuple(run for runs in others for run in runs))
