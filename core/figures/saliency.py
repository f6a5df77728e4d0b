"""What each pixel means to an answer, laid over the image."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.pixels import pixels
from core.figures.style import TRAINING, VALIDATION


def saliency_figure(image: NDArray[np.uint8], heat: NDArray[np.float32], title: str) -> go.Figure:
    """Return an image uint8 (28, 28) in grey under its saliency (28, 28): blue for, orange against."""
    top = float(np.abs(heat).max()) or 1.0
    figure = pixels(image * 0.45, title, limits=(0, 255))
    figure.data[0].hoverinfo = "skip"
    clear = [[0, VALIDATION], [0.5, "rgba(128, 128, 128, 0)"], [1, TRAINING]]
    return figure.add_heatmap(
        z=heat,
        colorscale=clear,
        zmin=-top,
        zmax=top,
        showscale=False,
        hovertemplate="row %{y}, column %{x}: %{z:.3~g}<extra></extra>",
    )
