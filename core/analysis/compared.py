"""Several runs side by side as tables and sentences, for the Compare page and its report."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pandas as pd

from core.analysis.folds import fold_difference, fold_ratio, fold_spread
from core.analysis.intervals import with_interval
from core.analysis.pairs import Pair, Recipe, recipes
from core.analysis.predictions import Which
from core.analysis.significance import (
    Flips,
    GroupDifference,
    adjusted,
    group_difference,
    group_verdict,
    p_value,
    spread,
)
from core.errors import DataError
from core.model.changes import changes
from core.model.seeds import without_fold
from core.names import isolated
from core.runs.records import History, Results, Run
from core.words import PHRASES, caution, duration, percent, setting, things

SENTENCES = 3
"""Of more pairs than this only the two best runs get a sentence; the table has all."""
SETTING = "setting"
"""The first column of a table whose other columns are called like runs (`run_names` is told so)."""


def headline(runs: Sequence[Run], names: Sequence[str], histories: Mapping[str, History]) -> pd.DataFrame:
    """Return one row a run: best and last metrics with intervals, size, time and speed, as texts."""
    rows = [_headline(run, histories[run.id]) for run in runs]
    return pd.DataFrame([{"run": name} | row for name, row in zip(names, rows, strict=True)])


def _headline(run: Run, history: History) -> dict[str, str]:
    results, epochs = run.results, history.epochs
    last = epochs[-1] if epochs else None
    speed = run.progress.images_per_second
    return {
        "status": str(run.status),
        "validation accuracy": with_interval(results.val_accuracy, results.val_images) if results else "–",
        "accuracy, last epoch": _last(last.val_accuracy, results) if last else "–",
        "validation loss": f"{results.val_loss:.4f}" if results else "–",
        "loss, last epoch": f"{last.val_loss:.4f}" if last else "–",
        "kept epoch": f"{results.best_epoch} of {len(epochs)}" if results else "–",
        "test accuracy": with_interval(results.test_accuracy, results.test_images) if results else "–",
        "parameters": f"{run.parameters:,}",
        "training time": duration(run.progress.seconds),
        "images/s": f"{speed:,.0f}" if speed else "–",
    }


def _last(accuracy: float, results: Results | None) -> str:
    """Return the accuracy of the last epoch, with its interval where it is known on how many images."""
    if results is None or math.isnan(accuracy):
        return percent(accuracy)
    return with_interval(accuracy, results.val_images)


def best_pair(found: Sequence[Pair], runs: Sequence[Run], which: Which) -> Pair:
    """Return the pair of the two best runs of all that were paired."""
    scores = [accuracy(run, which) if run.results else -1.0 for run in runs]
    return max(found, key=lambda pair: sorted((scores[pair.a], scores[pair.b]), reverse=True))


def pair_table(found: Sequence[Pair], runs: Sequence[Run], names: Sequence[str]) -> pd.DataFrame:
    """Return one row a pair, the clearest difference first."""
    ordered = sorted(found, key=lambda pair: pair.found.p)
    return pd.DataFrame([_pair(pair, runs, names) for pair in ordered])


def _pair(pair: Pair, runs: Sequence[Run], names: Sequence[str]) -> dict[str, object]:
    found = pair.found
    better = names[pair.b if found.difference > 0 else pair.a]
    return {
        "A": names[pair.a],
        "B": names[pair.b],
        "fixed by B": found.fixed,
        "broken by B": found.broken,
        "difference (95% interval)": f"{found.difference:+.2%} ({found.low:+.2%} to {found.high:+.2%})",
        "p, McNemar": p_value(found.p),
        "p, Holm": p_value(found.p_adjusted),
        "verdict": f"{isolated(better)} is better" if found.is_real else "too close to call",
        "changed": changed(runs[pair.a], runs[pair.b], PHRASES),
    }


def changed(a: Run, b: Run, most: int | None = None) -> str:
    """Return what was changed from run `a` to run `b`, counted; at most so many things are named."""
    return things(_changes(a, b), _luck(a, b), most)


def credit(a: Run, b: Run) -> str:
    """Return what a difference of two runs may be put down to, in a sentence."""
    return caution(_changes(a, b), _luck(a, b))


def _changes(a: Run, b: Run) -> list[str]:
    return changes(without_fold(a.spec), without_fold(b.spec))


def _luck(a: Run, b: Run) -> str:
    """Return what differs that is no change of the recipe, in words."""
    differs = {"seed": a.spec.seed != b.spec.seed, "fold": a.spec.data.fold != b.spec.data.fold}
    return " and ".join(name for name, other in differs.items() if other)


def settings_table(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> pd.DataFrame:
    """Return one row a setting (as in `differences`) and one column a run; no run may be called `SETTING`."""
    table = pd.DataFrame(list(rows.values()), columns=list(names))
    table.insert(0, SETTING, [setting(key) for key in rows])
    return table


def flip_counts(found: Flips) -> pd.DataFrame:
    """Return how many images both, one or neither of two networks has right, with sums, as texts."""
    rows = ((found.both_right, found.only_a), (found.only_b, found.both_wrong))
    counts = [[len(cell) for cell in row] for row in rows]
    table = pd.DataFrame(counts, ["A right", "A wrong"], ["B right", "B wrong"])
    table["all"] = table.sum(axis=1)
    table.loc["all"] = table.sum()
    return table.map("{:,}".format)


def accuracy(run: Run, which: Which) -> float:
    """Return the accuracy of a run's kept weights; it must have results."""
    assert run.results is not None
    return run.results.test_accuracy if which == "test" else run.results.val_accuracy


