"""Several runs as curves to be drawn: each by itself, or repeats over seeds or folds as one."""

from collections.abc import Mapping, Sequence

from core.analysis.pairs import Recipe, recipes
from core.figures.overlay import Curve, Look
from core.runs.records import History, Run


def single_curves(
    runs: Sequence[Run], names: Sequence[str], looks: Mapping[str, Look], histories: Mapping[str, History]
) -> list[Curve]:
    """Return one curve a run; looks and histories are by run id."""
    return [
        Curve(run.id, name, looks[run.id], (histories[run.id],))
        for name, run in zip(names, runs, strict=True)
    ]


def recipe_curves(
    runs: Sequence[Run], looks: Mapping[str, Look], histories: Mapping[str, History]
) -> list[Curve]:
    """Return one curve a recipe, over its seeds or folds, in the look of its first run."""
    return [
        Curve(
            recipe.runs[0].id,
            recipe.name + _over(recipe, histories),
            looks[recipe.runs[0].id],
            tuple(histories[run.id] for run in recipe.runs),
        )
        for recipe in recipes(runs)
    ]


def _over(recipe: Recipe, histories: Mapping[str, History]) -> str:
    """Return how many seeds or folds a mean is over, and of how many, where some have no epoch yet."""
    begun = sum(bool(histories[run.id].epochs) for run in recipe.runs)
    every = len(recipe.runs)
    what = "folds" if recipe.over_folds else "seeds"
    return "" if every == 1 else f" ({every} {what})" if begun == every else f" ({begun} of {every} {what})"
