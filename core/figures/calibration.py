"""Reliability: accuracy against confidence, and how many answers there are of each confidence."""

import numpy as np
import plotly.graph_objects as go

from core.analysis.calibration import Calibration
from core.analysis.intervals import wilson
from core.figures.style import SERIES, TRAINING, VALIDATION, layout


def reliability(found: Calibration) -> go.Figure:
    """Return the accuracy of each bin with its 95% Wilson interval, and the line of perfect calibration."""
    figure = go.Figure(
        layout=layout("Right as often as sure?", "confidence", "accuracy", hovermode="closest")
    )
    line = {"color": "#8a8f98", "dash": "dash", "width": 2}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, name="perfect", hoverinfo="skip")
    filled = np.flatnonzero(found.counts)
    accuracy = found.accuracy[filled]
    ends = np.array([wilson(found.accuracy[b], int(found.counts[b])) for b in filled]).reshape(-1, 2)
    figure.add_scatter(
        x=found.confidence[filled],
        y=accuracy,
        error_y={
            "array": np.maximum(ends[:, 1] - accuracy, 0),
            "arrayminus": np.maximum(accuracy - ends[:, 0], 0),
            "thickness": 1.5,
        },
        customdata=np.stack([found.right[filled], found.counts[filled]], axis=1),
        mode="lines+markers",
        line={"color": TRAINING, "width": 2},
        marker={"size": 9},
        name="this network, 95% intervals",
        hovertemplate="sure %{x:.1%}, right %{y:.1%} (%{customdata[0]} of %{customdata[1]})<extra></extra>",
    )
    figure.update_xaxes(range=[-0.02, 1.02], tickformat=".0%")
    return figure.update_yaxes(range=[-0.02, 1.04], tickformat=".0%")


def confidence_counts(found: Calibration) -> go.Figure:
    """Return the right and wrong answers of each bin, on a logarithmic axis."""
    figure = go.Figure(layout=layout("How sure it is", "confidence", "images", barmode="stack"))
    middles = (found.edges[:-1] + found.edges[1:]) / 2
    for name, numbers, color in (
        ("right", found.right, SERIES[0]),
        ("wrong", found.counts - found.right, VALIDATION),
    ):
        figure.add_bar(x=middles, y=numbers, name=name, marker={"color": color}, hovertemplate="%{y:,}")
    figure.update_layout(bargap=0.05, barmode="group")
    figure.update_xaxes(range=[-0.02, 1.02], tickformat=".0%")
    return figure.update_yaxes(type="log", dtick=1)
