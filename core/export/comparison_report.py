"""The report of a comparison: headline, verdicts, curves, trade-offs, and the settings that differ."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.analysis.compared import (
    SENTENCES,
    SETTING,
    best_pair,
    counted_once,
    credit,
    flip_counts,
    head_start,
    headline,
    measured_recipes,
    over_words,
    pair_table,
    recipe_verdicts,
    seed_table,
    settings_table,
)
from core.analysis.evaluate import confusion
from core.analysis.pairs import image_sets, pairs, recipes
from core.analysis.predictions import Predictions
from core.analysis.significance import flips, verdict
from core.export.report import Chart, Drawing, Section, html_report
from core.figures.confusion import confusion_figure, most_mistaken
from core.figures.confusion_difference import confusion_difference
from core.figures.curve_sets import recipe_curves, single_curves
from core.figures.curves import TITLES
from core.figures.network.pair import paired
from core.figures.network.picture import SCALE_NOTE, network_svg, one_scale
from core.figures.overlay import looks, overlay
from core.figures.scales import scales
from core.figures.style import plain
from core.figures.tradeoffs import by_size, by_time, dots, parallel_coordinates
from core.model.describe import differences
from core.names import isolated
from core.runs.names import run_names
from core.runs.records import History, Run


def comparison_report(
    runs: Sequence[Run], histories: Mapping[str, History], validation: Sequence[Predictions | None]
) -> str:
    """Return the report of several runs as one HTML file.

    Args:
        histories: the curves by run id.
        validation: each run's predictions on its validation images, None where it has none.
    """
    names = run_names(runs, [SETTING])
    sections = [
        Section("Headline numbers", headline(runs, names, histories)),
        _verdicts(runs, names, validation),
        _images(names, runs, validation),
        _curves(runs, names, histories),
        _tradeoffs(runs, names),
        _networks(runs, names),
        _settings(runs, names),
    ]
    called = ", ".join(map(isolated, names))
    return html_report("Comparison of runs", [section for section in sections if section.items], called)


READING = (
    "Two networks are compared on the images that one reads rightly and the other does not: p is how rarely "
    "a coin would fall so unevenly (McNemar 1947, exact), corrected for the number of pairs (Holm 1979). The "
    "intervals of differences are those of one pair alone (Agresti and Min 2005), those of accuracies are "
    "Wilson's."
)


def _verdicts(runs: Sequence[Run], names: list[str], validation: Sequence[Predictions | None]) -> Section:
    found = pairs(runs, validation, is_test=False)
    items: list[str | pd.DataFrame] = []
    told = found
    if len(found) > SENTENCES:
        real = sum(pair.found.is_real for pair in found)
        items.append(f"{real} of {len(found)} pairs differ by more than luck. The two best runs:")
        told = [best_pair(found, runs, "validation")]
    items += [
        f"{verdict(pair.found, *(isolated(names[at]) for at in (pair.a, pair.b)))} "
        f"{credit(runs[pair.a], runs[pair.b])}"
        for pair in told
    ]
    if sentence := head_start(runs, "validation"):
        items.append(sentence)
    if found:
        items += ["B compared with A on the same validation images:", pair_table(found, runs, names)]
    sets = image_sets(runs, validation, is_test=False)
    if len(sets) > 1:
        items.append("Validated on the same images, each line for itself:")
        items += [", ".join(isolated(names[place]) for place in one) for one in sets]
    groups = measured_recipes(runs)
    if any(len(group.runs) > 1 for group in groups):
        tested, untested = recipe_verdicts(groups, "validation")
        heading, how = over_words(groups)
        items += [f"{heading}:", seed_table(groups, "validation"), how]
        items += [*(f"{text} {changed}" for _, text, changed in tested), *untested]
    if sentence := counted_once(groups):
        items.append(sentence)
    return Section("Is it real?", *items, READING)


def _images(names: list[str], runs: Sequence[Run], validation: Sequence[Predictions | None]) -> Section:
    """Say of two runs on the same images what became of each image; nothing of others."""
    title = "Digits and images"
    if len(runs) != 2 or image_sets(runs, validation, is_test=False) != [[0, 1]]:
        return Section(title)
    answers = [one for one in validation if one is not None]
    matrices = [confusion(one) for one in answers]
    most = most_mistaken(*matrices)
    figures = [
        confusion_figure(matrix, "counts", f"{letter}: {plain(name)}", most)
        for letter, name, matrix in zip("AB", names, matrices, strict=True)
    ]
    figures.append(confusion_difference(matrices[0], matrices[1], "Difference: B − A"))
    charts = [Chart(figure, f"Confusion matrices, {figure.layout.title.text}") for figure in figures]
    return Section(title, "What became of each image:", flip_counts(flips(answers[0], answers[1])), *charts)


def _curves(runs: Sequence[Run], names: list[str], histories: Mapping[str, History]) -> Section:
    curves, how = single_curves(runs, names, looks(runs), histories), "Solid: validation. Dotted: training."
    if any(len(recipe.runs) > 1 for recipe in recipes(runs)):
        curves = recipe_curves(runs, looks(runs), histories)
        how += " Runs that differ in seed or fold alone are their mean, and the range from lowest to highest."
    charts = [Chart(overlay(curves, metric), f"{TITLES[metric]} by epoch") for metric in TITLES]
    return Section("Curves", *charts, how)


def _tradeoffs(runs: Sequence[Run], names: list[str]) -> Section:
    if sum(run.results is not None for run in runs) < 2:
        return Section("Trade-offs")
    shown = dots(runs, names, looks(runs))
    found, _ = scales([run for run in runs if run.results])
    lines = parallel_coordinates([(dot.key, dot.name, dot.look) for dot in shown], found)
    figures = (by_size(shown), by_time(shown), lines)
    return Section("Trade-offs", *(Chart(figure, str(figure.layout.title.text)) for figure in figures))


def _networks(runs: Sequence[Run], names: list[str]) -> Section:
    """Draw two networks on one scale, with what differs; of more there is too much to be seen at once."""
    if len(runs) != 2:
        return Section("Networks")
    pictures = paired(*(run.spec.layers for run in runs))
    items: list[str | Drawing] = []
    for name, found in zip(names, pictures, strict=True):
        items += [isolated(name), Drawing(network_svg(found, scale=one_scale(*pictures)))]
    return Section("Networks", *items, SCALE_NOTE)


def _settings(runs: Sequence[Run], names: list[str]) -> Section:
    rows = differences([run.spec for run in runs])
    if not rows:
        return Section("Settings", "These runs have exactly the same configuration.")
    return Section("Settings that differ", settings_table(rows, names))