def measured_recipes(runs: Sequence[Run]) -> list[Recipe]:
    """Return the recipes of those runs that have results."""
    return recipes([run for run in runs if run.results])


def seed_table(groups: Sequence[Recipe], which: Which) -> pd.DataFrame:
    """Return one row a recipe: mean, interval and range of the accuracy over its seeds or folds."""
    return pd.DataFrame([_repeats(group, [accuracy(run, which) for run in group.runs]) for group in groups])


def _repeats(group: Recipe, values: list[float]) -> dict[str, object]:
    over = fold_spread(values, fold_ratio(group.runs)) if group.over_folds else spread(values)
    known = f"{percent(over.low)} to {percent(min(over.high, 1.0))}" if over.low < over.high else "–"
    return {
        "recipe": group.name,
        "over": group.over,
        "mean": percent(over.mean),
        "95% interval of the mean": known,
        "lowest": percent(min(values)),
        "highest": percent(max(values)),
    }


OVER_SEEDS = "The interval holds the luck of the seed only: all of it is measured on the same images."
OVER_FOLDS = (
    "Over folds each image validates once, but two folds share most of the images they train on: interval "
    "and test are widened for that (Nadeau and Bengio 2003), and recipes are compared fold by fold."
)


def over_words(groups: Sequence[Recipe]) -> tuple[str, str]:
    """Return what recipes of several runs are over, as a heading, and how to read their intervals."""
    several = [group for group in groups if len(group.runs) > 1]
    folds, seeds = (any(group.over_folds is over for group in several) for over in (True, False))
    heading = "Over seeds and folds" if folds and seeds else "Over folds" if folds else "Over seeds"
    return heading, " ".join([OVER_SEEDS] * seeds + [OVER_FOLDS] * folds)


def counted_once(groups: Sequence[Recipe]) -> str | None:
    """Return the sentence about runs that repeat a seed, if there are any."""
    names = [isolated(group.name) for group in groups if group.again]
    return (
        f"The same seed again gives the same network, so it counts once: {', '.join(names)}."
        if names
        else None
    )


def head_start(runs: Sequence[Run], which: Which) -> str | None:
    """Return the sentence on runs of which some keep the epoch that these images chose, or None."""
    if which == "test" or len({run.spec.kept_epoch for run in runs}) < 2:
        return None
    return (
        "Some of these runs keep the epoch that was best on these very images, others their last: that gives "
        "the former a head start, which the test images do not."
    )


def _drawn(group: Recipe) -> object:
    """Return what decides which images the runs of a recipe validate on."""
    spec = without_fold(group.runs[0].spec) if group.over_folds else group.runs[0].spec
    return spec.data, group.runs[0].data.get("fingerprint")


def recipe_verdicts(groups: Sequence[Recipe], which: Which) -> tuple[list[tuple[bool, str, str]], list[str]]:
    """Return for each pair of recipes whether the difference is real, the verdict and what was changed.

    What cannot be tested comes second, as sentences that say why.
    """
    several = [group for group in groups if len(group.runs) > 1]
    untested = list(_single([group for group in groups if len(group.runs) == 1]))
    tested = []
    for a, b in combinations(several, 2):
        pair = f"{isolated(a.name)} and {isolated(b.name)}"
        if which == "validation" and _drawn(a) != _drawn(b):
            untested.append(f"{pair} were validated on different images: compare them on the test images.")
            continue
        try:
            tested.append(_tested(a, b, which))
        except DataError as error:
            untested.append(f"{pair}: {error}")
    corrected = adjusted([found for _, _, found in tested])
    verdicts = []
    for (a, b, _), found in zip(tested, corrected, strict=True):
        text = group_verdict(found, isolated(a.name), isolated(b.name), _over(a, b))
        verdicts.append((found.is_real, text, credit(a.runs[0], b.runs[0])))
    return verdicts, untested


def _single(groups: Sequence[Recipe]) -> Iterator[str]:
    """Yield the sentence about recipes of which there is one run, if there are any."""
    names = ", ".join(isolated(group.name) for group in groups)
    folded = any(group.runs[0].spec.data.folds for group in groups)
    if names:
        yield f"Only one seed{' or fold' * folded} each: {names}. Repeat them to compare the recipes."


def _tested(a: Recipe, b: Recipe, which: Which) -> tuple[Recipe, Recipe, GroupDifference]:
    """Return two recipes, over folds those runs of theirs whose folds both have, and their test.

    Raises:
        DataError: they cannot be tested; a clause says why.
    """
    if not a.over_folds and not b.over_folds:
        values = [[accuracy(run, which) for run in group.runs] for group in (a, b)]
        return a, b, group_difference(*values)
    if not (a.over_folds and b.over_folds) or _drawn(a) != _drawn(b):
        raise DataError(
            "Not over the same folds: give both the same images, split seed and number of folds, and train "
            "all of them."
        )
    folds = [{run.spec.data.fold: run for run in group.runs} for group in (a, b)]
    common = sorted(folds[0].keys() & folds[1].keys())
    a, b = (replace(one, runs=tuple(by[n] for n in common)) for one, by in zip((a, b), folds, strict=True))
    of_a, of_b = ([accuracy(run, which) for run in group.runs] for group in (a, b))
    return a, b, fold_difference(of_a, of_b, fold_ratio((*a.runs, *b.runs)))


def _over(a: Recipe, b: Recipe) -> str:
    if a.over_folds:
        return f"the same {len(a.runs)} folds"
    return f"{len(a.runs)} and {len(b.runs)} seeds"
