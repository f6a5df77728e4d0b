"""What pooling keeps of a square."""

import plotly.graph_objects as go

from core.concepts.pooling import Floats, Mode, winner
from core.figures.pixels import outlined, pixels


def kept(square: Floats, mode: Mode) -> go.Figure:
    """Return a square (p, p) with its values, its largest framed where that alone is kept."""
    figure = pixels(square, "The framed square", limits=(0, 1), numbers=".2f")
    return outlined(figure, *winner(square), 1, 1) if mode == "max" else figure
