"""How the layers of a run fared while it trained, or fare while it trains."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.analysis.vitals import Vitals
from core.figures.vitals import flat_figure, gradients_figure, updates_figure, weights_figure
from core.model.layer_names import numbered
from core.runs.artifacts import VITALS
from core.runs.records import Run
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.services import store

TICK = 1.0
"""Seconds between two looks at what a living run keeps."""


def vitals(run: Run) -> Vitals | None:
    """Return what was seen of a run's layers, as far as it is there.

    Raises:
        StoreError: the store cannot be read.
    """
    return _live(run.id) if run.is_live else _ended(run.id, run.ended_at or 0.0)


@st.cache_resource(max_entries=64, show_spinner=False)
def _ended(run_id: str, ended_at: float) -> Vitals | None:
    return Vitals.kept(store().artifact(run_id, VITALS))


@st.cache_resource(ttl=TICK, max_entries=16, show_spinner=False)
def _live(run_id: str) -> Vitals | None:
    """Look once a second for all visitors."""
    return Vitals.kept(store().artifact(run_id, VITALS))


def layer_by_layer(run: Run) -> None:
    """Draw gradients, updates, flat units and weights of each layer by step, or say why there are none."""
    seen = vitals(run)
    if seen is None:
        waits = "No step has been looked at yet: the first ones come with its first batches."
        none = "This run kept nothing of its layers: it was trained before that was done, or elsewhere."
        st.info(waits if run.is_live else none)
        return
    names = _names(run, seen)
    for parts in ((_gradients, _updates), (_flat, _weights)):
        for column, draw in zip(st.columns(2), parts, strict=True):
            with column:
                draw(run, seen, names)
    st.caption(
        f"Looked at in {len(seen.steps)} steps, ever fewer the longer it trains. **What to see:** a line "
        "each layer, from blue at the image to orange at the answer; if all is well they stay together. "
        "Weights are kernels, without biases."
    )


def _gradients(run: Run, seen: Vitals, names: Sequence[str]) -> None:
    if not np.isfinite(seen.gradients).any():
        st.caption("Gradients and dead units are not seen where Keras' own loop trains.")
        return
    told = _told("Norm of the gradient", names, seen.gradients[-1])
    chart(drawn(gradients_figure, seen, names), f"vitals.gradients.{run.id}", told)
    st.caption(
        "**Healthy:** the lines run side by side. Where each layer nearer to the image lies a decade lower, "
        "the gradient vanishes on its way back; where lines shoot up, it explodes; a line that ends is 0."
    )


def _updates(run: Run, seen: Vitals, names: Sequence[str]) -> None:
    told = _told("Update in relation to the weights", names, seen.updates[-1])
    chart(drawn(updates_figure, seen, names), f"vitals.updates.{run.id}", told)
    st.caption(
        "**Healthy:** about a thousandth of the weights moves in each step (Karpathy's rule of thumb, the "
        "green band is ten times around it); Adam may begin above it. Far above, learning is unsteady; far "
        "below, it stands still."
    )


def _flat(run: Run, seen: Vitals, names: Sequence[str]) -> None:
    if np.isfinite(seen.flat).any():
        told = _told("Share of dead or saturated units", names, seen.flat[-1])
        chart(drawn(flat_figure, seen, names), f"vitals.flat.{run.id}", told)
        st.caption(
            "Units whose activation is flat for a whole batch: a ReLU at zero, a sigmoid or tanh at its "
            "limit. **Healthy:** few, or some that change; a line that climbs and stays is units that die."
        )


def _weights(run: Run, seen: Vitals, names: Sequence[str]) -> None:
    above = st.container()
    chosen = st.selectbox("Weights of", names, key=f"vitals.layer.{run.id}")
    at = names.index(chosen)
    told = f"mean {seen.means[-1, at]:.3g}, standard deviation {seen.deviations[-1, at]:.3g}"
    with above:
        figure, label = drawn(weights_figure, seen, at, chosen), f"Spread of the weights of {chosen}: {told}"
        chart(figure, f"vitals.weights.{run.id}", label)
    st.caption(
        f"At step {seen.steps[-1]:,}: {told}. **Healthy:** the bands widen slowly; bands "
        "that stay as they began learn nothing, bands that spread at once are steps too large."
    )


def _names(run: Run, seen: Vitals) -> list[str]:
    layers = run.spec.layers
    return [
        numbered(place, layers[place - 1].kind) if place <= len(layers) else "softmax"
        for place in seen.places
    ]


def _told(what: str, names: Sequence[str], last: Sequence[float]) -> str:
    known = [f"{name} {value:.2g}" for name, value in zip(names, last, strict=True) if np.isfinite(value)]
    return f"{what} by step; at the last: {', '.join(known) or 'no finite number'}"
