"""Inside one network: filters, feature maps, what an answer rests on, activations, layers, a map."""

import streamlit as st

from core.errors import NoNetworkError
from core.runs.artifacts import MODEL
from core.runs.records import Run
from pages.results.inside.activations import activity
from pages.results.inside.embedding import image_plane
from pages.results.inside.feature_maps import feature_maps
from pages.results.inside.filters import filter_sheets
from pages.results.inside.reasons import reasons
from pages.shared.choice import one_of
from pages.shared.layer_by_layer import layer_by_layer
from pages.shared.services import plain_errors, store

VIEWS = {
    "Filters": filter_sheets,
    "Feature maps": feature_maps,
    "Why this answer": reasons,
    "Activations": activity,
    "Layer by layer": layer_by_layer,
    "Map of the images": image_plane,
}


def inside(run: Run) -> None:
    """Draw one view into the network of an ended run; the choice is kept in the address."""
    with plain_errors(go_on=True):
        if MODEL not in store().artifact_names(run.id):
            st.info(str(NoNetworkError(run.id)))
            return
        view = one_of(
            "Inside the network",
            list(VIEWS),
            default="Filters",
            key="look",
        )
        st.fragment(_draw)(view, run)


def _draw(view: str, run: Run) -> None:
    with plain_errors(go_on=True):
        VIEWS[view](run)
