"""How many images two sets have in common."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.pixels import ON_SIGNED
from core.figures.style import VALIDATION, layout, plain


def shared_images(sets: Sequence[str], shared: NDArray[np.int64]) -> go.Figure:
    """Return how many images of the row's set are also in the column's, (s, s), as a table of squares."""
    names = [plain(name) for name in sets]
    height = 150 + 44 * len(names)
    figure = go.Figure(layout=layout("Images of … that are also in …", "also in", "", height=height))
    figure.add_heatmap(
        z=np.log10(shared + 1),
        x=names,
        y=names,
        text=[[f"{value:,}" for value in row] for row in shared],
        texttemplate="%{text}",
        textfont={"color": ON_SIGNED},
        colorscale=[[0, "#f2f2f2"], [1, VALIDATION]],
        zmin=0,
        zmax=5,
        xgap=2,
        ygap=2,
        showscale=False,
        hovertemplate="%{text} images of %{y} are also in %{x}<extra></extra>",
    )
    figure.update_layout(margin={"b": 70}, hovermode="closest")
    figure.update_xaxes(showgrid=False)
    return figure.update_yaxes(autorange="reversed", showgrid=False)
