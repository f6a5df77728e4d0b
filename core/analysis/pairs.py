"""Every pair of several runs, and runs that are repeats of one recipe over seeds or over folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from core.analysis.predictions import Predictions
from core.analysis.significance import Difference, adjusted, are_paired, difference, flips
from core.model.seeds import without_fold, without_seed
from core.model.specs import RunSpec
from core.names import told_apart
from core.runs.names import run_details
from core.runs.records import Run


@dataclass(frozen=True)
class Pair:
    """Two runs by their places, and how the second compares with the first."""

    a: int
    b: int
    found: Difference


def same_images(a: Run, b: Run) -> bool:
    """Return whether two runs drew from the same pool of images, so that places in it mean the same."""
    return a.data.get("fingerprint") == b.data.get("fingerprint")


def image_sets(
    runs: Sequence[Run], answers: Sequence[Predictions | None], *, is_test: bool
) -> list[list[int]]:
    """Return the places of the runs, those together that were measured on the same images.

    Args:
        answers: each run's predictions; a run without them is left out.
        is_test: whether they are on MNIST's test images, which all runs share.
    """
    sets: list[list[int]] = []
    for place, mine in enumerate(answers):
        if mine is None:
            continue
        for known in sets:
            theirs = answers[known[0]]
            if (is_test or same_images(runs[known[0]], runs[place])) and theirs and are_paired(theirs, mine):
                known.append(place)
                break
        else:
            sets.append([place])
    return sets


def pairs(runs: Sequence[Run], answers: Sequence[Predictions | None], *, is_test: bool) -> list[Pair]:
    """Return each pair measured on the same images (`image_sets`), corrected for their number."""
    places = [pair for known in image_sets(runs, answers, is_test=is_test) for pair in combinations(known, 2)]
    found = []
    for i, j in sorted(places):
        a, b = answers[i], answers[j]
        assert a is not None
        assert b is not None
        found.append(difference(flips(a, b)))
    return [Pair(i, j, one) for (i, j), one in zip(sorted(places), adjusted(found), strict=True)]


@dataclass(frozen=True)
class Recipe:
    """Runs that differ in nothing but the seed, one for each seed; or in the fold, one for each fold.

    Attributes:
        again: how many more runs there are of seeds and folds already in `runs`.
    """

    name: str
    runs: tuple[Run, ...]
    again: int = 0

    @property
    def over_folds(self) -> bool:
        """Whether its runs differ in the fold, so that they train on images they share."""
        return len({run.spec.data.fold for run in self.runs}) > 1

    @property
    def over(self) -> str:
        """How many seeds or folds there are, such as "3 seeds" or "4 of 5 folds"."""
        runs = len(self.runs)
        if not self.over_folds:
            return f"{runs} seed{'s' * (runs > 1)}"
        folds = self.runs[0].spec.data.folds
        return f"{runs} folds" if runs == folds else f"{runs} of {folds} folds"


def recipes(runs: Sequence[Run]) -> list[Recipe]:
    """Return the runs by recipe, in the order of their first runs; names are told apart by the runs' numbers.

    The same seed again gives the same network, so it says nothing new of the luck of seeds: each counts once.
    Runs that differ in both seed and fold are one recipe over folds for each seed.
    """
    folds: dict[object, set[int]] = {}
    for run in runs:
        folds.setdefault(without_fold(without_seed(run.spec)), set()).add(run.spec.data.fold)
    found: dict[object, list[Run]] = {}
    for run in runs:
        several = len(folds[without_fold(without_seed(run.spec))]) > 1
        bare = without_fold(run.spec) if several else without_seed(run.spec)
        found.setdefault(bare, []).append(run)
    firsts = [group[0] for group in found.values()]
    names = told_apart([recipe_name(run.name) for run in firsts], *run_details(firsts))
    return [_recipe(name, group) for name, group in zip(names, found.values(), strict=True)]


def _recipe(name: str, group: Sequence[Run]) -> Recipe:
    """Return a recipe with one run a seed or fold, the first that has results if any has."""
    each: dict[RunSpec, Run] = {}
    for run in group:
        known = each.get(run.spec)
        if known is None or (known.results is None and run.results is not None):
            each[run.spec] = run
    return Recipe(name, tuple(each.values()), len(group) - len(each))


SEED_MARK, FOLD_MARK = " · seed ", " · fold "


def recipe_name(name: str) -> str:
    """Return a run's name without the seed or fold that a repeat carries in it."""
    return name.partition(SEED_MARK)[0].partition(FOLD_MARK)[0]
