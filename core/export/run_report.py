"""The report of one run: how good it is, how it got there, where it fails, and how to repeat it."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.doctor import diagnose
from core.analysis.evaluate import Mistake, confusion, report, top_errors
from core.analysis.intervals import interval
from core.analysis.origin import Origin
from core.analysis.predictions import Predictions
from core.analysis.units import Units
from core.analysis.vitals import Vitals
from core.export.report import Chart, Code, Drawing, Gallery, Markdown, Number, Picture, Section, html_report
from core.figures.confusion import confusion_figure
from core.figures.curves import METRICS, curves
from core.figures.network.boxes import boxes
from core.figures.network.picture import SCALE_NOTE, network_svg
from core.model.course import restarts
from core.model.describe import describe
from core.model.presets import PRESETS
from core.runs.kept import kept_weights
from core.runs.records import History, Results, Run
from core.words import duration, setting, stated

ERRORS = 6
"""How many of the worst errors are shown."""


@dataclass(frozen=True)
class Measured:
    """What a network said of some images.

    Attributes:
        worst: uint8 (n, 28, 28), the images of `top_errors(predictions, ERRORS)` in that order, if at hand.
    """

    predictions: Predictions
    worst: NDArray[np.uint8] | None = None


def run_report(
    run: Run,
    history: History,
    validation: Measured | None,
    test: Measured | None,
    units: Units | None = None,
    vitals: Vitals | None = None,
) -> str:
    """Return the report of a run as one HTML file; what it has not got is left out.

    Args:
        units: dead units at the end of the training, if they were counted.
        vitals: how its layers fared, if that was seen.
    """
    begun = stated(run.created_at)
    preset = f" · preset {PRESETS[run.preset].title}" if run.preset in PRESETS else ""
    sections = [Section("", *_headline(run))]
    if run.note:
        sections.append(Section("Note", Markdown(run.note)))
    sections.append(Section("The network", Drawing(network_svg(boxes(run.spec.layers))), SCALE_NOTE))
    sections.append(Section("Curves", *_curves(run, history)))
    if findings := _findings(run, history, units, vitals):
        sections.append(Section("What the curves show", *findings))
    for title, measured in (("Validation images", validation), ("Test images", test)):
        if measured is not None:
            sections.append(_measured(title, measured))
    sections += [
        Section("Configuration", _pairs(describe(run.spec))),
        Section("Data and environment", _pairs(run.data), _pairs(run.environment)),
        _repetition(run),
    ]
    return html_report(run.name, sections, f"Run {run.id} · {run.status} · begun {begun}{preset}")


def _headline(run: Run) -> list[str | Sequence[Number]]:
    items: list[str | Sequence[Number]] = [text for text in (run.doubt, run.message) if text]
    if run.results is None:
        return [*items, "This run ended before its weights could be measured."]
    return [*items, _numbers(run, run.results), SMALL_PRINT.format(weights=kept_weights(run))]


SMALL_PRINT = (
    "Accuracies with their 95% Wilson intervals. The weights are those of {weights}; the test "
    "images were never trained or tuned on."
)


def _numbers(run: Run, results: Results) -> list[Number]:
    cards = []
    for title, accuracy, loss, images in (
        ("Validation", results.val_accuracy, results.val_loss, results.val_images),
        ("Test", results.test_accuracy, results.test_loss, results.test_images),
    ):
        note = f"{interval(accuracy, images)} on {images:,} images"
        cards += [
            Number(f"{title} accuracy", f"{accuracy:.2%}", note),
            Number(f"{title} loss", f"{loss:.4f}"),
        ]
    cost = f"{duration(run.progress.seconds)} of training"
    return [*cards, Number("Parameters", f"{run.parameters:,}", cost)]


def _curves(run: Run, history: History) -> list[str | Chart]:
    if not history.epochs and not len(history.steps.step):
        return ["No curves: it ended before its first batch."]
    last = history.epochs[-1].epoch if history.epochs else 1
    return [
        Chart(
            curves(
                history,
                metric,
                run.epoch_ends,
                last,
                continued=restarts(run.spec),
                kept=run.spec.kept_epoch,
            ),
            f"{metric} by epoch",
        )
        for metric in METRICS
    ]


def _findings(run: Run, history: History, units: Units | None, vitals: Vitals | None) -> list[str]:
    lines, origin = [], Origin.kept(run.data)
    for found in diagnose(run.spec, history, run.status, units, run.results, origin, vitals):
        remedy = found.remedy
        advice = f" What to try: {remedy.sentence} {remedy.otherwise}".rstrip() if remedy else ""
        lines.append(f"{found.title}. {found.shows}{advice}")
    return lines


def _measured(title: str, measured: Measured) -> Section:
    predictions = measured.predictions
    figure = confusion_figure(confusion(predictions), "counts")
    table = report(predictions).rename_axis("digit")
    worst = top_errors(predictions, ERRORS)
    items: list[str | Gallery] = ["Not one image is misclassified."] if not worst else []
    if worst and measured.worst is not None:
        pictures = [Picture(i, _caption(m)) for i, m in zip(measured.worst, worst, strict=True)]
        items = [f"The {len(worst)} images on which the network was most sure of the wrong digit:"]
        items.append(Gallery(pictures))
    how = (
        "Rows are the true digits, columns what the network said. Blue: right. "
        "The stronger the orange, the more mistakes of that kind."
    )
    return Section(title, Chart(figure, f"Confusion matrix, {title}"), how, table, *items)


def _caption(mistake: Mistake) -> str:
    p_predicted, p_true = f"{mistake.p_predicted:.4f}", f"{mistake.p_true:.4f}"
    first = f"True {mistake.true}, read as {mistake.predicted}"
    return f"{first}\np({mistake.predicted}) = {p_predicted}\np({mistake.true}) = {p_true}"


def _pairs(pairs: dict[str, str]) -> dict[str, object]:
    return {setting(key): value for key, value in pairs.items()}


def _repetition(run: Run) -> Section:
    """Say how the run is made again: with the same seed and libraries on the same machine, to the digit."""
    preset = PRESETS.get(run.preset or "")
    same = "The same seed gives the same numbers on the same machine with the same versions."
    if preset and run.spec == preset.spec:
        command = f"python -m core train --preset {preset.name}"
        return Section("How to repeat it", same, Code(command))
    command = "python -m core train --spec configuration.json"
    if run.spec.data.source != "mnist":
        command += f" --data {shlex.quote(str(run.data.get('name', 'train.csv')))}"
    first = f"{same} Save what stands below the command as configuration.json."
    text = json.dumps(json.loads(run.spec_json), indent=2)
    return Section("How to repeat it", first, Code(command), Code(text))
