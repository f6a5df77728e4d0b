"""All runs of a sweep as lines across its settings, the better the stronger."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.figures.overlay import Look
from core.figures.style import BEST, TRAINING, mixed
from core.figures.sweep import TITLES, names_in_order
from core.figures.tradeoffs import Scale, parallel_coordinates
from core.sweeps.paths import Value
from core.sweeps.settings import shown
from core.sweeps.space import Choices, Objective, Parameter
from core.sweeps.trials import Trial

_WORST = "#8a94a3"


def lines_figure(
    ranked: Sequence[Trial],
    parameters: Sequence[Parameter],
    labels: Mapping[str, str],
    objective: Objective,
    height: int = 380,
) -> go.Figure:
    """Return parallel coordinates of ended trials, given the best first; the best is green and on top."""
    drawn = list(reversed(ranked))
    known = [parameter for parameter in parameters if all(parameter.path in t.values for t in drawn)]
    scales = [_scale(one, labels[one.path], [t.values[one.path] for t in drawn]) for one in known]
    scores = tuple(float(t.score) for t in drawn if t.score is not None)
    scales.append(Scale(TITLES[objective], scores, percent=objective == "accuracy"))
    colors = [mixed(_WORST, TRAINING, place / max(1, len(drawn) - 1)) for place in range(len(drawn))]
    colors[-1] = BEST
    runs = [
        (t.run_id, f"run {t.number}", Look(color, "circle")) for t, color in zip(drawn, colors, strict=True)
    ]
    figure = parallel_coordinates(runs, scales)
    return figure.update_layout(
        showlegend=False, height=height, margin_b=70, title_text="Settings and score of each run"
    )


def _scale(parameter: Parameter, label: str, values: Sequence[Value]) -> Scale:
    """Return the axis of a setting: of a list each value in its place, also one that no run has yet."""
    if isinstance(parameter, Choices):
        return Scale(label, tuple(map(shown, values)), listed=names_in_order(parameter))
    return Scale(label, tuple(float(value) for value in values), by_factors=parameter.log)
