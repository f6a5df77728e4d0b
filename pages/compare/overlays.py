"""The curves of several runs in one figure: by epoch, step or time, smoothed, logarithmic, as bands."""

from dataclasses import dataclass

import streamlit as st

from core.analysis.pairs import recipes
from core.figures.curve_sets import recipe_curves, single_curves
from core.figures.curves import METRICS
from core.figures.overlay import AXES, Axis, overlay
from pages.compare.comparison import Comparison, ticking
from pages.shared.chart import chart
from pages.shared.choice import one_of


def overlays(compared: Comparison) -> None:
    """Draw the curves of all runs."""
    ticking(_overlays, compared)


@dataclass(frozen=True)
class _View:
    """How curves are shown: what `overlay` is told, and whether repeats are one band."""

    axis: Axis
    smoothing: float
    log: bool
    close_up: bool
    bands: bool


def _overlays(compared: Comparison) -> None:
    view = _view(any(len(recipe.runs) > 1 for recipe in recipes(compared.runs)))
    runs, names, looks, histories = compared.runs, compared.names, compared.looks, compared.histories
    curves = (
        recipe_curves(runs, looks, histories) if view.bands else single_curves(runs, names, looks, histories)
    )
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            figure = overlay(curves, metric, view.axis, view.smoothing, view.log, view.close_up)
            chart(figure, f"compare.{metric}", f"{metric} of {', '.join(curve.name for curve in curves)}")
    st.caption(
        "Solid: validation. Dotted: training. A click on a name hides its curves, a double click all others."
    )


def _view(repeated: bool) -> _View:
    """Draw the choices of a view; `repeated` tells whether there is a recipe of several runs."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis = one_of(
            "Horizontal axis",
            list(AXES),
            default="epoch",
            format_func={"epoch": "Epoch", "step": "Step", "seconds": "Time"}.__getitem__,
            key="axis",
        )
        smoothing = st.slider(
            "Smoothing",
            0.0,
            0.98,
            0.0,
            0.02,
            key="smooth",
            bind="query-params",
            width=240,
            help="Weight of the past in a moving average. The raw curve stays faint behind.",
        )
        log = st.toggle("Logarithmic loss", key="log", bind="query-params")
        close_up = st.toggle(
            "Close-up",
            key="close",
            bind="query-params",
            help="Only the range of the later validation values, so that small differences show.",
        )
        bands = repeated and st.toggle(
            "Bands over repeats",
            value=True,
            key="bands",
            bind="query-params",
            help="Runs that differ in seed or fold alone as their mean and the range from lowest to highest.",
        )
    return _View(axis, smoothing, log, close_up, bands)
