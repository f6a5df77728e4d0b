"""The loss of the same small network on pixels in 0…1 and in 0…255."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.concepts.normalise import STEPS, Descent
from core.figures.concepts.losses import Line, loss_lines
from core.figures.style import SERIES


def descents(trained: Mapping[str, Sequence[Descent]]) -> go.Figure:
    """Return the losses by name of the training, one for each seed, the first of them in full colour."""
    lines = [
        Line(name, color, first.losses, tuple(one.losses for one in others))
        for color, (name, (first, *others)) in zip(SERIES, trained.items(), strict=False)
    ]
    return loss_lines(lines, STEPS)
