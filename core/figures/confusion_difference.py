"""Where one network is confused more often than another."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.confusion import DIGITS
from core.figures.style import layout

_WORSE_TO_BETTER = [[0, "#b8500f"], [0.5, "#eef1f5"], [1, "#2b6cb0"]]


def confusion_difference(a: NDArray[np.int64], b: NDArray[np.int64], title: str) -> go.Figure:
    """Return the heat map of B − A, two confusion matrices (10, 10) of the same images.

    Blue is better in B (more on the diagonal, fewer beside it), orange is worse; what is the same stays bare.
    """
    change = b - a
    good = np.where(np.eye(len(change), dtype=bool), change, -change).astype(float)
    limit = max(1.0, float(np.abs(good).max()))
    text = np.vectorize(lambda n: f"{n:+d}" if n else "")(change)
    figure = go.Figure(layout=layout(title, "predicted digit", "true digit", hovermode="closest", height=480))
    figure.add_heatmap(
        z=np.where(good == 0, np.nan, good),
        x=DIGITS,
        y=DIGITS,
        text=text,
        texttemplate="%{text}",
        textfont={"size": 13},
        customdata=np.dstack([a, b]),
        hovertemplate="true %{y}, predicted %{x}: %{customdata[0]} → %{customdata[1]} images<extra></extra>",
        colorscale=_WORSE_TO_BETTER,
        zmin=-limit,
        zmax=limit,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverongaps=False,
    )
    figure.update_layout(margin={"l": 64, "r": 12, "t": 44, "b": 56})
    figure.update_yaxes(autorange="reversed", tickvals=DIGITS, showgrid=False)
    figure.update_xaxes(side="bottom", tickvals=DIGITS, showgrid=False)
    return figure
