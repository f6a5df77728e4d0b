"""Inside one network: filters, feature maps, what an answer rests on, activations, a map of the images."""

import streamlit as st

from core.errors import NoNetworkError
from core.runs.artifacts import MODEL
from core.runs.records import Run
from pages._shared.choice import one_of
from pages._shared.inside.activity import activity
from pages._shared.inside.filters import filter_sheets
from pages._shared.inside.maps import feature_maps
from pages._shared.inside.plane import image_plane
from pages._shared.inside.reasons import reasons
from pages._shared.services import plain_errors, store

VIEWS = {
    "Filters": filter_sheets,
    "Feature maps": feature_maps,
    "Why this answer": reasons,
    "Activations": activity,
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
